"""A provider under test, the hands we have on what lies behind it, and one payment to try there."""

from enum import StrEnum
from typing import Protocol
from uuid import uuid4

from ledger.application.provider import ActionRequired, Outcome, Provider
from ledger.domain.money import Money

AMOUNT = Money(1999, "EUR")


class Card(StrEnum):
    """A way to pay, named after what becomes of a charge."""

    SUCCESS = "success"
    DECLINED = "declined"
    THREE_D_SECURE = "three_d_secure"
    PENDING = "pending"
    UNKNOWN = "unknown"


class Trouble(StrEnum):
    """What happens to one call: its request or its answer is lost, or the provider says no."""

    LOST_BEFORE = "lost_before"
    LOST_AFTER = "lost_after"
    FAILED_AFTER = "failed_after"
    BUSY = "busy"


class World(Protocol):
    """A provider, and hands on what lies behind it."""

    provider: Provider
    stranger: Provider
    """The same provider, spoken to with a key that it does not accept."""
    secrets: tuple[str, ...]
    """The keys that both are spoken to with."""

    async def payment_method(self, card: Card) -> str:
        """Return a payment method of that kind."""
        ...

    async def authenticate(self, reference: str, *, success: bool) -> None:
        """Act as the customer who is asked for 3-D Secure."""
        ...

    async def trouble(self, operation: str, trouble: Trouble, *, times: int = 1) -> None:
        """Let the next `times` calls of `operation` (`open`, `confirm`, `lookup`) meet with `trouble`."""
        ...

    async def forget_keys(self) -> None:
        """Forget the idempotency keys, as after a day."""
        ...

    async def charges(self, payment_id: str) -> int:
        """Return how many charges succeeded for this payment."""
        ...

    async def refundable(self, reference: str) -> str:
        """Return the reference under which a paid intent is refunded, which a notification may have told us."""
        ...


class Trial:
    """One payment at the provider under test."""

    def __init__(self, world: World, parameters: dict[str, str], payment_id: str) -> None:
        self.world = world
        self.provider = world.provider
        self.parameters = parameters
        self.payment_id = payment_id

    async def open(self) -> str:
        return await self.provider.open(self.parameters, idempotency_key=f"{self.payment_id}:1:open")

    async def confirm(self, reference: str, attempt: int = 1) -> Outcome:
        return await self.provider.confirm(reference, idempotency_key=f"{self.payment_id}:{attempt}:confirm")

    async def pay(self, reference: str) -> Outcome:
        """Charge the intent, or have its customer pay on the provider's page."""
        outcome = await self.confirm(reference)
        if not isinstance(outcome, ActionRequired):
            return outcome
        assert outcome.redirect_url is not None, "a card that needs no action was asked for one"
        await self.world.authenticate(reference, success=True)
        return await self.provider.lookup(reference)

    async def cancel(self, reference: str) -> Outcome:
        return await self.provider.cancel(reference, idempotency_key=f"{self.payment_id}:1:cancel")

    async def charges(self) -> int:
        return await self.world.charges(self.payment_id)


async def trial(world: World, card: Card = Card.SUCCESS) -> Trial:
    payment_id = f"pay_{uuid4().hex}"
    method = await world.payment_method(card)
    parameters = world.provider.parameters(payment_id=payment_id, amount=AMOUNT, payment_method=method)
    return Trial(world, parameters, payment_id)
