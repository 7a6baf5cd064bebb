"""Where providers tell us what happened: authenticated over the raw bytes, kept durably, answered at once."""

import asyncio
from typing import Final

from aiohttp import web

from api.call import Call
from api.endpoint import answering
from api.refusals import BodyTooLarge, HookTokenInvalid, HookUnknown, IpnRejected
from ledger.application.ipn.scheme import MAX_BODY, Headers
from ledger.application.ipn.schemes import SCHEMES
from ledger.application.ipn.verdict import ObjectUnknown, Reason, Receipt, Rejected
from ledger.domain.errors import LedgerError, NotFound
from ledger.runtime.telemetry import instruments

_UNKNOWN: Final = frozenset({Reason.NO_SECRET, Reason.SECRET_MALFORMED, Reason.SIGNATURE_MISMATCH})
_PROBLEMS: Final = (
    "rate_limited",
    "hook_unknown",
    "hook_token_invalid",
    "hint_unconfirmed",
    "ipn_rejected",
    "body_too_large",
    "journal_unavailable",
    "journal_closed",
    "outcome_unknown",
    "overloaded",
    "contended",
    "unavailable",
    "vault_closed",
    "master_key_missing",
    "master_key_unknown",
    "seal_broken",
)


@answering(answers={200: None, 204: None}, problems=_PROBLEMS, is_raw=True)
async def receive(call: Call) -> web.StreamResponse:
    """Take a provider's notification; the body is its very bytes, signed in the way of the provider."""
    provider, account = call.request.match_info["provider"], call.request.match_info["account_id"]
    arrived_s = asyncio.get_running_loop().time()
    raw = await _raw(call.request)
    try:
        outcome = await call.parts.ipns.receive(provider, account, raw, _headers(call.request))
    except NotFound:
        outcome = Rejected(Reason.NO_SECRET)
    if isinstance(outcome, Rejected):
        # No metric is named after what strangers write.
        named = provider if provider in SCHEMES else "unknown"
        instruments().ipn_rejected.add(1, {"provider": named, "reason": outcome.reason.value})
        # Neither the answer nor its time tells an account that does not exist from a signature that is wrong (IPN-7).
        await asyncio.sleep(arrived_s + call.service.limits.rejection_s - asyncio.get_running_loop().time())
        call.service.rejected(call.request)
        raise _refusal(provider, outcome)
    if isinstance(outcome, ObjectUnknown):
        # Whoever makes us ask for what is not there is slowed down like whoever forges.
        instruments().ipn_rejected.add(1, {"provider": provider, "reason": "object_unknown"})
        call.service.rejected(call.request)
    else:
        for ipn_id in outcome.ipns:
            is_old = ipn_id in outcome.duplicates
            instruments().ipn_received.add(1, {"provider": provider, "duplicate": is_old})
        for status in outcome.settled:
            instruments().ipn_settled.add(1, {"provider": provider, "outcome": status.value})
    ack = SCHEMES[provider](None).ack(Receipt.STORED)
    return web.Response(status=ack.status, body=ack.body)


def _refusal(provider: str, rejected: Rejected) -> LedgerError:
    if rejected.reason in _UNKNOWN:
        return HookTokenInvalid() if provider == "gocardless" else HookUnknown()
    if rejected.reason is Reason.BODY_TOO_LARGE:
        return BodyTooLarge(limit_bytes=MAX_BODY)
    return IpnRejected(reason=rejected.reason.value, where=rejected.where)


async def _raw(request: web.Request) -> bytes:
    """Return the body as it came, and read no more of it than a notification may have."""
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > MAX_BODY:
            raise BodyTooLarge(limit_bytes=MAX_BODY)
    return bytes(body)


def _headers(request: web.Request) -> Headers:
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in request.raw_headers]
