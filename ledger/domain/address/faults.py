"""What can be wrong with an address: a reason for each field, and a sentence for whoever fills it in."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from ledger.domain.errors import Refused


class Field(StrEnum):
    """The parts of an address."""

    COUNTRY = "country"
    STREET = "street"
    CITY = "city"
    POSTCODE = "postcode"
    REGION = "region"


class Reason(StrEnum):
    """Why a field cannot stand as it is."""

    REQUIRED = "required"
    TOO_LONG = "too_long"
    CHARACTERS = "characters"
    UNKNOWN = "unknown"
    INVALID = "invalid"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one field, and where it helps, what would be right. Never what the customer wrote."""

    field: Field
    reason: Reason
    detail: str
    example: str | None = None

    def facts(self) -> dict[str, str]:
        """Return the fault as a front end reads it."""
        facts = {"field": self.field.value, "reason": self.reason.value, "detail": self.detail}
        return facts if self.example is None else facts | {"example": self.example}


class AddressInvalid(Refused):
    """The address cannot be one; `fields` says of each field that is wrong why, and what would be right."""

    code = "address_invalid"

    @classmethod
    def of(cls, faults: Iterable[Fault]) -> "AddressInvalid":
        """Return the error that tells of all `faults` at once."""
        said = list(faults)
        sentences = " ".join(f"{fault.field.value}: {fault.detail}" for fault in said)
        return cls(sentences, fields=[fault.facts() for fault in said])
