"""What Stripe says of charges whose customers are away, where the stand-in says less."""

from typing import Final
from urllib.parse import parse_qs

from aiohttp import web

from ledger.adapters.stripe import StripeProvider, open_transport
from ledger.application.provider import ActionRequired, Captured, Declined, Outcome, Unconfirmed
from tests.adapters.test_stripe_peers import serving
from tests.support.stripe_world import SECRET_KEY

WAITS: Final = {
    "id": "pi_1",
    "object": "payment_intent",
    "status": "requires_action",
    "client_secret": "pi_1_secret",
    "next_action": {"type": "use_stripe_sdk"},
}
Asked = list[tuple[str, dict[str, list[str]]]]


def _declined(code: str, decline_code: str) -> dict[str, object]:
    return {
        "type": "card_error",
        "code": code,
        "decline_code": decline_code,
        "message": "Your card was declined.",
        "payment_method": {"id": "pm_1", "object": "payment_method"},
    }


async def _confirmed(error: dict[str, object] | None) -> tuple[Outcome, Asked]:
    """Confirm off-session where the first answer is `error` or success; return the outcome and what was asked."""
    asked: Asked = []

    async def answer(request: web.Request) -> web.Response:
        fields = parse_qs((await request.read()).decode())
        asked.append((request.headers["Idempotency-Key"], fields))
        if "off_session" not in fields:
            return web.json_response(WAITS)
        if error is not None:
            return web.json_response({"error": error}, status=402)
        taken = {
            "status": "succeeded",
            "amount": 1999,
            "amount_received": 1999,
            "currency": "eur",
            "next_action": None,
        }
        return web.json_response({**WAITS, **taken})

    async with serving(answer) as url, open_transport() as transport:
        provider = StripeProvider(SECRET_KEY, transport, api_url=url)
        return await provider.confirm_off_session("pi_1", idempotency_key="k"), asked


async def test_stripe_is_told_that_the_customer_is_away() -> None:
    """PAY-10."""
    outcome, asked = await _confirmed(None)
    assert outcome == Captured("pi_1", 1999, "EUR")
    assert asked == [("k", {"off_session": ["true"]})]


async def test_a_bank_that_wants_to_see_the_customer_gets_an_intent_that_waits_for_them() -> None:
    """PAY-10: confirmed anew with the same method as if they were here, under a key of its own."""
    outcome, asked = await _confirmed(_declined("authentication_required", "authentication_required"))
    assert isinstance(outcome, ActionRequired)
    assert asked == [("k", {"off_session": ["true"]}), ("k:present", {"payment_method": ["pm_1"]})]


async def test_any_other_decline_is_one() -> None:
    """PAY-10: nobody is asked for anything."""
    outcome, asked = await _confirmed(_declined("card_declined", "insufficient_funds"))
    assert outcome == Declined("insufficient_funds", "Your card was declined.")
    assert len(asked) == 1


async def test_a_look_up_between_the_two_takes_it_for_no_decline() -> None:
    """PAY-10: whoever looks before the intent waits sees that nobody was charged, and nothing final."""

    async def answer(_request: web.Request) -> web.Response:
        error = _declined("authentication_required", "authentication_required")
        return web.json_response({**WAITS, "status": "requires_payment_method", "last_payment_error": error})

    async with serving(answer) as url, open_transport() as transport:
        assert await StripeProvider(SECRET_KEY, transport, api_url=url).lookup("pi_1") == Unconfirmed()
