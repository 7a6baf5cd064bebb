"""Whose money went back: the payment of ours that a refund or a dispute of the provider's is about."""

from consumers.at_provider import AtProvider
from consumers.ipn_judgements import Conflict, Ignore, Park
from ledger.application.ipn.weighing import belongs
from ledger.application.ipns import Ipns
from ledger.application.payments import Payments
from ledger.domain.charge import PaymentStatus
from ledger.domain.errors import NotFound
from ledger.domain.ipn import Notice
from ledger.domain.payment import Payment

Elsewhere = Ignore | Park | Conflict


class WhosePayment:
    """A notification says at which of the provider's payments it is aimed; whose that is may have to be asked."""

    def __init__(self, payments: Payments, ipns: Ipns, at_provider: AtProvider) -> None:
        """Look among `payments`, and what `ipns` told of them."""
        self._payments = payments
        self._ipns = ipns
        self._at_provider = at_provider

    async def of(self, notice: Notice, payment_reference: str) -> Payment | Elsewhere:
        """Return the payment, captured and known to the provider as `payment_reference`, or what follows otherwise.

        Raises `Unavailable` when the provider has to be asked and does not answer.
        """
        payment_id = (
            notice.claimed_payment
            or await self._ipns.named(notice, payment_reference)
            or await self._at_provider.payment_of(notice, payment_reference)
        )
        if payment_id is None:
            return Ignore("not_ours")
        try:
            payment = await self._payments.get(payment_id)
        except NotFound:
            return Park(payment_id, "payment_unknown")
        return _elsewhere(payment, payment_reference, notice) or payment


def _elsewhere(payment: Payment, payment_reference: str, notice: Notice) -> Elsewhere | None:
    """Judge what cannot be held against the payment: our id in metadata proves nothing, since anybody may copy it."""
    if not belongs(payment.charge, notice):
        return Ignore("not_ours")
    if payment.reference is None:
        return Park(payment.id, "payment_not_opened")
    if payment.status is not PaymentStatus.CAPTURED:
        # It was taken, or there were nothing to take back; our own record comes.
        return Park(payment.id, "payment_not_captured")
    if payment_reference not in {payment.reference, payment.captured_as}:
        return Conflict(payment, "another_reference")
    return None
