"""Customers and what they keep at the provider."""

from uuid import UUID

import pytest

from ledger.domain.customer import (
    MOST_METHODS,
    Customer,
    CustomerTerms,
    MethodNotSaved,
    SavedMethod,
    TooManyMethods,
)
from ledger.domain.values import Mode, Personal
from tests.support.examples import ORGANIZATION, REQUEST

TERMS = CustomerTerms(ORGANIZATION, Mode.TEST, Personal("ada@example.com"), Personal("Ada Lovelace"))
CARD = SavedMethod("pm_1", "acct_1")


def _customer() -> Customer:
    customer = Customer.register(UUID(int=77), TERMS, REQUEST)
    customer.collect_events()
    return customer


def test_saving_the_same_method_twice_records_it_once() -> None:
    """A saved method that is heard of again changes nothing."""
    customer = _customer()
    customer.save_method(CARD)
    customer.save_method(CARD)
    assert len(customer.collect_events()) == 1
    assert customer.method("pm_1") == CARD


def test_a_removed_method_cannot_be_used() -> None:
    """What was removed is refused; removing it again changes nothing."""
    customer = _customer()
    customer.save_method(CARD)
    customer.remove_method("pm_1")
    customer.remove_method("pm_1")
    assert len(customer.collect_events()) == 2
    with pytest.raises(MethodNotSaved):
        customer.method("pm_1")


def test_a_customer_keeps_a_bounded_number_of_methods() -> None:
    """One method too many is refused, and nothing is recorded."""
    customer = _customer()
    for number in range(MOST_METHODS):
        customer.save_method(SavedMethod(f"pm_{number}", "acct_1"))
    customer.collect_events()
    with pytest.raises(TooManyMethods):
        customer.save_method(SavedMethod("pm_more", "acct_1"))
    assert not customer.collect_events()


def test_who_the_customer_is_shows_in_no_representation() -> None:
    """E-mail and name stand in the one personal type, which prints neither."""
    printed = repr(_customer().terms)
    assert "ada" not in printed.lower()
    assert "example.com" not in printed
