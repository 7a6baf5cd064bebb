"""Errors as RFC 9457 problems: the one table in which HTTP numbers stand."""

from typing import Final

import orjson
from aiohttp import web

from api import refusals
from ledger.domain.errors import LedgerError, Unavailable

CONTENT_TYPE: Final = "application/problem+json"
TYPE: Final = "urn:payment-ledger:problem:"
RETRY_AFTER_S: Final = 1

STATUSES: Final[dict[str, int]] = {
    # Bodies, headers and addresses.
    "body_empty": 400,
    "body_not_expected": 400,
    "body_too_large": 413,
    "body_not_utf8": 400,
    "body_not_json": 400,
    "body_too_deep": 400,
    "body_duplicate_name": 400,
    "body_invalid": 422,
    "card_number_refused": 422,
    "amount_not_integer": 422,
    "amount_out_of_range": 422,
    "currency_unknown": 422,
    "vat_number_malformed": 422,
    "address_invalid": 422,
    "lines_do_not_add_up": 422,
    "expiry_out_of_range": 422,
    "content_type_unsupported": 415,
    "uri_too_long": 414,
    "headers_too_large": 431,
    "request_malformed": 400,
    "parameter_malformed": 400,
    "cursor_malformed": 400,
    "as_of_in_future": 400,
    "view_behind": 400,
    # Who calls, and what is there for them.
    "api_key_invalid": 401,
    "scope_missing": 403,
    "route_unknown": 404,
    "method_not_allowed": 405,
    "id_malformed": 404,
    "not_found": 404,
    "country_unknown": 404,
    "mode_mismatch": 404,
    "key_unknown": 404,
    "work_unknown": 404,
    "secret_unknown": 404,
    "account_unknown": 404,
    "endpoint_unknown": 404,
    "provider_account_unknown": 404,
    "hook_unknown": 404,
    "hook_token_invalid": 498,
    "ipn_rejected": 400,
    "rate_limited": 429,
    # Idempotency keys.
    "idempotency_key_missing": 400,
    "idempotency_key_malformed": 400,
    "idempotency_key_reused": 422,
    "idempotency_key_in_use": 409,
    # Where things stand.
    "checkout_not_open": 409,
    "checkout_expired": 409,
    "checkout_complete": 409,
    "checkout_processing": 409,
    "payment_outcome_unknown": 409,
    "review_not_open": 409,
    "review_note_refused": 422,
    "provider_cannot_tell": 409,
    "no_action_required": 409,
    "payment_not_captured": 409,
    "payment_not_authorized": 409,
    "payment_processing": 409,
    "payment_not_cancellable": 409,
    "capture_exceeds_authorized": 409,
    "capture_currency_differs": 422,
    "capture_unsupported": 422,
    "captures_too_many": 409,
    "saving_unsupported": 422,
    "customer_unknown": 422,
    "payment_method_not_saved": 404,
    "too_many_payment_methods": 409,
    "capture_still_unknown": 409,
    "cancel_still_unknown": 409,
    "payment_still_authorized": 409,
    "payment_disputed": 409,
    "refund_exceeds_captured": 409,
    "refund_currency_differs": 422,
    "refunds_too_many": 409,
    "provider_not_connected": 409,
    "provider_test_only": 409,
    "refused": 409,
    "append_too_large": 422,
    # What passes: trying again later is right.
    "unavailable": 503,
    "contended": 503,
    "overloaded": 503,
    "too_many_streams": 503,
    "too_many_watchers": 503,
    "view_in_another_form": 503,
    "time_limit_reached": 503,
    "journal_unavailable": 503,
    "journal_closed": 503,
    "outcome_unknown": 503,
    "work_unavailable": 503,
    "queue_unavailable": 503,
    "provider_busy": 503,
    "provider_unreachable": 502,
    "provider_refused": 502,
    "provider_key_rejected": 502,
    "provider_not_configured": 503,
    "provider_unknown": 503,
    "hint_unconfirmed": 503,
    "truth_overtaken": 503,
    "vault_closed": 503,
    "master_key_missing": 503,
    "master_key_malformed": 503,
    "master_key_unknown": 503,
    "seal_broken": 503,
    "secret_contended": 503,
    # What only operators and consumers hear so far.
    "head_malformed": 422,
    "report_malformed": 422,
    "report_columns_missing": 422,
    "report_changed": 409,
    "too_many_payouts": 422,
    "item_not_open": 409,
    "secret_unacceptable": 422,
    "endpoint_url_refused": 422,
    "notification_type_unknown": 422,
    "too_many_endpoints": 409,
    "notification_under_way": 409,
    "outcome_still_unknown": 409,
    "payment_still_pending": 409,
    "refund_outcome_still_unknown": 409,
    "refund_still_pending": 409,
    "rebuild_under_way": 409,
    "work_not_dead": 409,
    "tax_rate_malformed": 422,
    "tax_rule_overlaps": 409,
    "tax_rule_contradictory": 422,
    "tax_rule_missing": 422,
    "tax_rule_unknown": 404,
    "tax_rule_end_refused": 409,
    "tax_rule_differs": 409,
    "too_many_tax_rules": 409,
    "tax_import_too_large": 422,
    "time_zone_unknown": 422,
    "tax_scope_unknown": 422,
    "tax_table_malformed": 422,
    "tax_not_configured": 409,
    "tax_not_automatic": 409,
    "billing_missing": 409,
    "billing_changed_too_often": 409,
    "vat_number_unconfirmed": 409,
    "discount_exceeds_total": 422,
    "credit_exceeds_charged": 422,
    "invoice_outdated": 409,
    "prefix_refused": 422,
    "legal_name_refused": 422,
    "mail_unavailable": 503,
    "mail_refused": 422,
    "mail_not_configured": 409,
    "email_refused": 422,
    # Bugs and broken records.
    "ledger_error": 500,
    "record_unreadable": 500,
    "corrupt_journal": 500,
    "unexpected": 500,
}

