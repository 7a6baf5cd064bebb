"""IPNs: authenticated and received once, durably; what follows from them is a consumer's work."""

import secrets as random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID, uuid5

from ledger.application import ids
from ledger.application.clock import Clock
from ledger.application.context import acting
from ledger.application.ipn.event import IpnEvent
from ledger.application.ipn.receipts import sealed_receipt, unsealed
from ledger.application.ipn.scheme import Headers, IpnScheme
from ledger.application.ipn.schemes import SCHEMES
from ledger.application.ipn.statement import STATEMENTS, Said
from ledger.application.ipn.verdict import Reason, Rejected, Signed, Verdict
from ledger.application.organizations import Organizations
from ledger.application.provider_secrets import WEBHOOK_SECRET, ProviderSecrets
from ledger.application.repository import Repository, deciding
from ledger.application.sealing import Place, Sealer
from ledger.application.secret import Secret, SecretVersion
from ledger.application.vault import Vault
from ledger.domain.errors import NotFound
from ledger.domain.ipn import Ipn, Notice
from ledger.domain.organization import Organization, ProviderAccount
from ledger.domain.parking import Parking

NAMESPACE: Final = UUID("0f5f0b3e-8f52-4d0c-9e0b-6a3c5b1d7e42")
"""The namespace of the ids of `parking` streams: `uuid5(NAMESPACE, payment_id.hex)`, never to be changed."""
_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)


def endpoint(organization_id: UUID, account_id: str) -> str:
    """Return the name under which an account hears from its provider: `org_….acct_1`."""
    return f"{ids.outside('organization', organization_id)}.{account_id}"


@dataclass(frozen=True, slots=True)
class Received:
    """A notification is durably kept, now or since an earlier delivery."""

    ipn_id: UUID
    duplicate: bool


