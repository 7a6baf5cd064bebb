"""Those who live with the ledger: merchants, customers, banks, and the weather."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import TypeVar
from uuid import UUID

from ledger.adapters.memory.intents import Intent
from ledger.application import ids
from ledger.application.provider import ActionRequired, Captured, Declined, Pending, RefundPending
from ledger.domain.charge import PaymentStatus
from ledger.domain.errors import Refused
from ledger.domain.money import Money
from ledger.domain.payment import Payment
from ledger.domain.session import Line, Terms
from ledger.domain.values import IdempotencyKeyReused
from tests.simulation.history import Violation
from tests.simulation.life import Life
from tests.simulation.weather import DAY, HOUR, MINUTE, weather
from tests.support.world import ACCOUNT

METHODS = (
    *("pm_card_visa",) * 4,
    "pm_card_declined",
    "pm_card_three_d_secure",
    "pm_card_three_d_secure",
    "pm_sepa_debit",
    "pm_lost_before",
    "pm_lost_after",
    "pm_lookup_away",
    "pm_busy",
)
PRICES = (1, 500, 1999, 100_000)
K = TypeVar("K")


@dataclass
class Acknowledged:
    """What people were told, and may count on for ever."""

    checkouts: dict[str, UUID] = field(default_factory=dict)
    payments: dict[tuple[UUID, str], UUID] = field(default_factory=dict)
    refunds: dict[tuple[UUID, str], UUID] = field(default_factory=dict)
    notifications: set[str] = field(default_factory=set)


class People:
    """Everybody in one life."""

    def __init__(self, life: Life) -> None:
        self._life = life
        self._chance = Random(f"{life.seed}/people")
        self.told = Acknowledged()

    async def live(self) -> None:
        """Let everybody do what they came for."""
        async with asyncio.TaskGroup() as group:
            for number in range(1, self._chance.choice([1, 1, 2, 3]) + 1):
                group.create_task(self._sell(f"order-{number}"))
            group.create_task(weather(self._life, self._chance))

    def banks_decide(self, intent: Intent) -> None:
        """Have a bank decide about a pending charge at some later time, or change its mind about another."""
        later_s = self._chance.choice([MINUTE, HOUR, DAY, 9 * DAY])
        if isinstance(intent.state, Pending):
            self._life.loop.call_later(later_s, self._bank, intent.reference)
        elif isinstance(intent.state, Captured | Declined) and self._chance.random() < 0.06:
            self._life.loop.call_later(later_s, self._change_mind, intent.reference)

    def provider_falls_silent(self) -> None:
        """Let the provider be away from now on, for minutes or for days."""
        life = self._life
        life.tell("provider", "falls silent")
        life.take_away("provider")
        silence_s = self._chance.choice([10.0, 9 * MINUTE, 2 * HOUR, 2 * DAY])
        life.loop.call_later(silence_s, life.bring_back, "provider")

    def _change_mind(self, reference: str) -> None:
        self._life.tell("bank", f"changes its mind about {reference}")
        self._life.provider.turn_about(reference)

    def _bank(self, reference: str) -> None:
        provider = self._life.provider
        if isinstance(provider._intents[reference].state, Pending):
            provider.settle(reference, success=self._chance.random() < 0.7)
            self._life.tell("bank", f"decides about {reference}")
            provider.look()

    async def _sell(self, order: str) -> None:
        life, chance = self._life, self._chance
        await asyncio.sleep(chance.uniform(0, 10))
        amount = Money(chance.choice(PRICES), "EUR")
        expires_at = life.clock.now() + timedelta(minutes=chance.choice([60, 90, 600]))
        terms = Terms(
            organization_id=life.merchant.organization_id,
            mode=life.merchant.mode,
            amount=amount,
            lines=(Line("Blue shirt", 1, amount),),
            expires_at=expires_at,
            provider_account=ACCOUNT.account_id,
        )
        for _ in range(chance.choice([1, 1, 2])):
            begun = await life.ask(
                "merchant",
                f"opens {order}",
                lambda ledger: ledger.checkouts.open(life.merchant, terms, key=order, body={"order": order}),
            )
            self._same(self.told.checkouts, order, begun.stream_id)
        checkout_id = self.told.checkouts[order]
        async with asyncio.TaskGroup() as group:
            for tab in range(chance.choice([1, 1, 1, 2])):
                group.create_task(self._buy(checkout_id, f"{order}/{tab}"))
            if chance.random() < 0.15:
                group.create_task(self._call_off(checkout_id, order))
        await self._refund(order, checkout_id, amount)

    def _same(self, told: dict[K, UUID], key: K, stream_id: UUID) -> None:
        if told.setdefault(key, stream_id) != stream_id:
            raise Violation("one key gives one answer", f"{key} gave {told[key]}, and then {stream_id}")

    async def _buy(self, checkout_id: UUID, tab: str) -> None:
        """Click pay, wait and look, and try again after a refusal; some click twice."""
        chance = self._chance
        for attempt in range(3):
            await asyncio.sleep(chance.choice([1, 20, 5 * MINUTE]))
            method, key = chance.choice(METHODS), f"{tab}/{attempt}"
            payment_id = await self._pay(checkout_id, key, method)
            if chance.random() < 0.3:
                payment_id = await self._pay(checkout_id, key, method)
            if payment_id is None or await self._watch(tab, payment_id):
                return

    async def _pay(self, checkout_id: UUID, key: str, method: str) -> UUID | None:
        life = self._life
        try:
            begun = await life.ask(
                f"tab {key}",
                f"pays with {method}",
                lambda ledger: ledger.payments.initiate(
                    checkout_id, payment_method=method, key=key, body={"payment_method": method}
                ),
            )
        except IdempotencyKeyReused as reused:
            raise Violation("one key gives one answer", f"{key} was taken for another request") from reused
        except Refused as refusal:
            life.tell(f"tab {key}", f"is refused: {refusal.code}")
            return None
        self._same(self.told.payments, (checkout_id, key), begun.stream_id)
        payment = ids.outside("payment", begun.stream_id)
        if self._chance.random() < 0.04:
            life.provider.reports_wrong.setdefault(payment, self._chance.choice([-1, 1]))
        return begun.stream_id

    async def _watch(self, tab: str, payment_id: UUID) -> bool:
        """Look how it stands for a while; tell whether there is nothing left to try."""
        life, chance = self._life, self._chance
        for look in range(4):
            await asyncio.sleep(chance.choice([2, 30, 10 * MINUTE]))
            payment = await life.ask(f"tab {tab}", "looks", lambda ledger: ledger.payments.get(payment_id))
            if payment.status in {PaymentStatus.FAILED, PaymentStatus.CANCELLED}:
                return False
            if payment.status in {PaymentStatus.CAPTURED, PaymentStatus.PENDING}:
                return True
            if payment.status is PaymentStatus.ACTION_REQUIRED and look and chance.random() < 0.7:
                self._authenticate(tab, payment)
        return True

    def _authenticate(self, tab: str, payment: Payment) -> None:
        provider, reference = self._life.provider, payment.reference
        if reference is not None and isinstance(provider._intents[reference].state, ActionRequired):
            self._life.tell(f"tab {tab}", "does what the bank asks")
            provider.authenticate(reference, success=self._chance.random() < 0.8)
            provider.look()

    async def _call_off(self, checkout_id: UUID, order: str) -> None:
        life, chance = self._life, self._chance
        await asyncio.sleep(chance.choice([1, 25, 10 * MINUTE]))
        end = chance.choice(["expire", "cancel"])
        try:
            await life.ask(
                "merchant",
                f"calls {order} off: {end}",
                lambda ledger: getattr(ledger.checkouts, end)(checkout_id, life.merchant),
            )
        except Refused as refusal:
            life.tell("merchant", f"is refused: {refusal.code}")

    async def _refund(self, order: str, checkout_id: UUID, amount: Money) -> None:
        """Ask for refunds, some at the same time, of what was bought."""
        chance = self._chance
        paid = [payment_id for (checkout, _), payment_id in self.told.payments.items() if checkout == checkout_id]
        for payment_id in paid:
            if chance.random() < 0.4:
                continue
            await asyncio.sleep(chance.choice([1, HOUR, 2 * DAY]))
            async with asyncio.TaskGroup() as group:
                for part in range(chance.choice([1, 2, 4])):
                    share = chance.choice([amount.minor, amount.minor // 2, amount.minor // 3, None])
                    group.create_task(self._give_back(payment_id, f"{order}/refund-{part}", share))

    async def _give_back(self, payment_id: UUID, key: str, share: int | None) -> None:
        life, chance = self._life, self._chance
        refunds = life.provider.refunds
        refunds.pending += chance.random() < 0.3
        refunds.refusing += chance.random() < 0.05
        for _ in range(chance.choice([1, 1, 2])):
            try:
                begun = await life.ask(
                    "merchant",
                    f"gives back {share} of {str(payment_id)[:8]}",
                    lambda ledger: ledger.refunds.request(
                        payment_id,
                        life.merchant,
                        amount=None if share is None else Money(share, "EUR"),
                        reason=None,
                        key=key,
                        body={"share": share},
                    ),
                )
            except Refused as refusal:
                life.tell("merchant", f"is refused: {refusal.code}")
                return
            self._same(self.told.refunds, (payment_id, key), begun.stream_id)
        life.loop.call_later(chance.choice([HOUR, 3 * DAY]), self._bank_gives_back, chance.random() < 0.7)

    def _bank_gives_back(self, success: bool) -> None:  # noqa: FBT001 - it is what the bank decides
        refunds = self._life.provider.refunds
        for reference, state in list(refunds._states.items()):
            if isinstance(state, RefundPending):
                self._life.tell("bank", f"{'gives back' if success else 'fails to give back'} {reference}")
                (refunds.settle if success else refunds.fail)(reference)
