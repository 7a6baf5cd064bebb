"""EVT-2 and the library's own expectations: its recorder suites, over memory and MongoDB with both drivers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from typing_extensions import override

from ledger.adapters.memory.pages import MemoryPageStore
from ledger.adapters.mongo.driver import Driver
from ledger.application.journal.recorder import Recorder
from ledger.runtime.clock import SystemClock
from ledger.runtime.devstack import MongoServer
from tests.support import library_suites
from tests.support.bridge import OpenRecorder
from tests.support.journal import mongo_page_store


class InMemory(library_suites.OnAJournal):
    __test__ = False

    @override
    def opening(self) -> OpenRecorder:
        return lambda: Recorder(MemoryPageStore(), SystemClock())


class OnMotor(library_suites.OnAJournal):
    __test__ = False
    driver = Driver.MOTOR
    mongo: MongoServer
    name: str

    @pytest.fixture(autouse=True)
    def _on_a_database_of_its_own(self, mongo: MongoServer, mongo_database: str) -> None:
        self.mongo, self.name = mongo, mongo_database

    @override
    def opening(self) -> OpenRecorder:
        return self._open

    @asynccontextmanager
    async def _open(self) -> AsyncIterator[Recorder]:
        async with (
            mongo_page_store(self.mongo, self.name, self.driver) as store,
            Recorder(store, SystemClock()) as recorder,
        ):
            yield recorder


class OnPyMongo(OnMotor):
    __test__ = False
    driver = Driver.PYMONGO


class TestAggregatesInMemory(InMemory, library_suites.AggregateSuite):
    __test__ = True


class TestAggregatesOnMotor(OnMotor, library_suites.AggregateSuite):
    __test__ = True


class TestAggregatesOnPyMongo(OnPyMongo, library_suites.AggregateSuite):
    __test__ = True


class TestApplicationsInMemory(InMemory, library_suites.ApplicationSuite):
    __test__ = True


class TestApplicationsOnMotor(OnMotor, library_suites.ApplicationSuite):
    __test__ = True


class TestApplicationsOnPyMongo(OnPyMongo, library_suites.ApplicationSuite):
    __test__ = True


class TestTrackingInMemory(InMemory, library_suites.TrackingSuite):
    __test__ = True


class TestTrackingOnMotor(OnMotor, library_suites.TrackingSuite):
    __test__ = True


class TestTrackingOnPyMongo(OnPyMongo, library_suites.TrackingSuite):
    __test__ = True


class TestProcessesInMemory(InMemory, library_suites.ProcessSuite):
    __test__ = True


class TestProcessesOnMotor(OnMotor, library_suites.ProcessSuite):
    __test__ = True


class TestProcessesOnPyMongo(OnPyMongo, library_suites.ProcessSuite):
    __test__ = True


class TestNonInterleavingInMemory(InMemory, library_suites.NonInterleavingSuite):
    __test__ = True


class TestNonInterleavingOnMotor(OnMotor, library_suites.NonInterleavingSuite):
    __test__ = True


class TestNonInterleavingOnPyMongo(OnPyMongo, library_suites.NonInterleavingSuite):
    __test__ = True
