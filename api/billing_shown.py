"""What the API answers about the tax of a checkout, as schemas."""

from typing import Literal

from api.representing import ModeName, Money, Representation

Treatment = Literal["domestic", "oss_destination", "origin", "reverse_charge", "registered_abroad", "out_of_scope"]
Standing = Literal["preview", "decided", "renewed", "confirmed", "corrected"]
# EN 16931: standard, zero rated, exempt, reverse charge, export, outside the scope of VAT.
Category = Literal["S", "Z", "E", "AE", "G", "O"]


class TaxedPrice(Representation):
    """A gross amount, and how much of it is tax."""

    gross: Money
    net: Money
    tax: Money


class TaxedAt(TaxedPrice):
    """A gross amount under a category (EN 16931) and a rate in percent, as a decimal number in a string."""

    category: Category
    rate: str


class VatNumberSeen(Representation):
    """A VAT number, and what is known of it. Only VIES's own yes or no is `valid` or `invalid`.

    A `stale` answer is an earlier one, since VIES does not answer now; `reason` says why.
    """

    number: str
    status: Literal["valid", "invalid", "unknown"]
    stale: bool
    reason: str | None
    checked_at: str


class Tax(Representation):
    """The tax that is in the price, which never changes with it. `lines` are in the order of the checkout's lines.

    `treatment` is that of the first line; a line outside the scope has the category O. A checkout without lines is
    taxed as one. It is `decided` when the address is set, `renewed` for the day of the payment, and `confirmed` or
    `corrected` once the register has spoken about a number that it had not known or told before.
    """

    standing: Standing
    treatment: Treatment
    country: str
    territory: str
    vat_number: VatNumberSeen | None
    groups: list[TaxedAt]
    lines: list[TaxedAt]
    total: TaxedPrice


class TaxPreview(Representation):
    """The tax as it would be; nothing is recorded."""

    object: Literal["tax_preview"]
    checkout_id: str
    tax: Tax


class Seller(Representation):
    """The organization, as its rulebook described it."""

    country: str
    oss: bool
    vat_number: str | None


class ProductDecision(Representation):
    """How one category of products was decided, step by step."""

    tax_category: str
    treatment: Treatment
    category: Category
    rate: str
    taxed_in: str
    rule_id: str | None
    steps: list[str]


class Location(Representation):
    """A piece of evidence of where the customer belongs."""

    kind: Literal["billing_address", "vat_number", "ip_address", "bank", "phone", "other"]
    country: str


class TaxDecision(Representation):
    """Why the tax is what it is, for the merchant and their auditor. `day` is the tax point, in the seller's zone."""

    day: str
    customer_type: Literal["consumer", "business"]
    seller: Seller
    rounding: Literal["group", "line"]
    rulebook_version: int
    decisions: list[ProductDecision]
    location: list[Location]
    located: Literal["agreeing", "single", "contradicting"]
    evidence_id: str | None
    consultation_number: str | None


class Address(Representation):
    """A postal address in its owner's own spelling."""

    country: str
    street: str
    city: str | None
    postcode: str | None
    region: str | None


class Billing(Representation):
    """Whom the order is billed to."""

    customer_type: Literal["consumer", "business"]
    name: str | None
    address: Address
    vat_number: str | None


class TaxEvidence(Representation):
    """What VIES answered, or why it did not, kept under `id` for as long as the tax that rests on it.

    It answered at `checked_at` to `requester`, the organization's own number, under `consultation_number`.
    `answer_sha256` is the hash of the answer's bytes. Whom the register named is kept, and shown to nobody here.
    """

    id: str
    number: str
    status: Literal["valid", "invalid", "unknown"]
    reason: str | None
    source: Literal["live", "cached", "stale"]
    checked_at: str
    requester: str | None
    consultation_number: str | None
    answered_on: str | None
    answer_sha256: str | None


class TaxRecorded(Representation):
    """One decision about the tax as it was recorded: what it came to, why, and the register's answer it rests on."""

    standing: Literal["decided", "renewed", "confirmed", "corrected"]
    recorded_at: str
    event_id: str
    position: int
    tax: Tax
    decision: TaxDecision
    evidence: TaxEvidence | None


class TaxTrail(Representation):
    """Every decision and correction of a checkout's tax, in the order in which they were recorded.

    There is none while nobody said where the customer is, and where the merchant takes care of the tax.
    """

    object: Literal["tax_trail"]
    checkout_id: str
    mode: ModeName
    automatic_tax: bool
    items: list[TaxRecorded]
