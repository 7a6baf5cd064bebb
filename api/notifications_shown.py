"""What the API answers about notifications to merchants, as schemas."""

from typing import Literal

from api.representing import ModeName, Representation


class NotificationEndpoint(Representation):
    """An address that is told of what happens. Its `secret` is shown once, when it is made or rotated.

    `disabled_reason` is `gone` (the address answered 410), `exhausted` (nothing got through for days) or `merchant`.
    """

    id: str
    object: Literal["notification_endpoint"]
    mode: ModeName
    url: str
    types: list[str]
    status: Literal["enabled", "disabled", "removed"]
    disabled_reason: str | None
    secret: str | None


class NotificationEndpointList(Representation):
    """All endpoints of this mode: there are few."""

    items: list[NotificationEndpoint]
    next_cursor: None


class Notification(Representation):
    """One thing that is told at one endpoint: of the event at `position`, about the thing `about`.

    `failed` has a reason (`gone`, `exhausted`, `endpoint_disabled`) and the last status that was answered, if any.
    """

    id: str
    object: Literal["notification"]
    mode: ModeName
    type: str
    about: str
    position: int
    endpoint_id: str
    status: Literal["queued", "delivered", "failed"]
    reason: str | None
    http_status: int | None
    created_at: str
    updated_at: str


class NotificationList(Representation):
    """Notifications, newest first; `next_cursor` goes on where the list ends, null at the end."""

    items: list[Notification]
    next_cursor: str | None