# What the framework itself refuses, as errors of ours.
_FRAMEWORK: Final[dict[int, type[LedgerError]]] = {
    404: refusals.RouteUnknown,
    405: refusals.MethodNotAllowed,
    413: refusals.BodyTooLarge,
}
# What these say may name machines, streams or positions that are nobody's business outside.
_SILENT: Final = frozenset({500})


def status_of(error: LedgerError) -> int:
    """Return the HTTP status of `error`: that of its own code, or of the nearest class above it that has one."""
    return next(STATUSES[kind.code] for kind in _lineage(type(error)) if kind.code in STATUSES)


def problem(error: LedgerError, request_id: str) -> web.Response:
    """Return `error` as a problem document; what passes says when to try again."""
    status = status_of(error)
    silent = status in _SILENT
    document = {
        **({} if silent else error.facts),
        "type": f"{TYPE}{error.code}",
        "title": _title(type(error)),
        "status": status,
        "detail": _title(refusals.Unexpected) if silent else error.detail,
        "code": error.code,
        "request_id": request_id,
    }
    response = web.Response(body=orjson.dumps(document), status=status, content_type=CONTENT_TYPE)
    if isinstance(error, Unavailable | refusals.RateLimited | refusals.IdempotencyKeyInUse):
        response.headers["Retry-After"] = str(error.facts.get("retry_after_s", RETRY_AFTER_S))
    if status == web.HTTPUnauthorized.status_code:
        response.headers["WWW-Authenticate"] = 'Bearer realm="payment-ledger"'
    return response


def from_framework(error: web.HTTPException) -> LedgerError:
    """Return what the framework refused as an error of ours."""
    return _FRAMEWORK.get(error.status, refusals.RequestMalformed)()


def _lineage(kind: type[LedgerError]) -> list[type[LedgerError]]:
    return [above for above in kind.__mro__ if issubclass(above, LedgerError)]


def _title(kind: type[LedgerError]) -> str:
    return (kind.__doc__ or kind.__name__).strip().splitlines()[0]
