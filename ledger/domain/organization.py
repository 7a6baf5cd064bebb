"""An organization: the merchant, its API keys and its accounts at providers."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from eventsourcing.domain import event

from ledger.domain import aggregate
from ledger.domain.access import Scope
from ledger.domain.errors import NotFound
from ledger.domain.values import Mode, Personal


class KeyUnknown(NotFound):
    """The organization has no such key."""

    code = "key_unknown"


class ProviderNotConnected(NotFound):
    """The organization has no provider account for this mode."""

    code = "provider_not_connected"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """An issued key. `digest` is the SHA-256 of its secret, which nobody keeps. `scopes` of None: full rights."""

    key_id: str
    mode: Mode
    digest: str
    label: str
    scopes: tuple[Scope, ...] | None = None


@dataclass(frozen=True, slots=True)
class ProviderAccount:
    """An account at a provider. `secret_name` says where its key is kept; the key itself is in no event."""

    account_id: str
    provider: str
    mode: Mode
    secret_name: str
    publishable_key: str


class Organization(aggregate.Aggregate):
    """An organization (`org_…`)."""

    TOPIC = "organization"

    class Event(aggregate.Event):
        """A fact about an organization."""

    class Registered(Event, aggregate.Created):
        """A merchant joined; `id_salt` makes the ids derived from its idempotency keys unguessable."""

        TOPIC = "organization.registered"
        name: str
        id_salt: str

    class KeyIssued(Event):
        """An API key was handed out."""

        TOPIC = "organization.key_issued"
        class_version = 2
        key: ApiKey

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            """Give keys from before there were scopes the full rights that they had."""
            state["key"]["scopes"] = None

    class KeyRevoked(Event):
        """An API key is no longer accepted."""

        TOPIC = "organization.key_revoked"
        key_id: str

    class ProviderConnected(Event):
        """Charges of one mode go to this account from now on."""

        TOPIC = "organization.provider_connected"
        account: ProviderAccount

    class ContactChanged(Event):
        """The merchant is written to at this address from now on; at none if there is none."""

        TOPIC = "organization.contact_changed"
        contact: Personal | None

    @event(Registered)
    def __init__(self, name: str, id_salt: str) -> None:
        self.name = name
        self.id_salt = id_salt
        self.keys: dict[str, ApiKey] = {}
        self.accounts: dict[str, ProviderAccount] = {}
        self.current: dict[Mode, str] = {}
        self.contact: Personal | None = None

    @classmethod
    def register(cls, organization_id: UUID, name: str, *, id_salt: str) -> "Organization":
        """Register a merchant under `name`."""
        organization: Organization = cls._create(cls.Registered, id=organization_id, name=name, id_salt=id_salt)
        return organization

    def issue_key(self, key: ApiKey) -> None:
        """Accept `key` from now on."""
        if key.key_id not in self.keys:
            self._key_issued(key)

    def revoke_key(self, key_id: str) -> None:
        """Stop accepting a key; raise `KeyUnknown` if it is not one of ours."""
        if key_id not in self.keys:
            raise KeyUnknown
        self._key_revoked(key_id)

    def connect(self, account: ProviderAccount) -> None:
        """Send charges of the account's mode to it."""
        if self.accounts.get(account.account_id) != account or self.current.get(account.mode) != account.account_id:
            self._provider_connected(account)

    def account(self, mode: Mode) -> ProviderAccount:
        """Return the account that charges of `mode` go to; raise `ProviderNotConnected`."""
        if mode not in self.current:
            raise ProviderNotConnected(mode=mode.value)
        return self.accounts[self.current[mode]]

    def write_to(self, contact: Personal | None) -> None:
        """Write to the merchant at `contact` from now on; None: nowhere."""
        if contact != self.contact:
            self._contact_changed(contact)

    @event(KeyIssued)
    def _key_issued(self, key: ApiKey) -> None:
        self.keys[key.key_id] = key

    @event(KeyRevoked)
    def _key_revoked(self, key_id: str) -> None:
        del self.keys[key_id]

    @event(ProviderConnected)
    def _provider_connected(self, account: ProviderAccount) -> None:
        self.accounts[account.account_id] = account
        self.current[account.mode] = account.account_id

    @event(ContactChanged)
    def _contact_changed(self, contact: Personal | None) -> None:
        self.contact = contact
