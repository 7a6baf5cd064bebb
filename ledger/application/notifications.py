"""Notifications to merchants: their endpoints, what is queued for them, and how it ended."""

import base64
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final
from uuid import UUID

from ledger.application import ids
from ledger.application.context import acting
from ledger.application.idempotency import request_of
from ledger.application.organizations import Principal
from ledger.application.repository import Repository, deciding
from ledger.application.sealing import Place
from ledger.application.secret import Secret
from ledger.application.sender import WHSEC, Sender
from ledger.application.vault import Vault
from ledger.domain.endpoint import Endpoint, Endpoints, EndpointUnknown
from ledger.domain.errors import NotFound, Refused
from ledger.domain.notification import Notification, NotificationTerms
from ledger.domain.organization import Organization
from ledger.domain.values import Mode, Personal, Request

TYPES: Final = {
    "checkout.completed": "checkout.completed",
    "checkout.expired": "checkout.expired",
    "checkout.cancelled": "checkout.cancelled",
    "checkout.tax_corrected": "checkout.tax_corrected",
    "payment.authorized": "payment.authorized",
    "payment.captured": "payment.succeeded",
    "payment.failed": "payment.failed",
    "payment.cancelled": "payment.cancelled",
    "refund.succeeded": "refund.succeeded",
    "refund.failed": "refund.failed",
    "refund.cancelled": "refund.cancelled",
    "dispute.opened": "dispute.opened",
    "dispute.funds_withdrawn": "dispute.funds_withdrawn",
    "dispute.funds_reinstated": "dispute.funds_reinstated",
    "dispute.won": "dispute.won",
    "dispute.lost": "dispute.lost",
    "dispute.closed": "dispute.closed",
}
"""The public type of the events that merchants are told of, by topic."""

SECRET: Final = "notification_secret"  # noqa: S105 - the name of a field
SECRET_BYTES: Final = 32
OVERLAP: Final = timedelta(hours=24)


class TypeUnknown(Refused):
    """There are no notifications of this type."""

    code = "notification_type_unknown"


@dataclass(frozen=True, slots=True)
class Added:
    """An endpoint, and its secret, which nobody is shown again: None if the same request had added it before."""

    endpoint: Endpoint
    secret: Secret | None


