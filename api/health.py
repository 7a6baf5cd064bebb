"""Whether this process lives, and whether it should be sent requests."""

from aiohttp import web

from api.answers import json_response
from api.call import Call
from api.endpoint import answering
from api.representations import Health


@answering(answers={200: Health})
async def live(_call: Call) -> web.StreamResponse:
    """The process runs and its loop turns."""
    return json_response({"status": "alive"})


@answering(answers={200: Health, 503: Health})
async def ready(call: Call) -> web.StreamResponse:
    """The process can serve; if not, `reasons` say why. It stops being ready as soon as it drains."""
    reasons = ["draining"] if call.service.draining.is_set() else list(await call.parts.missing())
    if reasons:
        return json_response({"status": "not_ready", "reasons": reasons}, status=503)
    return json_response({"status": "ready", "reasons": []})
