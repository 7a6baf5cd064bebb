"""VAT numbers: whether one is valid, and which states give them."""

from datetime import date
from typing import Any, Final

from aiohttp import web

from api import answers
from api import vat_shown as shown
from api.call import Call
from api.endpoint import Parameter, answering
from api.moments import day
from api.refusals import ParameterMalformed
from ledger.application.codec import moment_text
from ledger.application.vat.answers import VatCheck
from ledger.application.vat.counting import FORMAT, MALFORMED
from ledger.application.vat.node import Node
from ledger.domain.errors import NotFound
from ledger.domain.tax.territory import TERRITORIES, in_vat_area
from ledger.domain.vat.members import MEMBERS, PREFIXES, Member, member
from ledger.domain.vat.number import VatNumber, VatNumberMalformed

_DATE: Final = Parameter(
    "date", "query", "the day that is asked about; today in UTC if absent", form={"format": "date"}
)


@answering(
    answers={200: shown.VatValidation},
    parameters=(
        Parameter(
            "vat", "query", "the number with its prefix, however it is written: `EL 094259216`, `gr-094.259.216`"
        ),
        Parameter("country", "query", "the country, where the number comes without a prefix: `GR` or `EL`"),
        Parameter("number", "query", "the number without a prefix, together with `country`"),
    ),
    problems=("parameter_malformed",),
)
async def validate(call: Call) -> web.StreamResponse:
    """Tell whether a VAT number is valid, invalid, malformed or, within three seconds, unknown."""
    call.service.asks_vies(call.request)
    written, country = _written(call)
    try:
        number = call.parts.vat_numbers.read(written, country)
    except VatNumberMalformed as malformed:
        return _answered(_nobody_asked(str(malformed.facts["reason"])))
    return _answered(_checked(await call.parts.vat_numbers.check(number)))


@answering(answers={200: shown.VatMembers}, parameters=(_DATE,), problems=("parameter_malformed",))
async def members(call: Call) -> web.StreamResponse:
    """List the states that are in the Union's VAT area on a day."""
    asked = _asked(call)
    present = sorted((each for each in MEMBERS if each.on(asked)), key=lambda each: each.iso)
    items = [_member(call, each, asked) for each in present]
    return answers.json_response({"date": asked.isoformat(), "items": items})


@answering(answers={200: shown.VatMember}, parameters=(_DATE,), problems=("parameter_malformed",))
async def show_member(call: Call) -> web.StreamResponse:
    """Read one state: whether it is a member on a day, its territories, and whether its VIES node answers."""
    found = member(call.request.match_info["country"].upper())
    if found is None:
        raise NotFound
    return answers.json_response(_member(call, found, _asked(call)))


def _written(call: Call) -> tuple[str, str | None]:
    vat, number, country = (call.query.get(name) for name in ("vat", "number", "country"))
    if vat is not None and number is None:
        return vat, country
    if vat is None and number is not None and country is not None:
        return number, country
    raise ParameterMalformed("Give `vat`, or `country` and `number`.", parameter="vat")


def _asked(call: Call) -> date:
    text = call.query.get("date")
    if text is None:
        return call.parts.clock.now().date()
    asked = day(text)
    if asked is None:
        raise ParameterMalformed("date is a day: 2026-11-22.", parameter="date")
    return asked


def _answered(body: dict[str, Any]) -> web.Response:
    return answers.json_response({"object": "vat_validation", **body})


def _nobody_asked(reason: str) -> dict[str, Any]:
    nothing = dict.fromkeys(("vat", "country", "number", "checked_at"))
    return {**nothing, "status": MALFORMED, "reason": reason, "source": FORMAT}


def _checked(check: VatCheck) -> dict[str, Any]:
    """Return what is told to anybody: not the name and address, which VIES tells those who need them."""
    number: VatNumber = check.number
    silence = check.silence or check.answer
    return {
        "vat": str(number),
        "country": number.country,
        "number": number.number,
        "status": check.answer.state.value,
        "reason": None if silence.reason is None else silence.reason.value,
        "source": check.source.value,
        "checked_at": moment_text(check.checked_at),
    }


def _member(call: Call, found: Member, asked: date) -> dict[str, Any]:
    node = call.parts.vat_numbers.node(found.prefix) if found.prefix in PREFIXES else None
    return {
        "object": "vat_member",
        "country": found.iso,
        "prefix": found.prefix,
        "date": asked.isoformat(),
        "member": found.on(asked),
        "goods_only": found.goods_only,
        "since": found.since.isoformat(),
        "until": None if found.until is None else found.until.isoformat(),
        "territories": [
            {"key": each.key, "name": each.name, "in_vat_area": in_vat_area(each, asked)}
            for each in TERRITORIES
            if each.country == found.iso
        ],
        "vies": None if node is None else _node(node),
    }


def _node(node: Node) -> dict[str, Any]:
    observed_at = node.observed_at
    return {
        "status": node.status.value,
        "observed_at": None if observed_at is None else moment_text(observed_at),
    }
