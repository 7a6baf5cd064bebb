"""Payment methods that Stripe keeps for one of its own customers."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, cast

import stripe
from stripe import PaymentMethod, StripeClient

from ledger.adapters.stripe.failures import meaning_of
from ledger.adapters.stripe.parameters import KEEP_FOR
from ledger.application.keeping import KeptMethod
from ledger.application.provider import ProviderRefused, ProviderUnreachable
from ledger.domain.customer import MethodShown

if TYPE_CHECKING:
    from stripe.params import CustomerCreateParams

AUTHENTICATION_REQUIRED: Final = "authentication_required"
NO_SUCH_THING: Final = 404


class StripeCustomers:
    """The customers of one Stripe account, and what it keeps for them."""

    def __init__(self, client: StripeClient) -> None:
        """Ask over `client`."""
        self._client = client.v1

    async def known(self, fields: Mapping[str, str], *, idempotency_key: str) -> dict[str, str]:
        """Return `fields` with Stripe's customer in place of ours, whom Stripe makes once under the key."""
        ours = fields.get(KEEP_FOR)
        if ours is None:
            return dict(fields)
        wanted = cast("CustomerCreateParams", {"metadata[customer_id]": ours})
        try:
            customer = await self._client.customers.create_async(
                wanted, {"idempotency_key": f"{idempotency_key}:customer"}
            )
        except stripe.StripeError as error:
            raise meaning_of(error) from None
        if not _text(customer, "id"):
            raise ProviderUnreachable("The provider's answer makes no sense to us.")
        without = {name: value for name, value in fields.items() if name != KEEP_FOR}
        return {**without, "customer": _text(customer, "id")}

    async def kept_of(self, reference: str) -> KeptMethod | None:
        """Return the payment method of an intent, as it is kept for the intent's customer; None without one."""
        try:
            intent = await self._client.payment_intents.retrieve_async(reference)
            held_by, method_id = _text(intent, "customer"), _text(intent, "payment_method")
            if not held_by or not method_id:
                return None
            method = await self._client.payment_methods.retrieve_async(method_id)
            if not _text(method, "customer"):
                # Stripe attaches it when the charge succeeds. Where it has not yet, it may be asked to.
                method = await self._client.payment_methods.attach_async(method_id, {"customer": held_by})
        except stripe.StripeError as error:
            raise meaning_of(error) from None
        return KeptMethod(_text(method, "id"), held_by, _shown(method))

    async def detach(self, method_id: str, *, idempotency_key: str) -> None:
        """Let go of a payment method; one that nobody keeps is let go of already."""
        methods = self._client.payment_methods
        try:
            await methods.detach_async(method_id, {}, {"idempotency_key": idempotency_key})
        except stripe.StripeError as error:
            meaning = meaning_of(error)
            if not isinstance(meaning, ProviderRefused) or await self._is_kept(method_id):
                raise meaning from None

    async def _is_kept(self, method_id: str) -> bool:
        try:
            return bool(_text(await self._client.payment_methods.retrieve_async(method_id), "customer"))
        except stripe.StripeError as error:
            if error.http_status == NO_SUCH_THING:
                return False
            raise meaning_of(error) from None


def wants_to_see(error: stripe.CardError) -> str | None:
    """Return the payment method whose bank wants to see its holder before it pays; None for any other decline."""
    said = error.error
    if _text(said, "code") != AUTHENTICATION_REQUIRED:
        return None
    return _text(getattr(said, "payment_method", None), "id") or None


def _shown(method: PaymentMethod) -> MethodShown:
    kind = _text(method, "type")
    details = getattr(method, kind, None)
    last4 = _text(details, "last4")
    if not kind or not _text(method, "id"):
        raise ProviderUnreachable("The provider's answer makes no sense to us.")
    brand = _text(details, "brand") or kind
    return MethodShown(brand, last4, _number(details, "exp_month"), _number(details, "exp_year"))


def _text(thing: object, name: str) -> str:
    value = getattr(thing, name, None)
    return value if isinstance(value, str) else ""


def _number(thing: object, name: str) -> int | None:
    value = getattr(thing, name, None)
    return value if type(value) is int else None
