"""IPNs: authenticated and received once, durably; what follows from them is a consumer's work."""

import secrets as random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from ledger.application import ids
from ledger.application.clock import Clock
from ledger.application.context import acting
from ledger.application.ipn.arrivals import Arrival, appends, events_in, own_slice
from ledger.application.ipn.event import IpnEvent
from ledger.application.ipn.notices import notice_of
from ledger.application.ipn.parkings import parking_of
from ledger.application.ipn.receipts import UNSIGNED, Request, unsealed
from ledger.application.ipn.received import Received
from ledger.application.ipn.scheme import Headers
from ledger.application.ipn.schemes import SCHEMES
from ledger.application.ipn.statement import STATEMENTS, TYPE_UNKNOWN, Said
from ledger.application.ipn.verdict import ObjectUnknown, Reason, Rejected, Signed, UnsignedHint, Verdict
from ledger.application.ipn.weighing import is_on_record
from ledger.application.ipn_hints import Fetch
from ledger.application.organizations import Organizations
from ledger.application.provider_secrets import WEBHOOK_SECRET, ProviderSecrets
from ledger.application.repository import Repository, deciding
from ledger.application.sealing import Place, Sealer
from ledger.application.secret import Secret, SecretVersion
from ledger.application.vault import Vault
from ledger.domain.errors import NotFound
from ledger.domain.ipn import Agreement, Ipn, Notice, Receipt
from ledger.domain.organization import Organization, ProviderAccount
from ledger.domain.parking import Parking
from ledger.domain.payment import Payment

_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)


