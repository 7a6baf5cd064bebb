"""Bugs planted on purpose, one flag each: whoever looks for bugs must be seen to find those that are there."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

import pytest

from consumers.ask_on_outcome_unknown import AskOnOutcomeUnknown
from consumers.at_provider import AtProvider
from consumers.charge_on_payment_initiated import ChargeOnPaymentInitiated
from consumers.ipn_judgement import IpnJudge
from consumers.ipn_judgements import Agree, Follow, Ignore
from consumers.ipn_of_refunds import RefundJudge
from consumers.settle_on_ipn_received import SettleOnIpnReceived
from ledger.application import ids
from ledger.application.ipn.stripe import Stripe
from ledger.application.ipn.verdict import Signed
from ledger.application.provider import Declined, Outcome, Unconfirmed
from ledger.application.refund_report import RefundReport
from ledger.domain.checkout import Checkout
from ledger.domain.errors import Unavailable
from ledger.domain.ipn import Notice
from ledger.domain.money import Money
from ledger.domain.payment import Payment
from ledger.domain.refund import Refund
from ledger.domain.refunding import Reservations
from tests.simulation import machinery_bugs

Plant = Callable[[pytest.MonkeyPatch], None]


def fresh_key_per_try(patch: pytest.MonkeyPatch) -> None:
    """A refund goes to the provider under a fresh key with every try."""
    patch.setattr(Refund, "key", property(lambda self: f"{self.id.hex}:{ids.fresh().hex}"))


def charge_opened_per_try(patch: pytest.MonkeyPatch) -> None:
    """A charge opens and confirms an intent of its own with every try."""

    async def confirm(self: AtProvider, payment: Payment) -> object:
        provider = await self._provider(payment)
        reference = await provider.open(dict(payment.charge.parameters), idempotency_key=ids.fresh().hex)
        return await provider.confirm(reference, idempotency_key=ids.fresh().hex)

    patch.setattr(AtProvider, "confirm", confirm)


def timeout_called_failure(patch: pytest.MonkeyPatch) -> None:
    """A lost answer to a confirmation is called a decline."""
    confirm = ChargeOnPaymentInitiated._confirm

    async def confirmed(self: Any, payment: Payment, item: Any) -> object:  # noqa: ANN401
        try:
            return await confirm(self, payment, item)
        except Unavailable:
            return Declined("timeout", "The provider did not answer.")

    patch.setattr(ChargeOnPaymentInitiated, "_confirm", confirmed)


def unknown_given_up_as_failed(patch: pytest.MonkeyPatch) -> None:
    """Whoever asks after an unknown outcome takes no answer for a no."""

    async def ask(self: AskOnOutcomeUnknown, thing: Payment) -> Outcome:
        try:
            outcome = await self._at_provider.lookup(thing)
        except Unavailable:
            outcome = Unconfirmed()
        return Declined("unknown", "Nobody knows.") if isinstance(outcome, Unconfirmed) else outcome

    patch.setattr(AskOnOutcomeUnknown, "ask", ask)


def ipn_dedupe_off(patch: pytest.MonkeyPatch) -> None:
    """Every delivery of a notification is a notification of its own."""
    derived = ids.derived

    def fresh(salt: str, *parts: str) -> UUID:
        return ids.fresh() if parts[0] == "ipn" else derived(salt, *parts)

    patch.setattr(ids, "derived", fresh)


def forged_ipn_believed(patch: pytest.MonkeyPatch) -> None:
    """Whatever is signed in some way counts as signed by the provider."""
    patch.setattr(Stripe, "authenticate", lambda self, raw, headers, secrets, now: Signed(1))


def parked_ipn_dropped(patch: pytest.MonkeyPatch) -> None:
    """What is parked is never looked at again."""
    handle = SettleOnIpnReceived.handle

    async def handled(self: Any, item: Any, envelope: Any) -> None:  # noqa: ANN401
        await handle(self, item, envelope)

    patch.setattr(SettleOnIpnReceived, "handle", handled)


def success_downgraded(patch: pytest.MonkeyPatch) -> None:
    """Bad news is believed as it comes, and even after a success."""

    async def weigh(self: IpnJudge, payment: Payment, said: object) -> object:
        return Follow(payment, said) if said else Agree(payment)  # type: ignore[arg-type]

    patch.setattr(IpnJudge, "_weigh", weigh)
    patch.setattr(Payment, "fail", lambda self, code, message: self._failed(code, message))


def amount_not_compared(patch: pytest.MonkeyPatch) -> None:
    """Whatever amount the provider reports is a success."""
    capture = Payment.capture

    def captured(self: Payment, reference: str, taken: Money, **named: Any) -> bool:  # noqa: ANN401
        return capture(self, reference, Money(self.charge.amount.minor, taken.currency), **named)

    patch.setattr(Payment, "capture", captured)


def late_money_ignored(patch: pytest.MonkeyPatch) -> None:
    """Money that comes too late for its checkout is not flagged."""
    patch.setattr(Payment, "flag_late", lambda self, reason: None)


def captured_without_postings(patch: pytest.MonkeyPatch) -> None:
    """A capture moves nothing in the books."""
    patch.setattr("ledger.domain.payment.transfer", lambda *_, **__: ())


def desk_refund_ignored(patch: pytest.MonkeyPatch) -> None:
    """What was given back without a word to us is nobody's refund."""

    async def judge(self: Any, said: RefundReport, notice: Notice) -> object:  # noqa: ANN401
        ours = await self._claimed(said, notice)
        return Ignore("refund_not_ours") if ours is None else await self.weigh(ours, said)

    patch.setattr(RefundJudge, "judge", judge)


def refund_reservation_skipped(patch: pytest.MonkeyPatch) -> None:
    """A refund is not held against what others hold."""
    patch.setattr(Reservations, "room", lambda self, captured, wanted: wanted or captured)


def key_forgotten(patch: pytest.MonkeyPatch) -> None:
    """A payment's idempotency key does not decide its id."""
    derived = ids.derived

    def fresh(salt: str, *parts: str) -> UUID:
        return ids.fresh() if parts[0] == "payment" else derived(salt, *parts)

    patch.setattr(ids, "derived", fresh)
    patch.setattr(Checkout, "start", lambda self, payment_id, *, now: self._processing(payment_id))


def planted() -> Mapping[str, Plant]:
    """Return every bug by its flag."""
    bugs: tuple[Plant, ...] = (
        charge_opened_per_try,
        fresh_key_per_try,
        timeout_called_failure,
        unknown_given_up_as_failed,
        ipn_dedupe_off,
        forged_ipn_believed,
        parked_ipn_dropped,
        success_downgraded,
        amount_not_compared,
        late_money_ignored,
        captured_without_postings,
        desk_refund_ignored,
        refund_reservation_skipped,
        key_forgotten,
        machinery_bugs.finished_before_recorded,
        machinery_bugs.relay_skips_a_page,
        machinery_bugs.queue_taken_for_truth,
        machinery_bugs.lost_answer_taken_for_success,
        machinery_bugs.lease_taken_for_truth,
        machinery_bugs.page_applied_twice,
        machinery_bugs.view_tracked_before_written,
    )
    return MappingProxyType({bug.__name__: bug for bug in bugs})


BUGS: Final = planted()