class Ipns:
    """The notifications of this ledger."""

    def __init__(
        self,
        repository: Repository,
        organizations: Organizations,
        secrets: ProviderSecrets,
        vault: Vault,
        sealer: Sealer,
        clock: Clock,
    ) -> None:
        """Keep notifications in `repository`, sealed by `sealer`; authenticate them with `secrets`."""
        self._repository = repository
        self._organizations = organizations
        self._secrets = secrets
        self._vault = vault
        self._sealer = sealer
        self._clock = clock
        # What nobody signs with: an unknown account is put to the same test as any other, and fails it.
        self._decoy = (SecretVersion(0, Secret(random.token_bytes(32)), _LONG_AGO),)

    async def receive(self, provider: str, account: str, raw: bytes, headers: Headers) -> Received | Rejected:
        """Authenticate a notification for the endpoint `account`, and keep it; however often it comes it is one.

        Raises `Unavailable` when it could not be kept: the provider must send it again. A provider that we take no
        notifications of raises `NotFound`.
        """
        if provider not in STATEMENTS:
            raise NotFound
        known = await self._known(provider, account)
        scheme, now = SCHEMES[provider](known and known[1].account_id), self._clock.now()
        secrets = await self._secrets.webhook_secrets(known[0].id, known[1].account_id) if known else ()
        verdict = scheme.authenticate(raw, headers, secrets or self._decoy, now)
        if known is None or not secrets or not isinstance(verdict, Signed):
            return verdict if isinstance(verdict, Rejected) else Rejected(Reason.SIGNATURE_MISMATCH)
        event = _only_event(scheme, raw, headers)
        rejected = event if isinstance(event, Rejected) else event.contradicts(known[1].mode)
        if isinstance(event, Rejected) or rejected is not None:
            return rejected or Rejected(Reason.BODY_UNEXPECTED)
        with acting(actor=f"provider:{provider}", tenant=known[0].id):
            return await self._keep(known, event, raw, headers, verdict)

    async def _known(self, provider: str, account: str) -> tuple[Organization, ProviderAccount] | None:
        organization_id, _, account_id = account.partition(".")
        try:
            organization = await self._organizations.glance(ids.inside("organization", organization_id))
        except NotFound:
            return None
        found = organization.accounts.get(account_id)
        return None if found is None or found.provider != provider else (organization, found)

    async def _keep(
        self,
        known: tuple[Organization, ProviderAccount],
        event: IpnEvent,
        raw: bytes,
        headers: Headers,
        signed: Signed,
    ) -> Received:
        organization, account = known
        ipn_id = ids.derived(organization.id_salt, "ipn", account.provider, account.account_id, *event.dedupe_key)
        receipt = sealed_receipt(
            self._sealer,
            ipn_id,
            raw,
            headers,
            received_at=self._clock.now(),
            secret_version=signed.secret_version,
        )
        notice = _notice(organization.id, account, event)

        async def decide() -> Received:
            if await self._repository.presume(Ipn, ipn_id) is not None:
                return Received(ipn_id, duplicate=True)
            await self._repository.save(Ipn.receive(ipn_id, notice, receipt))
            return Received(ipn_id, duplicate=False)

        return await deciding(decide)

    async def get(self, ipn_id: UUID) -> Ipn:
        """Return a notification or raise `NotFound`."""
        return await self._repository.get(Ipn, ipn_id)

    async def glance(self, ipn_id: UUID) -> Ipn:
        """Return a notification as this process last knew it; what it says never changes. Raises `NotFound`."""
        return await self._repository.glance(Ipn, ipn_id)

    def raw(self, ipn: Ipn) -> tuple[bytes, Headers]:
        """Return the raw bytes and headers; raise `VaultClosed` or one of its kin."""
        return unsealed(self._sealer, ipn)

    def statement(self, ipn: Ipn) -> Said | None:
        """Return what a notification says about its payment, None for what this release does not understand."""
        raw, _ = self.raw(ipn)
        return STATEMENTS[ipn.notice.provider](raw)

    async def verify(self, ipn: Ipn) -> Verdict:
        """Authenticate a kept notification once more, as of when it came, with the secret of then (IPN-19)."""
        notice, receipt = ipn.notice, ipn.receipt
        raw, headers = self.raw(ipn)
        place = Place(notice.organization_id, notice.account_id, WEBHOOK_SECRET)
        kept = await self._vault.version(place, receipt.secret_version)
        secret = SecretVersion(kept.version, kept.secret, kept.valid_from)
        return SCHEMES[notice.provider](notice.account_id).authenticate(raw, headers, [secret], receipt.received_at)

    async def park(self, ipn_id: UUID, payment_id: UUID, reason: str) -> None:
        """Keep a notification until `payment_id` can be told; whoever opens the payment finds it in the parking."""

        async def decide() -> None:
            ipn = await self._repository.get(Ipn, ipn_id)
            ipn.park(reason)
            lot = parking_of(payment_id)
            parking = await self._repository.find(Parking, lot)
            if parking is None:
                parking = Parking.begin(lot, payment_id=payment_id, ipn_id=ipn_id)
            else:
                parking.join(ipn_id)
            await self._repository.save(ipn, parking)

        await deciding(decide)

    async def waiting_for(self, payment_id: UUID) -> tuple[UUID, ...]:
        """Return the notifications that were ever parked for a payment."""
        parking = await self._repository.find(Parking, parking_of(payment_id))
        return () if parking is None else tuple(parking.waiting)

    async def record(self, ipn_id: UUID, fact: Callable[[Ipn], object]) -> Ipn:
        """Record what came of a notification, and return it as it then is."""

        async def decide() -> Ipn:
            ipn = await self._repository.recall(Ipn, ipn_id)
            fact(ipn)
            await self._repository.save(ipn)
            return ipn

        return await deciding(decide)


def parking_of(payment_id: UUID) -> UUID:
    """Return the stream in which the notifications that wait for a payment stand."""
    return uuid5(NAMESPACE, payment_id.hex)


def _only_event(scheme: IpnScheme, raw: bytes, headers: Headers) -> IpnEvent | Rejected:
    """Return the one event in the body of a provider that sends one at a time."""
    events = scheme.split(raw, headers)
    if isinstance(events, Rejected):
        return events
    only = events[0] if len(events) == 1 else None
    return only if isinstance(only, IpnEvent) else Rejected(Reason.BODY_UNEXPECTED)


def _notice(organization_id: UUID, account: ProviderAccount, event: IpnEvent) -> Notice:
    return Notice(
        organization_id=organization_id,
        provider=account.provider,
        account_id=account.account_id,
        mode=account.mode,
        dedupe_key=event.dedupe_key,
        type=event.type,
        object_id=event.object_id,
        claimed_payment=_claimed(event.references.payment_id),
        provider_reference=event.references.provider_id,
        occurred_at=event.occurred_at,
    )


def _claimed(payment: str | None) -> UUID | None:
    try:
        return ids.inside("payment", payment or "")
    except NotFound:
        return None
