"""What the API answers about VAT numbers and the states that give them, as schemas."""

from typing import Literal

from api.representing import Representation


class VatValidation(Representation):
    """What is known of a VAT number. Only VIES's own yes or no is `valid` or `invalid`.

    `reason` says why it is `malformed` or `unknown`, or why a `stale` answer is not a newer one. `source` is `format`
    where nobody had to be asked, `live`, `cached`, or `stale`: valid at `checked_at`, and VIES does not answer now.
    """

    object: Literal["vat_validation"]
    vat: str | None
    country: str | None
    number: str | None
    status: Literal["valid", "invalid", "unknown", "malformed"]
    reason: str | None
    source: Literal["format", "live", "cached", "stale"]
    checked_at: str | None


class VatTerritory(Representation):
    """A part of a member state with VAT rules of its own, and whether it is in the Union's VAT area on that day."""

    key: str
    name: str
    in_vat_area: bool


class VatNode(Representation):
    """Whether a state's node of VIES answered when this process last asked it, and when that was."""

    status: Literal["answering", "not_answering", "unobserved"]
    observed_at: str | None


class VatMember(Representation):
    """A state, whether it is in the VAT area on `date` (for goods alone, where `goods_only`), and its VIES node.

    `country` is its ISO 3166-1 code (XI for Northern Ireland), `prefix` what its VAT numbers begin with, `until` its
    last day. A state that VIES does not answer for has no node.
    """

    object: Literal["vat_member"]
    country: str
    prefix: str
    date: str
    member: bool
    goods_only: bool
    since: str
    until: str | None
    territories: list[VatTerritory]
    vies: VatNode | None


class VatMembers(Representation):
    """The states that are in the VAT area on `date`, in the order of their codes."""

    date: str
    items: list[VatMember]
