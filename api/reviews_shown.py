"""What the API answers about reviews, as schemas."""

from typing import Literal

from api.representing import ModeName, Representation


class Review(Representation):
    """What a machine could not decide about money. It moves none; `closed_by` looked, and `note` says what they saw.

    `subject` is the checkout, payment, refund, dispute, invoice or notification that it is about; `detail` is for
    people to read. Of a resolution that is `settled` a rule saw that the doubt has resolved by itself.
    """

    id: str
    object: Literal["review"]
    mode: ModeName
    status: Literal["open", "closed"]
    reason: Literal[
        "outcome_unknown",
        "amount_differs",
        "paid_twice",
        "paid_late",
        "ipn_conflicted",
        "ipn_unexplained",
        "vat_number_unconfirmed",
        "work_dead",
    ]
    subject: str
    work_item: str | None
    detail: str
    times_raised: int
    resolution: Literal["looked_into", "provider_asked", "stated", "settled"] | None
    note: str | None
    closed_by: str | None
    created_at: str
    updated_at: str


class ReviewList(Representation):
    """Reviews, newest first; `next_cursor` goes on where the list ends, null at the end.

    A page of open ones may be short, though more follow.
    """

    items: list[Review]
    next_cursor: str | None
