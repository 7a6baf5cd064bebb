"""What lies between provider and ledger: notifications come twice, late, out of order or never, some are forged."""

from collections.abc import Callable, Mapping
from random import Random
from types import MappingProxyType
from typing import Any, Final

import orjson

from ledger.adapters.memory.intents import Intent
from ledger.application import ids
from ledger.application.ipn.verdict import Rejected
from ledger.application.ipns import endpoint
from ledger.application.provider import (
    ActionRequired,
    Authorized,
    Cancelled,
    Captured,
    Declined,
    Outcome,
    Pending,
    Unconfirmed,
)
from ledger.bootstrap import Ledger
from ledger.domain.money import Money
from tests.application.ipn.notifications import stripe_header
from tests.simulation.history import Violation
from tests.simulation.life import Life
from tests.simulation.people import Acknowledged
from tests.simulation.weather import DAY, HOUR, MINUTE
from tests.support.stripe_ipns import SIGNED_WITH, charge, intent, told
from tests.support.world import ACCOUNT

DELAYS_S = (0.0, 0.0, 0.0, 0.1, 1.0, 20.0, 10 * MINUTE, 2 * HOUR, 2 * DAY)
STALE_S = 301


KINDS: Final[Mapping[type[Outcome], tuple[str, ...]]] = MappingProxyType(
    {
        Unconfirmed: ("payment_intent.created",),
        ActionRequired: ("payment_intent.requires_action",),
        Authorized: ("payment_intent.amount_capturable_updated",),
        Pending: ("payment_intent.processing",),
        Captured: ("payment_intent.succeeded", "charge.succeeded"),
        Declined: ("payment_intent.payment_failed",),
        Cancelled: ("payment_intent.canceled",),
    }
)
"""The types of the events that tell of a state."""


class Network:
    """Carries what the provider tells, and what forgers make of it."""

    def __init__(self, life: Life, told: Acknowledged) -> None:
        self._life = life
        self._told = told
        self._chance = Random(f"{life.seed}/network")
        self._numbers = 0
        self.authentic: set[str] = set()
        self._delays_s = (2 * HOUR, 2 * DAY) if self._chance.random() < 0.25 else DELAYS_S

    def changed(self, about: Intent) -> None:
        """Tell of an intent that has changed."""
        minor = about.state.amount_minor if isinstance(about.state, Captured) else about.amount.minor
        money: dict[str, Any] = {"amount": about.amount.minor, "currency": about.amount.currency.lower()}
        for kind in KINDS[type(about.state)]:
            received = {"amount_captured" if kind == "charge.succeeded" else "amount_received": minor}
            make = charge if kind == "charge.succeeded" else intent
            self._send(kind, make(about.payment_id, about.reference, **money, **received))
        if not isinstance(about.state, Unconfirmed):
            return
        for kind in ("payment_intent.requires_action", "payment_intent.processing"):
            if self._chance.random() < 0.15:
                # It says so too early; the ledger may even hear of it before it has opened the payment.
                self._send(kind, intent(about.payment_id, about.reference, **money))
        if self._chance.random() < 0.1:
            self._send("payment_intent.succeeded", intent(f"pay_{self._chance.getrandbits(128):032x}", "pi_strange"))

    def refunded(self, charged: str, reference: str, amount: Money) -> None:
        """Tell of a refund that was made at the provider's desk: whose it is says its intent, and nothing of ours."""
        about = {
            "id": reference,
            "object": "refund",
            "amount": amount.minor,
            "currency": amount.currency.lower(),
            "payment_intent": charged,
            "status": "succeeded",
            "metadata": {},
        }
        for kind in ("refund.created", "charge.refund.updated"):
            self._send(kind, about)

    def _send(self, kind: str, about: dict[str, Any]) -> None:
        self._numbers += 1
        event_id = f"evt_{self._numbers}"
        self.authentic.add(event_id)
        raw = told(kind, about, event_id=event_id)
        if self._chance.random() < 0.1:
            self._life.tell("network", f"loses {kind} for good")
            return
        for _ in range(self._chance.choice([1, 1, 2, 3])):
            self._later(lambda: self._life.start(self._deliver(event_id, kind, raw)))
        if self._chance.random() < 0.2:
            self._later(lambda: self._life.start(self._forge(kind, about)))

    def _later(self, happen: Callable[[], object]) -> None:
        self._life.loop.call_later(self._chance.choice(self._delays_s) * self._chance.uniform(0.5, 1.5), happen)

    async def _deliver(self, event_id: str, kind: str, raw: bytes) -> None:
        received = await self._life.ask("provider", f"tells {event_id} {kind}", self._receive(raw, SIGNED_WITH))
        if isinstance(received, Rejected):
            raise Violation("what is authentic is received", f"{event_id} was rejected: {received.reason}")
        self._told.notifications.add(event_id)

    def _receive(self, raw: bytes, secret: str, *, age_s: int = 0, account: str = ACCOUNT.account_id) -> Any:  # noqa: ANN401
        async def receive(ledger: Ledger) -> object:
            signed_at = int(self._life.clock.now().timestamp()) - age_s
            address = endpoint(self._life.merchant.organization_id, account)
            return await ledger.ipns.receive("stripe", address, raw, stripe_header(raw, secret, at=signed_at))

        return receive

    async def _forge(self, kind: str, about: dict[str, Any]) -> None:
        """Send something that is not the provider's word, in one of the ways there are."""
        forged = told("payment_intent.succeeded", {**about, "amount_received": 1}, event_id=f"evt_forged_{kind}")
        way = self._chance.choice(["secret", "stale", "account", "live", "body", "empty"])
        raw, age_s, account, secret = forged, 0, ACCOUNT.account_id, SIGNED_WITH
        match way:
            case "secret":
                secret = "whsec_of_somebody_else"
            case "stale":
                age_s = STALE_S + 5
            case "account":
                account = "acct_other"
            case "live":
                raw = orjson.dumps({**orjson.loads(forged), "livemode": True})
            case "empty":
                raw = b""
            case _:
                assert way == "body", "there is no other way"
        work = self._altered(raw) if way == "body" else self._receive(raw, secret, age_s=age_s, account=account)
        received = await self._life.ask("forger", f"forges {kind} ({way})", work)
        if not isinstance(received, Rejected):
            raise Violation("nothing forged is received", f"{way}: {received}")

    def _altered(self, raw: bytes) -> Any:  # noqa: ANN401
        async def receive(ledger: Ledger) -> object:
            headers = stripe_header(raw, SIGNED_WITH, at=int(self._life.clock.now().timestamp()))
            address = endpoint(self._life.merchant.organization_id, ACCOUNT.account_id)
            return await ledger.ipns.receive("stripe", address, raw.replace(b"evt_", b"evt-"), headers)

        return receive


def payment_name(stream_id: Any) -> str:  # noqa: ANN401 - a UUID
    """Return the name under which a provider knows a payment."""
    return ids.outside("payment", stream_id)
