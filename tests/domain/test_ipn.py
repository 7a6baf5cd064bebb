"""A notification: received once, and what can come of it."""

from uuid import UUID

import pytest

from ledger.domain.ipn import Ipn
from ledger.domain.parking import Parking
from tests.support.examples import IPN, NOTICE, PAYMENT, RECEIPT
from tests.support.spec import Spec


def test_it_is_settled_when_something_came_of_it() -> None:
    parked, applied = Ipn.receive(IPN, NOTICE, RECEIPT), Ipn.receive(IPN, NOTICE, RECEIPT)
    parked.park("payment_unknown")
    applied.apply(PAYMENT, "captured")
    assert [each.settled for each in (Ipn.receive(IPN, NOTICE, RECEIPT), parked, applied)] == [False, False, True]


@pytest.fixture
def spec() -> Spec[Ipn]:
    return Spec(Ipn.receive(IPN, NOTICE, RECEIPT))


def test_what_waited_is_applied_once(spec: Spec[Ipn]) -> None:
    """IPN-9, IPN-13."""
    spec.when(lambda it: it.park("payment_unknown")).then("ipn.parked")
    spec.when(lambda it: it.park("payment_unknown")).then_nothing()
    spec.when(lambda it: it.apply(PAYMENT, "captured")).then("ipn.applied")
    spec.when(lambda it: it.apply(PAYMENT, "captured")).then_nothing()
    spec.when(lambda it: it.park("payment_unknown")).then_nothing()
    spec.when(lambda it: it.give_up("payment_unknown")).then_nothing()


def test_what_was_ignored_can_be_applied_by_a_later_release(spec: Spec[Ipn]) -> None:
    """IPN-15."""
    spec.when(lambda it: it.ignore("type_unknown")).then("ipn.ignored")
    spec.when(lambda it: it.ignore("type_unknown")).then_nothing()
    spec.when(lambda it: it.apply(PAYMENT, "captured")).then("ipn.applied")


def test_a_contradiction_is_flagged_once(spec: Spec[Ipn]) -> None:
    """IPN-12."""
    spec.when(lambda it: it.conflict(PAYMENT, "amount_mismatch")).then("ipn.conflicted")
    spec.when(lambda it: it.conflict(PAYMENT, "amount_mismatch")).then_nothing()


def test_only_what_is_parked_dies(spec: Spec[Ipn]) -> None:
    spec.when(lambda it: it.give_up("payment_unknown")).then_nothing()
    spec.given(lambda it: it.park("payment_unknown"))
    spec.when(lambda it: it.give_up("payment_unknown")).then("ipn.dead")


def test_several_wait_for_one_payment() -> None:
    """IPN-13."""
    spec = Spec(Parking.begin(UUID(int=8), payment_id=PAYMENT, ipn_id=IPN))
    spec.when(lambda it: it.join(IPN)).then_nothing()
    spec.when(lambda it: it.join(UUID(int=7))).then("parking.joined")
    assert spec.aggregate.waiting == [IPN, UUID(int=7)]
