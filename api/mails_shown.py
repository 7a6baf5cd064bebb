"""What the API answers about mails, as schemas."""

from typing import Literal

from api.representing import ModeName, Representation


class Mail(Representation):
    """A mail to a customer about a payment, or to the merchant about a notification endpoint.

    Whose address `to` is only they can tell; it is null where there was none. A mail that `failed` has a reason:
    `address_missing`, `mail_not_configured`, `mail_refused`, or `no_longer_needed`.
    """

    id: str
    object: Literal["mail"]
    mode: ModeName
    about: str
    to: str | None
    subject: str
    status: Literal["queued", "sent", "failed"]
    reason: str | None
    created_at: str
    updated_at: str


class MailList(Representation):
    """Mails, newest first; `next_cursor` goes on where the list ends, null at the end."""

    items: list[Mail]
    next_cursor: str | None
