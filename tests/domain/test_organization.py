"""An organization: keys and provider accounts."""

from dataclasses import replace

import pytest

from ledger.domain.organization import KeyUnknown, Organization, ProviderNotConnected
from ledger.domain.values import Mode, email
from tests.support.examples import ACCOUNT, KEY, ORGANIZATION
from tests.support.spec import Spec


@pytest.fixture
def spec() -> Spec[Organization]:
    return Spec(Organization.register(ORGANIZATION, "Shirts & Co", id_salt="5a" * 32))


def test_a_key_is_issued_once_and_revoked(spec: Spec[Organization]) -> None:
    spec.when(lambda o: o.issue_key(KEY)).then("organization.key_issued")
    spec.when(lambda o: o.issue_key(KEY)).then_nothing()
    spec.when(lambda o: o.revoke_key(KEY.key_id)).then("organization.key_revoked")
    spec.refuses(KeyUnknown, lambda o: o.revoke_key(KEY.key_id))


def test_charges_go_to_the_account_connected_last(spec: Spec[Organization]) -> None:
    spec.refuses(ProviderNotConnected, lambda o: o.account(Mode.TEST))
    spec.when(lambda o: o.connect(ACCOUNT)).then("organization.provider_connected")
    spec.when(lambda o: o.connect(ACCOUNT)).then_nothing()
    second = replace(ACCOUNT, account_id="acct_2")
    spec.given(lambda o: o.connect(second))
    assert spec.aggregate.account(Mode.TEST) == second
    assert spec.aggregate.accounts["acct_1"] == ACCOUNT


def test_the_merchant_is_written_to_where_they_said_last(spec: Spec[Organization]) -> None:
    """OUT-3."""
    spec.when(lambda o: o.write_to(None)).then_nothing()
    spec.when(lambda o: o.write_to(email("till@shop.example"))).then("organization.contact_changed")
    spec.when(lambda o: o.write_to(email("till@shop.example"))).then_nothing()
    spec.when(lambda o: o.write_to(None)).then("organization.contact_changed")
    assert spec.aggregate.contact is None
