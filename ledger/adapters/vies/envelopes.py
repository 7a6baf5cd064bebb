"""The SOAP envelopes of VIES: written and read by zeep over our own WSDL, and believed only where they are plain."""

import hashlib
import re
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import as_file, files
from typing import Any, Final

from zeep import Client, Settings
from zeep.exceptions import DTDForbidden, EntitiesForbidden, Fault
from zeep.transports import Transport
from zeep.wsdl.utils import etree_to_string

from ledger.application.vat.vies import Answer, Silence, VatState, unknown
from ledger.domain.vat.number import VatNumber

# Only these say yes or no; the schema's other spellings of a boolean are the digits.
_STATES: Final = {"true": VatState.VALID, "1": VatState.VALID, "false": VatState.INVALID, "0": VatState.INVALID}
_FAULTS: Final = {silence.value.upper(): silence for silence in Silence if silence.value.isidentifier()}
_WORD: Final = re.compile(r"[A-Z_]{3,40}")
# SOAP 1.1 has no place for these (section 3); zeep refuses what an encoding hides from this.
_FORBIDDEN: Final = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_UNDISCLOSED: Final = "---"
_LONGEST: Final = 1_000


@dataclass(frozen=True, slots=True)
class Reply:
    """The bytes that came back, in the form in which zeep takes them; what the server calls them does not matter."""

    status_code: int
    content: bytes = field(repr=False)
    encoding: str = "utf-8"

    @property
    def headers(self) -> dict[str, str]:
        """Return the one type there is: no attachments, no parts."""
        return {"Content-Type": "text/xml"}


def question(number: VatNumber, requester: VatNumber | None) -> bytes:
    """Return the envelope that asks; with a requester, the answer will have a consultation number."""
    asked: dict[str, str] = {"countryCode": number.country, "vatNumber": number.number}
    if requester is not None:
        asked |= {"requesterCountryCode": requester.country, "requesterVatNumber": requester.number}
    client = _client()
    envelope = client.create_message(client.service, _operation(requester), **asked)
    written: bytes = etree_to_string(envelope)
    return written


def answer(number: VatNumber, requester: VatNumber | None, reply: Reply) -> Answer:
    """Return what `reply` says; whatever is not the plain answer to this question is unknown."""
    raw_sha256 = hashlib.sha256(reply.content).hexdigest()
    if _FORBIDDEN.search(reply.content):
        return unknown(Silence.ANSWER_FORBIDDEN, raw_sha256=raw_sha256)
    client = _client()
    binding = client.service._binding  # noqa: SLF001 - zeep's own way to read bytes it did not fetch
    try:
        said = binding.process_reply(client, binding.get(_operation(requester)), reply)
        return _read(number, said, raw_sha256)
    except Fault as fault:
        return unknown(_meaning(fault.message), raw_sha256=raw_sha256)
    except (DTDForbidden, EntitiesForbidden):
        return unknown(Silence.ANSWER_FORBIDDEN, raw_sha256=raw_sha256)
    except Exception:  # noqa: BLE001 - zeep raises whatever it trips over in what anybody may have sent
        return unknown(Silence.ANSWER_UNREADABLE, raw_sha256=raw_sha256)


def _read(number: VatNumber, said: Any, raw_sha256: str) -> Answer:  # noqa: ANN401 - made from the WSDL at run time
    state = _STATES.get((said.valid or "").strip())
    if state is None:
        return unknown(Silence.ANSWER_UNREADABLE, raw_sha256=raw_sha256)
    if (said.countryCode, (said.vatNumber or "").strip()) != (number.country, number.number):
        return unknown(Silence.ANSWER_OF_ANOTHER, raw_sha256=raw_sha256)
    approximate = hasattr(said, "requestIdentifier")
    return Answer(
        state,
        name=_text(said.traderName if approximate else said.name),
        address=_text(said.traderAddress if approximate else said.address),
        consultation_number=_text(said.requestIdentifier) if approximate else None,
        answered_on=_text(said.requestDate),
        raw_sha256=raw_sha256,
    )


def _meaning(message: str | None) -> Silence:
    # Servers have written the code bare, in braces and in quotes, and with a sentence after it.
    words = _WORD.findall(message or "")
    return next((_FAULTS[word] for word in words if word in _FAULTS), Silence.FAULT_UNKNOWN)


def _text(text: str | None) -> str | None:
    stripped = "".join(each for each in (text or "") if each.isprintable() or each == "\n").strip()[:_LONGEST]
    return None if stripped in {"", _UNDISCLOSED} else stripped


def _operation(requester: VatNumber | None) -> str:
    return "checkVat" if requester is None else "checkVatApprox"


@cache
def _client() -> Client:
    settings = Settings(strict=True, forbid_dtd=True, forbid_entities=True, forbid_external=True, xml_huge_tree=False)
    with as_file(files("ledger.adapters.vies") / "vies.wsdl") as path:
        return Client(str(path), transport=Transport(), settings=settings)
