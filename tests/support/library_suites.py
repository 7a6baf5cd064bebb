"""The library's own suites for recorders, over whatever journal a test class opens."""

from abc import abstractmethod
from unittest import TestCase

from eventsourcing.persistence import ApplicationRecorder
from eventsourcing.tests import persistence
from typing_extensions import override

from tests.support.bridge import AggregateOnly, BridgedRecorder, OpenRecorder


class OnAJournal(TestCase):
    """Creates bridged recorders, each on a journal of its own."""

    @abstractmethod
    def opening(self) -> OpenRecorder:
        """Return what opens a recorder on a new journal."""

    def bridged(self, kind: type[BridgedRecorder] = BridgedRecorder) -> BridgedRecorder:
        """Open one, until the test ends."""
        bridge = kind(self.opening())
        self.addCleanup(bridge.close)
        return bridge


class AggregateSuite(OnAJournal, persistence.AggregateRecorderTestCase):
    @override
    def create_recorder(self) -> BridgedRecorder:
        return self.bridged(AggregateOnly)


class ApplicationSuite(OnAJournal, persistence.ApplicationRecorderTestCase[ApplicationRecorder]):
    @override
    def create_recorder(self) -> ApplicationRecorder:
        return self.bridged()

    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class TrackingSuite(OnAJournal, persistence.TrackingRecorderTestCase):
    @override
    def create_recorder(self) -> BridgedRecorder:
        return self.bridged()


class ProcessSuite(OnAJournal, persistence.ProcessRecorderTestCase):
    @override
    def create_recorder(self) -> BridgedRecorder:
        return self.bridged()


class NonInterleavingSuite(OnAJournal, persistence.NonInterleavingNotificationIDsBaseCase):
    # An append is one page, and this is what a page holds.
    insert_num = 128

    @override
    def create_recorder(self) -> BridgedRecorder:
        return self.bridged()