class Notifications:
    """The endpoints and notifications of this ledger."""

    def __init__(self, repository: Repository, vault: Vault, sender: Sender) -> None:
        """Keep both in `repository`, and the endpoints' secrets in `vault`."""
        self._repository = repository
        self._vault = vault
        self._sender = sender

    async def endpoints(self, organization_id: UUID, mode: Mode) -> Endpoints | None:
        """Return the endpoints as they are, None if there never was one; raise `NotFound`."""
        return await self._repository.find(Endpoints, await self._stream(organization_id, mode))

    async def listening(self, organization_id: UUID, mode: Mode) -> Endpoints | None:
        """Return the endpoints as this process last knew them, some milliseconds old at most."""
        try:
            return await self._repository.glance(Endpoints, await self._stream(organization_id, mode))
        except NotFound:
            return None

    async def anybody_listens(self, organization_id: UUID) -> bool:
        """Tell whether the organization ever had an endpoint in any mode, as this process last knew it."""
        for mode in Mode:
            if await self.listening(organization_id, mode) is not None:
                return True
        return False

    async def add(self, organization_id: UUID, mode: Mode, url: str, types: tuple[str, ...]) -> tuple[UUID, Secret]:
        """Add an endpoint; return its id and its secret, which nobody is shown again.

        Raises `UrlRefused`, `TypeUnknown`, `TooManyEndpoints`, `NotFound`.
        """
        added = await self._add(organization_id, mode, Endpoint(ids.fresh(), url, types), None)
        assert added.secret is not None, "an endpoint with a fresh id is new"
        return added.endpoint.endpoint_id, added.secret

    async def register(
        self, principal: Principal, url: str, types: tuple[str, ...], *, key: str, body: Mapping[str, object]
    ) -> Added:
        """Add an endpoint once per (organization, mode, API key, idempotency key) (IDEM-7).

        Raises as `add` does, and `IdempotencyKeyReused` if the key was used with another `body`.
        """
        organization = await self._repository.glance(Organization, principal.organization_id)
        salt, mode = organization.id_salt, principal.mode
        endpoint_id = ids.derived(salt, "endpoint", mode.value, principal.key_id, key)
        request = request_of(salt, key, body)
        return await self._add(principal.organization_id, mode, Endpoint(endpoint_id, url, types), request)

    async def _add(self, organization_id: UUID, mode: Mode, wanted: Endpoint, request: Request | None) -> Added:
        self._sender.require(wanted.url)
        unknown = set(wanted.types) - set(TYPES.values())
        if unknown or not wanted.types:
            raise TypeUnknown(types=sorted(unknown))
        endpoint = replace(wanted, types=tuple(sorted(set(wanted.types))))
        stream_id = await self._stream(organization_id, mode)

        async def decide() -> bool:
            endpoints = await self._repository.find(Endpoints, stream_id)
            endpoints = endpoints or Endpoints.begin(stream_id, organization_id, mode)
            is_new = endpoints.add(endpoint, request)
            with acting(tenant=organization_id):
                await self._repository.save(endpoints)
            return is_new

        if not await deciding(decide):
            return Added(endpoint, None)
        # The event decides which of two requests at once is the one whose secret counts. Whoever dies before this
        # line leaves an endpoint that nothing is sent to until its secret is rotated.
        secret = _fresh_secret()
        await self._vault.put(place(organization_id, endpoint.endpoint_id), secret)
        return Added(endpoint, secret)

    async def rotate(self, organization_id: UUID, mode: Mode, endpoint_id: UUID) -> Secret:
        """Sign with a new secret from now on, and with those before it for a day more; return the new one."""
        endpoints = await self.endpoints(organization_id, mode)
        if endpoints is None:
            raise EndpointUnknown
        endpoints.require(endpoint_id)
        secret = _fresh_secret()
        await self._vault.put(place(organization_id, endpoint_id), secret, overlap=OVERLAP)
        return secret

    async def change(self, organization_id: UUID, mode: Mode, fact: Callable[[Endpoints], object]) -> Endpoints:
        """Record one fact about the endpoints, and return them as they then are; raise `EndpointUnknown`."""
        stream_id = await self._stream(organization_id, mode)

        async def decide() -> Endpoints:
            endpoints = await self._repository.find(Endpoints, stream_id)
            if endpoints is None:
                raise EndpointUnknown
            fact(endpoints)
            with acting(tenant=organization_id):
                await self._repository.save(endpoints)
            return endpoints

        return await deciding(decide)

    async def secrets(self, notification: Notification) -> list[Secret]:
        """Return what the notification is signed with now, the newest secret first; none until there is one."""
        terms = notification.terms
        return [each.secret for each in await self._vault.valid(place(terms.organization_id, terms.endpoint_id))]

    async def id_of(self, organization_id: UUID, endpoint_id: UUID, event_id: str) -> UUID:
        """Return the one id of the notification of an event at an endpoint."""
        organization = await self._repository.glance(Organization, organization_id)
        return ids.derived(organization.id_salt, "notification", endpoint_id.hex, event_id)

    async def queue(self, notification_id: UUID, terms: NotificationTerms, body: str) -> None:
        """Queue a notification once, however often it is asked for."""

        async def decide() -> None:
            if await self.find(notification_id) is None:
                with acting(tenant=terms.organization_id):
                    await self._repository.save(Notification.queue(notification_id, terms, Personal(body)))

        await deciding(decide)

    async def find(self, notification_id: UUID) -> Notification | None:
        """Return the notification, None if there is none."""
        return await self._repository.find(Notification, notification_id)

    async def get(self, notification_id: UUID) -> Notification:
        """Return the notification or raise `NotFound`."""
        return await self._repository.get(Notification, notification_id)

    async def record(self, notification_id: UUID, fact: Callable[[Notification], object]) -> int | None:
        """Record one fact about a notification, and return its position, None if there was nothing to record."""

        async def decide() -> int | None:
            notification = await self._repository.get(Notification, notification_id)
            fact(notification)
            with acting(tenant=notification.terms.organization_id):
                return await self._repository.save(notification)

        return await deciding(decide)

    async def _stream(self, organization_id: UUID, mode: Mode) -> UUID:
        organization = await self._repository.glance(Organization, organization_id)
        return ids.derived(organization.id_salt, "endpoints", mode.value)


def place(organization_id: UUID, endpoint_id: UUID) -> Place:
    """Return where the secrets of an endpoint lie in the vault."""
    return Place(organization_id, ids.outside("endpoint", endpoint_id), SECRET)


def _fresh_secret() -> Secret:
    return Secret(WHSEC + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode())
