"""What Stripe's errors mean for us: nothing was done, something is wrong with the request, or nobody knows."""

from typing import Final

import stripe

from ledger.application.provider import ProviderBusy, ProviderKeyRejected, ProviderRefused, ProviderUnreachable
from ledger.domain.errors import LedgerError

REQUEST_WRONG: Final = frozenset({400, 402, 404, 422})
KEY_WRONG: Final = frozenset({401, 403})
COME_BACK: Final = frozenset({409, 429})


def meaning_of(error: stripe.StripeError) -> LedgerError:
    """Return our error for Stripe's.

    Stripe's own is not chained to it: its arguments hold whole bodies, in which there are client secrets.
    """
    facts: dict[str, object] = {
        "provider_status": error.http_status,
        "provider_code": _code(error),
        "request_id": error.request_id,
    }
    if error.http_status in REQUEST_WRONG and not isinstance(error, stripe.RateLimitError):
        return ProviderRefused(None, **facts)
    if error.http_status in KEY_WRONG or isinstance(error, stripe.AuthenticationError):
        return ProviderKeyRejected(None, **facts)
    if error.http_status in COME_BACK or isinstance(error, stripe.RateLimitError):
        return ProviderBusy(None, **facts)
    # A timeout, a cut, a 5xx, a redirect, or a page of some proxy: the charge may have been made.
    return ProviderUnreachable(None, **facts)


def _code(error: stripe.StripeError) -> str | None:
    # A 409 arrives without a code of its own; the body's is kept beside it.
    code = error.code or getattr(error.error, "code", None)
    return code if isinstance(code, str) else None