def endpoint(organization_id: UUID, account_id: str) -> str:
    """Return the name under which an account hears from its provider: `org_….acct_1`."""
    return f"{ids.outside('organization', organization_id)}.{account_id}"


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
        fetch: Fetch,
    ) -> None:
        """Keep notifications in `repository`, sealed by `sealer`; trust `secrets`, and what `fetch` finds."""
        self._repository = repository
        self._organizations = organizations
        self._secrets = secrets
        self._vault = vault
        self._sealer = sealer
        self._clock = clock
        self._fetch = fetch
        # What nobody signs with: an unknown account is put to the same test as any other, and fails it.
        self._decoy = (SecretVersion(0, Secret(random.token_bytes(32)), _LONG_AGO),)

    async def receive(
        self, provider: str, account: str, raw: bytes, headers: Headers
    ) -> Received | ObjectUnknown | Rejected:
        """Authenticate a notification for the endpoint `account`, and keep it; however often it comes it is one.

        What is not signed is a hint: the provider is asked before anything is kept. Raises `Unavailable` when it
        could not be kept, or not be asked about: the provider must send it again. A provider that we take no
        notifications of raises `NotFound`.
        """
        if provider not in STATEMENTS:
            raise NotFound
        known = await self._known(provider, account)
        scheme, now = SCHEMES[provider](known and known[1].account_id), self._clock.now()
        secrets = await self._secrets.webhook_secrets(known[0].id, known[1].account_id) if known else ()
        verdict = scheme.authenticate(raw, headers, secrets or self._decoy, now)
        if isinstance(verdict, Rejected):
            return verdict
        if known is None or (isinstance(verdict, Signed) and not secrets):
            return Rejected(Reason.SIGNATURE_MISMATCH)
        events = events_in(scheme, raw, headers, known[1].mode)
        if isinstance(events, Rejected):
            return events
        if isinstance(verdict, UnsignedHint):
            fetched = await self._fetch(known[1], events)
            if isinstance(fetched, ObjectUnknown):
                return fetched
            events = fetched
        version = verdict.secret_version if isinstance(verdict, Signed) else UNSIGNED
        with acting(actor=f"provider:{provider}", tenant=known[0].id):
            return await self._keep(known, events, Request(raw, headers, now, version))

    async def _known(self, provider: str, account: str) -> tuple[Organization, ProviderAccount] | None:
        organization_id, _, account_id = account.partition(".")
        try:
            organization = await self._organizations.glance(ids.inside("organization", organization_id))
        except NotFound:
            return None
        found = organization.accounts.get(account_id)
        return None if found is None or found.provider != provider else (organization, found)

    async def _keep(
        self, known: tuple[Organization, ProviderAccount], events: Sequence[IpnEvent], request: Request
    ) -> Received:
        organization, account = known
        named = (organization.id_salt, "ipn", account.provider, account.account_id)
        arrivals = {
            ipn_id: Arrival(ipn_id, each) for each in events for ipn_id in [ids.derived(*named, *each.dedupe_key)]
        }
        new: dict[UUID, Ipn] = {}
        for batch in appends(list(arrivals.values()), len(request.raw)):
            new |= await self._append(organization.id, account, batch, request)
        settled = tuple(ipn.status for ipn in new.values() if ipn.settled)
        return Received(tuple(arrivals), frozenset(arrivals.keys() - new.keys()), settled)

    async def _append(
        self, organization_id: UUID, account: ProviderAccount, batch: Sequence[Arrival], request: Request
    ) -> dict[UUID, Ipn]:
        """Keep what is new of a batch in one append, and return that.

        What says nothing, or nothing new, is settled as it is kept: most of what providers tell needs no work.
        """

        async def decide() -> dict[UUID, Ipn]:
            new = [each for each in batch if await self._repository.presume(Ipn, each.ipn_id) is None]
            receipts = request.receipts(self._sealer, new)
            notices = [notice_of(organization_id, account, each.event) for each in new]
            kept = [
                self._kept(each, notice, receipt)
                for each, notice, receipt in zip(new, notices, receipts, strict=True)
            ]
            await self._repository.save(*kept)
            for each in kept:
                if each.settled:
                    # A flood of what needs no work must not push payments out of memory.
                    self._repository.forget(each.id)
            return {each.id: each for each in kept}

        return await deciding(decide)

    def _kept(self, arrival: Arrival, notice: Notice, receipt: Receipt) -> Ipn:
        said = STATEMENTS[notice.provider](arrival.event.raw_slice)
        if said is None:
            return Ipn.receive(arrival.ipn_id, notice, receipt, ignored=TYPE_UNKNOWN)
        claimed = notice.claimed_payment
        # What is not remembered here is weighed later: an acknowledgement waits for one durable insert and no more.
        payment = None if claimed is None else self._repository.remembered(Payment, claimed)
        if payment is None or not is_on_record(payment, said, notice):
            return Ipn.receive(arrival.ipn_id, notice, receipt)
        agreement = Agreement(payment.id, payment.status.value)
        return Ipn.receive(arrival.ipn_id, notice, receipt, agreement=agreement)

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
        raw, headers = self.raw(ipn)
        scheme = SCHEMES[ipn.notice.provider](ipn.notice.account_id)
        if scheme.batched and ipn.receipt.carrier is None:
            raw = own_slice(scheme, raw, headers, ipn.notice.dedupe_key) or b""
        return STATEMENTS[ipn.notice.provider](raw)

    async def verify(self, ipn: Ipn) -> Verdict:
        """Authenticate a kept notification once more, as of when it came, with the secret of then (IPN-19)."""
        if ipn.receipt.carrier is not None:
            return await self._verify_in(await self.get(ipn.receipt.carrier), ipn)
        notice, receipt = ipn.notice, ipn.receipt
        raw, headers = self.raw(ipn)
        if receipt.secret_version == UNSIGNED:
            return SCHEMES[notice.provider](notice.account_id).authenticate(raw, headers, (), receipt.received_at)
        place = Place(notice.organization_id, notice.account_id, WEBHOOK_SECRET)
        kept = await self._vault.version(place, receipt.secret_version)
        secret = SecretVersion(kept.version, kept.secret, kept.valid_from)
        return SCHEMES[notice.provider](notice.account_id).authenticate(raw, headers, [secret], receipt.received_at)

    async def _verify_in(self, carrier: Ipn, ipn: Ipn) -> Verdict:
        """Authenticate the body that a notification came in, and find the notification in it."""
        verdict = await self.verify(carrier)
        scheme = SCHEMES[ipn.notice.provider](ipn.notice.account_id)
        in_body = own_slice(scheme, *self.raw(carrier), ipn.notice.dedupe_key)
        return verdict if in_body == self.raw(ipn)[0] else Rejected(Reason.SIGNATURE_MISMATCH)

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

    async def named(self, notice: Notice, reference: str) -> UUID | None:
        """Return the payment that the account was told to be known as `reference`, None if it was not."""
        key = SCHEMES[notice.provider](notice.account_id).named_by(reference)
        organization = await self._organizations.glance(notice.organization_id)
        named = (organization.id_salt, "ipn", notice.provider, notice.account_id)
        ipn = None if key is None else await self._repository.find(Ipn, ids.derived(*named, *key))
        return None if ipn is None else ipn.notice.claimed_payment

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
