"""Where a merchant wants to hear of what happens: all endpoints of one organization in one mode."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from eventsourcing.domain import event

from ledger.domain import aggregate
from ledger.domain.errors import NotFound, Refused
from ledger.domain.values import Mode, Request

MOST_ENDPOINTS: Final = 16


class EndpointUnknown(NotFound):
    """There is no such endpoint."""

    code = "endpoint_unknown"


class TooManyEndpoints(Refused):
    """An organization has at most sixteen endpoints in each mode."""

    code = "too_many_endpoints"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address and the types of notifications that are wanted there. Its secrets lie in the vault."""

    endpoint_id: UUID
    url: str
    types: tuple[str, ...]


class Endpoints(aggregate.Aggregate):
    """The endpoints of one organization in one mode, in one stream: who must be told is known after one look."""

    TOPIC = "endpoint"

    class Event(aggregate.Event):
        """A fact about endpoints."""

    class Begun(Event, aggregate.Created):
        """The organization is about to have its first endpoint in this mode."""

        TOPIC = "endpoint.begun"
        organization_id: UUID
        mode: Mode

    class Added(Event):
        """From now on this address is told of the types it wants."""

        TOPIC = "endpoint.added"
        class_version = 2
        endpoint: Endpoint
        request: Request | None

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            """Say of endpoints from before the API could add them that no key was used."""
            state["request"] = None

    class Disabled(Event):
        """Nothing is sent to this address any more, for a stable reason such as `gone` or `exhausted`."""

        TOPIC = "endpoint.disabled"
        endpoint_id: UUID
        reason: str

    class Enabled(Event):
        """The merchant wants to hear again; what happened meanwhile is not sent by itself."""

        TOPIC = "endpoint.enabled"
        endpoint_id: UUID

    class Removed(Event):
        """The merchant does not want this address any more."""

        TOPIC = "endpoint.removed"
        endpoint_id: UUID

    @event(Begun)
    def __init__(self, organization_id: UUID, mode: Mode) -> None:
        self.organization_id = organization_id
        self.mode = mode
        self.known: dict[UUID, Endpoint] = {}
        self.disabled: dict[UUID, str] = {}
        self.requests: dict[UUID, Request] = {}

    @classmethod
    def begin(cls, stream_id: UUID, organization_id: UUID, mode: Mode) -> "Endpoints":
        """Begin without any endpoint."""
        endpoints: Endpoints = cls._create(cls.Begun, id=stream_id, organization_id=organization_id, mode=mode)
        return endpoints

    def add(self, endpoint: Endpoint, request: Request | None = None) -> bool:
        """Add an endpoint; False if the same `request` has added it before, though it may be gone since.

        Raises `TooManyEndpoints`, or `IdempotencyKeyReused` if another request had this id.
        """
        first = self.requests.get(endpoint.endpoint_id)
        if first is not None and request is not None:
            first.require_same(request)
            return False
        if len(self.known) >= MOST_ENDPOINTS:
            raise TooManyEndpoints
        self._added(endpoint, request)
        return True

    @event(Added)
    def _added(self, endpoint: Endpoint, request: Request | None) -> None:
        self.known[endpoint.endpoint_id] = endpoint
        if request is not None:
            self.requests[endpoint.endpoint_id] = request

    def wanting(self, kind: str) -> list[Endpoint]:
        """Return the enabled endpoints that want notifications of this type."""
        return [each for each in self.known.values() if kind in each.types and each.endpoint_id not in self.disabled]

    def enabled(self, endpoint_id: UUID) -> Endpoint | None:
        """Return the endpoint, None if it is disabled or gone."""
        return None if endpoint_id in self.disabled else self.known.get(endpoint_id)

    def require(self, endpoint_id: UUID) -> Endpoint:
        """Return the endpoint or raise `EndpointUnknown`."""
        if endpoint_id not in self.known:
            raise EndpointUnknown
        return self.known[endpoint_id]

    def disable(self, endpoint_id: UUID, reason: str) -> None:
        """Stop sending; again, or after its removal, is harmless."""
        if endpoint_id in self.known and endpoint_id not in self.disabled:
            self._disabled(endpoint_id, reason)

    @event(Disabled)
    def _disabled(self, endpoint_id: UUID, reason: str) -> None:
        self.disabled[endpoint_id] = reason

    def enable(self, endpoint_id: UUID) -> None:
        """Send again; raise `EndpointUnknown`."""
        self.require(endpoint_id)
        if endpoint_id in self.disabled:
            self._enabled(endpoint_id)

    @event(Enabled)
    def _enabled(self, endpoint_id: UUID) -> None:
        del self.disabled[endpoint_id]

    def remove(self, endpoint_id: UUID) -> None:
        """Forget the endpoint; raise `EndpointUnknown`."""
        self.require(endpoint_id)
        self._removed(endpoint_id)

    @event(Removed)
    def _removed(self, endpoint_id: UUID) -> None:
        del self.known[endpoint_id]
        self.disabled.pop(endpoint_id, None)
