"""The books: what each event did to each account, entry by entry, with the balance after it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from ledger.application import ids
from ledger.application.codec import moment_text
from ledger.application.mapper import Envelope
from ledger.application.owners import Owner
from ledger.application.views import Document
from ledger.domain.aggregate import Created, Event
from ledger.domain.catalogue import EVENTS
from ledger.domain.journal import Postings, control
from ledger.domain.values import Mode
from projections.view import View

MONEY: Final = frozenset(
    topic for topic, kind in EVENTS.items() if "postings" in getattr(kind, "__dataclass_fields__", {})
)
"""The topics of the events that move money: those that carry postings, and no others."""
_KINDS: Final = {topic.partition(".")[0] for topic in MONEY}
BEGINNINGS: Final = frozenset(
    topic for topic, kind in EVENTS.items() if issubclass(kind, Created) and topic.partition(".")[0] in _KINDS
)
"""The topics of the events that say whose the money is."""


@dataclass(frozen=True, slots=True, order=True)
class Account:
    """An account of the books. One organization's live and test money, and currencies, never meet in one."""

    organization_id: UUID
    mode: Mode
    name: str
    currency: str

    @property
    def series(self) -> str:
        """Write the account as the name of the series of its entries."""
        return f"{prefix(self.organization_id, self.mode)}{self.name}/{self.currency}"


def prefix(organization_id: UUID, mode: Mode) -> str:
    """Return how the names of all accounts of an organization and mode begin."""
    return f"{organization_id.hex}/{mode.value}/"


def account_of(series: str) -> Account:
    """Read what `Account.series` wrote."""
    organization, mode, rest = series.split("/", 2)
    name, _, currency = rest.rpartition("/")
    return Account(UUID(hex=organization), Mode(mode), name, currency)


class Books:
    """A fold of all money events into entries. An entry is written once, and no later event changes it.

    An entry is what one event did to one account. Its document's id is made of the position and a number within the
    event, so that entries lie in the order of the journal; its `version` is its number within the account.
    """

    name = "books"
    form = 1
    topics = MONEY | BEGINNINGS

    def touched(self, owner: Owner, event: Event) -> dict[Account, Postings]:
        """Return the postings of an event by the account of the books they go to."""
        touched: dict[Account, Postings] = {}
        postings: Postings = getattr(event, "postings", ())
        for posting in postings:
            currency: str = event.amount.currency  # type: ignore[attr-defined]
            account = Account(owner.organization_id, owner.mode, control(posting.account), currency)
            touched[account] = (*touched.get(account, ()), posting)
        return touched

    def entries(
        self, owner: Owner, position: int, envelope: Envelope, heads: Mapping[Account, Document]
    ) -> dict[Account, Document]:
        """Return the entry that the event makes in each account; `heads` are the accounts' entries before it."""
        touched = self.touched(owner, envelope.event)
        return {
            account: _entry(position, number, envelope, account, postings, heads.get(account))
            for number, (account, postings) in enumerate(touched.items())
        }


Kept = View | Books
"""What is kept in a store: a document for each stream, or entries for each account."""


def _entry(
    position: int,
    number: int,
    envelope: Envelope,
    account: Account,
    postings: Postings,
    head: Document | None,
) -> Document:
    minor = sum(posting.minor for posting in postings)
    before = 0 if head is None else balance_minor(head)
    topic: str = type(envelope.event).TOPIC  # type: ignore[attr-defined]
    body: dict[str, Any] = {
        "object": "entry",
        "account": account.name,
        "position": position,
        "number": 1 if head is None else head.version + 1,
        "recorded_at": moment_text(envelope.recorded_at),
        "event_id": envelope.event_id,
        "topic": topic,
        "subject": _subject(topic, envelope.event.originator_id),
        "amount": {"minor": minor, "currency": account.currency},
        "balance": {"minor": before + minor, "currency": account.currency},
        "postings": [{"account": posting.account, "minor": posting.minor} for posting in postings],
    }
    return Document(
        id=UUID(int=position << 64 | number),
        position=position,
        version=body["number"],
        created=position,
        organization_id=account.organization_id,
        mode=account.mode.value,
        body=body,
        series=account.series,
    )


def balance_minor(entry: Document) -> int:
    """Return the balance of the account after the entry, in minor units, debits above zero."""
    return entry.body["balance"]["minor"]  # type: ignore[no-any-return]


def _subject(topic: str, stream_id: UUID) -> str:
    kind = topic.partition(".")[0]
    return ids.outside(kind, stream_id) if kind in ids.PREFIXES else stream_id.hex
