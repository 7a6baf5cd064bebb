"""Every status of a PaymentIntent, and every shape of a decline, in our words."""

from uuid import UUID

import pytest
import stripe

from ledger.adapters.stripe import StripeAccounts, open_transport
from ledger.adapters.stripe.outcomes import declined_by, outcome_of, reference_of
from ledger.adapters.stripe.parameters import capturing
from ledger.application.provider import (
    ActionRequired,
    Authorized,
    Cancelled,
    Captured,
    Declined,
    Outcome,
    Pending,
    ProviderNotConfigured,
    ProviderUnreachable,
    Unconfirmed,
)
from ledger.application.provider_secrets import vault_name
from ledger.application.secret import Secret
from ledger.domain.money import Money
from ledger.domain.organization import ProviderAccount
from ledger.domain.values import Mode

INTENT = {"id": "pi_1", "amount": 1999, "currency": "eur", "client_secret": "pi_1_secret_2", "next_action": None}


def intent(**fields: object) -> stripe.PaymentIntent:
    return stripe.PaymentIntent.construct_from(INTENT | fields, None)


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        ({"status": "requires_confirmation"}, Unconfirmed()),
        ({"status": "requires_payment_method", "last_payment_error": None}, Unconfirmed()),
        ({"status": "processing"}, Pending()),
        ({"status": "canceled"}, Cancelled()),
        ({"status": "succeeded"}, Captured("pi_1", 1999, "EUR")),
        ({"status": "succeeded", "amount_received": 1500}, Captured("pi_1", 1500, "EUR")),
        ({"status": "requires_capture", "amount_capturable": 1999}, Authorized("pi_1", 1999, "EUR")),
        (
            {"status": "requires_capture", "amount_capturable": 1499, "amount_received": 500},
            Authorized("pi_1", 1499, "EUR", 500),
        ),
        (
            {"status": "requires_payment_method", "last_payment_error": {"code": "card_declined", "message": "No."}},
            Declined("card_declined", "No."),
        ),
        (
            {
                "status": "requires_payment_method",
                "last_payment_error": {"code": "card_declined", "decline_code": "lost_card", "message": None},
            },
            Declined("lost_card", "The charge was declined."),
        ),
        (
            {"status": "requires_action", "next_action": {"type": "use_stripe_sdk"}},
            ActionRequired("three_d_secure", "pi_1_secret_2"),
        ),
        (
            {"status": "requires_action", "next_action": {"type": "redirect_to_url"}},
            ActionRequired("three_d_secure", "pi_1_secret_2"),
        ),
        (
            {"status": "requires_action", "next_action": {"type": "verify_with_microdeposits"}},
            ActionRequired("verify_with_microdeposits", "pi_1_secret_2"),
        ),
    ],
)
def test_a_status_is_an_outcome(fields: dict[str, object], outcome: Outcome) -> None:
    """PAY-1."""
    assert outcome_of(intent(**fields)) == outcome


@pytest.mark.parametrize(("final", "fields"), [(True, {}), (False, {"final_capture": "false"})])
def test_what_is_taken_is_named_and_whether_the_rest_stays_held(*, final: bool, fields: dict[str, str]) -> None:
    """PAY-2."""
    assert capturing(amount=Money(500, "EUR"), final=final) == {"amount_to_capture": "500"} | fields


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"status": None},
        {"status": "requires_capture", "amount": None},
        {"status": "requires_capture", "amount_capturable": 1999, "currency": None},
        {"status": "invented_tomorrow"},
        {"status": "succeeded", "amount": "1999"},
        {"status": "succeeded", "amount": 19.99},
        {"status": "succeeded", "currency": None},
        {"status": "requires_action", "next_action": None},
        {"status": "requires_action", "next_action": {"type": "use_stripe_sdk"}, "client_secret": None},
    ],
)
def test_an_answer_that_makes_no_sense_is_an_unknown_outcome(fields: dict[str, object]) -> None:
    """CONS-6."""
    with pytest.raises(ProviderUnreachable):
        outcome_of(intent(**fields))


def test_an_intent_without_an_id_is_an_unknown_outcome() -> None:
    with pytest.raises(ProviderUnreachable):
        reference_of(stripe.PaymentIntent.construct_from({}, None))


def card_error(*positional: object, **named: object) -> stripe.CardError:
    error: stripe.CardError = stripe.CardError(*positional, **named)  # type: ignore[no-untyped-call]
    return error


def test_a_decline_names_the_banks_reason_before_stripes() -> None:
    body = {"error": {"code": "card_declined", "decline_code": "insufficient_funds", "message": "Not enough."}}
    error = card_error("Not enough.", None, "card_declined", http_status=402, json_body=body)
    assert declined_by(error) == Declined("insufficient_funds", "Not enough.")


def test_a_decline_without_any_reason_is_one_all_the_same() -> None:
    error = card_error(None, None, None, http_status=402)
    assert declined_by(error) == Declined("declined", "The charge was declined.")


@pytest.mark.parametrize(
    ("provider", "mode", "key"),
    [
        ("stripe", Mode.TEST, None),
        ("stripe", Mode.TEST, ""),
        ("stripe", Mode.TEST, "sk_live_1"),
        ("stripe", Mode.LIVE, "sk_test_1"),
        ("adyen", Mode.TEST, "sk_test_1"),
    ],
)
async def test_an_account_without_a_key_of_its_mode_is_not_configured(
    provider: str, mode: Mode, key: str | None
) -> None:
    async with open_transport() as transport:
        accounts = StripeAccounts({"NAME": key}.get, transport)
        with pytest.raises(ProviderNotConfigured):
            accounts.of(ProviderAccount("acct_1", provider, mode, "NAME", "pk_test_1"))


async def test_a_key_that_is_changed_takes_effect_at_once() -> None:
    keys: dict[str, str | None] = {"NAME": "sk_test_1"}
    account = ProviderAccount("acct_1", "stripe", Mode.TEST, "NAME", "pk_test_1")
    async with open_transport() as transport:
        accounts = StripeAccounts(keys.get, transport)
        first = accounts.of(account)
        assert accounts.of(account) is first
        keys["NAME"] = "rk_test_2"
        assert accounts.of(account) is not first


@pytest.mark.parametrize("kept", [None, Secret("sk_live_1"), Secret("")])
async def test_a_key_in_the_vault_must_be_of_the_mode_of_its_account(kept: Secret | None) -> None:
    """SEC-7: the key is asked for with each request, and lies in no client."""

    async def vault(_account: ProviderAccount) -> Secret | None:
        return kept

    account = ProviderAccount("acct_1", "stripe", Mode.TEST, vault_name(UUID(int=1)), "pk_test_1")
    async with open_transport() as transport:
        provider = StripeAccounts(dict[str, str]().get, transport, vault=vault).of(account)
        with pytest.raises(ProviderNotConfigured):
            await provider.lookup("pi_1")
