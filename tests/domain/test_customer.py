"""Customers and what providers keep for them."""

from dataclasses import replace
from uuid import UUID

import pytest

from ledger.domain.customer import MOST_METHODS, Customer, CustomerTerms, MethodNotSaved, TooManyMethods
from ledger.domain.values import Mode, Personal
from tests.support.examples import ORGANIZATION, REQUEST, SAVED_METHOD

TERMS = CustomerTerms(ORGANIZATION, Mode.TEST, Personal("ada@example.com"), Personal("Ada Lovelace"))


def _customer() -> Customer:
    customer = Customer.register(UUID(int=77), TERMS, REQUEST)
    customer.collect_events()
    return customer


def test_saving_the_same_method_twice_records_it_once() -> None:
    """A saved method that is heard of again changes nothing."""
    customer = _customer()
    customer.save_method(SAVED_METHOD)
    customer.save_method(SAVED_METHOD)
    assert len(customer.collect_events()) == 1
    assert customer.method(SAVED_METHOD.method_id) == SAVED_METHOD


def test_a_removed_method_cannot_be_used_and_does_not_come_back() -> None:
    """Removing it again changes nothing, and neither does hearing late that it was saved."""
    customer = _customer()
    customer.save_method(SAVED_METHOD)
    customer.remove_method(SAVED_METHOD.method_id)
    customer.remove_method(SAVED_METHOD.method_id)
    customer.save_method(SAVED_METHOD)
    assert len(customer.collect_events()) == 2
    with pytest.raises(MethodNotSaved):
        customer.method(SAVED_METHOD.method_id)


def test_what_was_never_saved_cannot_be_removed() -> None:
    """A wrong id is said to be wrong."""
    with pytest.raises(MethodNotSaved):
        _customer().remove_method(UUID(int=5))


def test_the_provider_s_own_name_of_a_customer_is_known_as_long_as_anything_was_kept_there() -> None:
    """So that a customer has one name at each account, and not one for each payment method."""
    customer = _customer()
    assert customer.held_at("acct_1") is None
    customer.save_method(SAVED_METHOD)
    customer.remove_method(SAVED_METHOD.method_id)
    assert customer.held_at("acct_1") == SAVED_METHOD.held_by
    assert customer.held_at("acct_2") is None


def test_a_customer_keeps_a_bounded_number_of_methods() -> None:
    """One method too many is refused, and nothing is recorded."""
    customer = _customer()
    for number in range(MOST_METHODS):
        customer.save_method(replace(SAVED_METHOD, method_id=UUID(int=number)))
    customer.collect_events()
    with pytest.raises(TooManyMethods):
        customer.save_method(SAVED_METHOD)
    assert not customer.collect_events()


def test_who_the_customer_is_shows_in_no_representation() -> None:
    """E-mail and name stand in the one personal type, which prints neither."""
    printed = repr(_customer().terms)
    assert "ada" not in printed.lower()
    assert "example.com" not in printed
