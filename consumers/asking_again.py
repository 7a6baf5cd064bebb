"""Asking a provider once more about an outcome that is under review, because a person wants to close it."""

from consumers.at_provider import AtProvider
from ledger.application.payments import Payments
from ledger.application.provider import Outcome, Unconfirmed
from ledger.application.refunds import Refunds
from ledger.domain.charge import PaymentStatus
from ledger.domain.errors import Refused, Unavailable
from ledger.domain.payment import Payment
from ledger.domain.refunding import RefundStatus
from ledger.domain.review import Doubt, Resolution, Review


class ProviderCannotTell(Refused):
    """The provider still cannot tell the outcome; state that you looked there and found no answer, or ask later."""

    code = "provider_cannot_tell"


class AskingAgain:
    """Only looks. What the provider tells is applied like any outcome; nobody's word is."""

    def __init__(self, payments: Payments, refunds: Refunds, at_provider: AtProvider) -> None:
        """Ask about `payments`; of `refunds` it is only seen what was told meanwhile."""
        self._payments = payments
        self._refunds = refunds
        self._at_provider = at_provider

    async def resolve(self, review: Review, *, stated: bool) -> Resolution:
        """Return on what the review may rest, having asked and applied what the provider told.

        Raises `ProviderCannotTell` unless it is `stated` that it cannot; a payment or refund then stays unknown.
        """
        if review.terms.doubt is not Doubt.OUTCOME_UNKNOWN:
            return Resolution.LOOKED_INTO
        is_payment = review.terms.kind == "payment"
        is_known = await (self._payment if is_payment else self._refund)(review)
        if is_known:
            return Resolution.PROVIDER_ASKED
        if not stated:
            raise ProviderCannotTell
        return Resolution.STATED

    async def _payment(self, review: Review) -> bool:
        payment = await self._payments.get(review.terms.subject)
        if payment.status is not PaymentStatus.UNKNOWN:
            return True
        outcome = await self._asked(payment)
        if outcome is None or isinstance(outcome, Unconfirmed):
            return False
        await self._payments.apply(payment.id, outcome)
        return True

    async def _asked(self, payment: Payment) -> Outcome | None:
        try:
            return await self._at_provider.lookup(payment)
        except (Unavailable, Refused):
            return None

    async def _refund(self, review: Review) -> bool:
        # The provider told no reference to look it up by, and the same request under a forgotten key would give the
        # money back once more. So only what it has told by itself meanwhile counts.
        refund = await self._refunds.get(review.terms.subject)
        return refund.status is not RefundStatus.UNKNOWN or refund.reported is not None
