"""Stripe as a provider: an intent is opened, then confirmed; a lost answer is asked for again under its key."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, cast

import stripe
from stripe import PaymentIntent, StripeClient
from typing_extensions import override

from ledger.adapters.stripe.failures import meaning_of
from ledger.adapters.stripe.kept_methods import StripeCustomers, wants_to_see
from ledger.adapters.stripe.outcomes import declined_by, outcome_of, reference_of
from ledger.adapters.stripe.parameters import API_VERSION, capturing, charging_kept, keeping, opening, refunding
from ledger.adapters.stripe.refunds import refund_outcome_of
from ledger.adapters.stripe.transport import Transport
from ledger.application.capabilities import Capabilities
from ledger.application.dispute_report import DisputeReport
from ledger.application.ipn import reading
from ledger.application.ipn.stripe_disputes import dispute_in
from ledger.application.keeping import KeptMethod
from ledger.application.provider import (
    Authorized,
    Outcome,
    Provider,
    ProviderKeyRejected,
    ProviderRefused,
    RefundOutcome,
    Unconfirmed,
)
from ledger.domain.charge import CaptureMethod
from ledger.domain.errors import LedgerError
from ledger.domain.money import Money

if TYPE_CHECKING:
    from stripe.params import (
        PaymentIntentCaptureParams,
        PaymentIntentConfirmParams,
        PaymentIntentCreateParams,
        RefundCreateParams,
    )

NO_SUCH_THING = 404


class StripeProvider(Provider):
    """One Stripe account, spoken to with one secret key.

    The SDK never retries by itself: each try is the ledger's decision, on record before it is made.
    """

    def __init__(self, secret_key: str, transport: Transport, *, api_url: str = "https://api.stripe.com") -> None:
        """Speak to `api_url` with `secret_key` over `transport`, which somebody else closes."""
        client = StripeClient(
            secret_key,
            base_addresses={"api": api_url.rstrip("/")},
            http_client=transport,
            max_network_retries=0,
            stripe_version=API_VERSION,
        )
        self._intents = client.v1.payment_intents
        self._refunds = client.v1.refunds
        self._disputes = client.v1.disputes
        self._customers = StripeCustomers(client)
        self._api_url = api_url

    @override
    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._api_url!r})"

    @property
    @override
    def capabilities(self) -> Capabilities:
        # Several captures of one intent need an agreement with Stripe, which an account does not say of itself.
        return Capabilities(separate_capture=True, partial_capture=True, saved_methods=True)

    @override
    def parameters(
        self,
        *,
        payment_id: str,
        amount: Money,
        payment_method: str,
        capture_method: CaptureMethod = CaptureMethod.AUTOMATIC,
    ) -> dict[str, str]:
        return opening(
            payment_id=payment_id, amount=amount, payment_method=payment_method, capture_method=capture_method
        )

    @override
    async def open(self, parameters: dict[str, str], *, idempotency_key: str) -> str:
        # Flat form fields are what the SDK makes of nested parameters, too; frozen, they are sent as they are.
        known = await self._customers.known(parameters, idempotency_key=idempotency_key)
        fields = cast("PaymentIntentCreateParams", known)
        try:
            intent = await self._intents.create_async(fields, {"idempotency_key": idempotency_key})
        except stripe.StripeError as error:
            raise meaning_of(error) from None
        return reference_of(intent)

    @override
    async def confirm(self, reference: str, *, idempotency_key: str) -> Outcome:
        return await self._confirmed(reference, {}, idempotency_key)

    async def _confirmed(self, reference: str, fields: "PaymentIntentConfirmParams", key: str) -> Outcome:
        try:
            return outcome_of(await self._intents.confirm_async(reference, fields, {"idempotency_key": key}))
        except stripe.CardError as error:
            return declined_by(error)
        except stripe.StripeError as error:
            return await self._as_it_stands(reference, error)

    @override
    async def lookup(self, reference: str) -> Outcome:
        return await _answer(lambda: self._intents.retrieve_async(reference))

    @override
    async def cancel(self, reference: str, *, idempotency_key: str) -> Outcome:
        try:
            return outcome_of(await self._intents.cancel_async(reference, {}, {"idempotency_key": idempotency_key}))
        except stripe.StripeError as error:
            return await self._as_it_stands(reference, error)

    @override
    async def capture(self, reference: str, amount: Money, *, final: bool, idempotency_key: str) -> Outcome:
        fields = cast("PaymentIntentCaptureParams", capturing(amount=amount, final=final))
        try:
            return outcome_of(
                await self._intents.capture_async(reference, fields, {"idempotency_key": idempotency_key})
            )
        except stripe.StripeError as error:
            return await self._as_it_stands(reference, error, Authorized)

    @override
    def refund_parameters(self, *, refund_id: str, reference: str, amount: Money) -> dict[str, str]:
        return refunding(refund_id=refund_id, reference=reference, amount=amount)

    @override
    async def refund(self, parameters: dict[str, str], *, idempotency_key: str) -> RefundOutcome:
        fields = cast("RefundCreateParams", dict(parameters))
        try:
            refund = await self._refunds.create_async(fields, {"idempotency_key": idempotency_key})
        except stripe.StripeError as error:
            raise meaning_of(error) from None
        return refund_outcome_of(refund)

    @override
    async def lookup_refund(self, reference: str) -> RefundOutcome:
        try:
            return refund_outcome_of(await self._refunds.retrieve_async(reference))
        except stripe.StripeError as error:
            raise _meaning_of_lookup(error) from None

    @override
    async def payment_of(self, reference: str) -> str | None:
        try:
            intent = await self._intents.retrieve_async(reference)
        except stripe.StripeError as error:
            # An object that Stripe does not know, or not under this key, is none of ours.
            if error.http_status == NO_SUCH_THING:
                return None
            raise meaning_of(error) from None
        return reading.text(intent.to_dict(), "metadata", "payment_id")

    @override
    async def lookup_dispute(self, reference: str) -> DisputeReport | None:
        try:
            dispute = await self._disputes.retrieve_async(reference)
        except stripe.StripeError as error:
            if error.http_status == NO_SUCH_THING:
                return None
            raise meaning_of(error) from None
        return dispute_in(dispute.to_dict())

    @override
    def keeping(self, parameters: Mapping[str, str], *, customer_id: str, held_by: str | None) -> dict[str, str]:
        return keeping(parameters, customer_id=customer_id, held_by=held_by)

    @override
    async def kept_method(self, reference: str) -> KeptMethod | None:
        return await self._customers.kept_of(reference)

    @override
    def charging_kept(self, parameters: Mapping[str, str], *, held_by: str) -> dict[str, str]:
        return charging_kept(parameters, held_by=held_by)

    @override
    async def confirm_off_session(self, reference: str, *, idempotency_key: str) -> Outcome:
        away: PaymentIntentConfirmParams = {"off_session": True}
        try:
            return outcome_of(
                await self._intents.confirm_async(reference, away, {"idempotency_key": idempotency_key})
            )
        except stripe.CardError as error:
            method_id = wants_to_see(error)
            if method_id is None:
                return declined_by(error)
        except stripe.StripeError as error:
            return await self._as_it_stands(reference, error)
        # Confirmed as if they were here, the intent waits for them. Each answer is kept under its own key.
        present: PaymentIntentConfirmParams = {"payment_method": method_id}
        return await self._confirmed(reference, present, f"{idempotency_key}:present")

    @override
    async def detach(self, reference: str, *, idempotency_key: str) -> None:
        await self._customers.detach(reference, idempotency_key=idempotency_key)

    async def _as_it_stands(
        self, reference: str, error: stripe.StripeError, untouched: type[Outcome] = Unconfirmed
    ) -> Outcome:
        """Return what became of an intent that can no longer be acted on; raise what `error` means otherwise."""
        meaning = meaning_of(error)
        if not isinstance(meaning, ProviderRefused):
            raise meaning from None
        # "Not in a state to be confirmed" may mean that it was confirmed long ago, under a key since forgotten.
        outcome = await self.lookup(reference)
        if isinstance(outcome, untouched):
            raise meaning from None
        return outcome


async def _answer(ask: Callable[[], Awaitable[PaymentIntent]]) -> Outcome:
    try:
        return outcome_of(await ask())
    except stripe.StripeError as error:
        raise _meaning_of_lookup(error) from None


def _meaning_of_lookup(error: stripe.StripeError) -> LedgerError:
    meaning = meaning_of(error)
    if error.http_status == NO_SUCH_THING:
        # Stripe gave us this reference. Not to know it any more is what a key of another account, or of the
        # other mode, does; it says nothing about the charge.
        return ProviderKeyRejected(None, **meaning.facts)
    return meaning
