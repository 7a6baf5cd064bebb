"""The whole surface on one screen."""

from typing import Final

from api import (
    address_formats,
    balances,
    checkouts,
    customers,
    disputes,
    events,
    health,
    holds,
    hooks,
    ipns,
    notification_endpoints,
    notifications,
    off_session,
    openapi,
    payments,
    refunds,
    reviews,
    tax_rules,
    tax_settings,
    vat,
)
from api.endpoint import Access, Route
from ledger.domain.access import Scope

_CHECKOUT: Final = "/api/v1/checkouts/{checkout_id}"
_PAYMENT: Final = "/api/v1/checkouts/{checkout_id}/payments/{payment_id}"
_CUSTOMER: Final = "/api/v1/customers/{customer_id}"
_ENDPOINT: Final = "/api/v1/notification_endpoints/{endpoint_id}"
_NOTIFICATION: Final = "/api/v1/notifications/{notification_id}"
_RULES: Final = "/api/v1/tax/rules"
_ACCOUNT: Final = "/api/v1/balances/{account}/{currency}"

ROUTES: Final = (
    Route("POST", "/api/v1/checkouts", Access.MERCHANT, checkouts.create, Scope.CHECKOUTS_WRITE),
    Route("GET", "/api/v1/checkouts", Access.MERCHANT, checkouts.index, Scope.CHECKOUTS_READ),
    Route("GET", _CHECKOUT, Access.BOTH, checkouts.show, Scope.CHECKOUTS_READ),
    Route("POST", f"{_CHECKOUT}/expire", Access.MERCHANT, checkouts.expire, Scope.CHECKOUTS_WRITE),
    Route("POST", f"{_CHECKOUT}/cancel", Access.MERCHANT, checkouts.cancel, Scope.CHECKOUTS_WRITE),
    Route("GET", f"{_CHECKOUT}/events", Access.CUSTOMER, events.follow),
    Route("POST", f"{_CHECKOUT}/payments", Access.CUSTOMER, payments.create),
    Route("GET", f"{_CHECKOUT}/payments", Access.MERCHANT, payments.attempts, Scope.PAYMENTS_READ),
    Route("GET", _PAYMENT, Access.CUSTOMER, payments.show_to_customer),
    Route("GET", f"{_PAYMENT}/action", Access.CUSTOMER, payments.action),
    Route("POST", f"{_PAYMENT}/returned", Access.CUSTOMER, payments.returned),
    Route("GET", "/api/v1/payments", Access.MERCHANT, payments.index, Scope.PAYMENTS_READ),
    Route("GET", "/api/v1/payments/{payment_id}", Access.MERCHANT, payments.show, Scope.PAYMENTS_READ),
    Route("POST", "/api/v1/payments/{payment_id}/capture", Access.MERCHANT, holds.capture, Scope.PAYMENTS_WRITE),
    Route("POST", "/api/v1/payments/{payment_id}/cancel", Access.MERCHANT, holds.cancel, Scope.PAYMENTS_WRITE),
    Route("POST", "/api/v1/payments/{payment_id}/refunds", Access.MERCHANT, refunds.create, Scope.REFUNDS_WRITE),
    Route("GET", "/api/v1/payments/{payment_id}/refunds", Access.MERCHANT, refunds.index, Scope.REFUNDS_READ),
    Route("GET", "/api/v1/refunds/{refund_id}", Access.MERCHANT, refunds.show, Scope.REFUNDS_READ),
    Route("POST", "/api/v1/customers", Access.MERCHANT, customers.create, Scope.CUSTOMERS_WRITE),
    Route("GET", "/api/v1/customers", Access.MERCHANT, customers.index, Scope.CUSTOMERS_READ),
    Route("GET", _CUSTOMER, Access.MERCHANT, customers.show, Scope.CUSTOMERS_READ),
    Route("POST", f"{_CUSTOMER}/payments", Access.MERCHANT, off_session.create, Scope.PAYMENTS_WRITE),
    Route(
        "DELETE",
        f"{_CUSTOMER}/payment_methods/{{method_id}}",
        Access.MERCHANT,
        customers.remove_method,
        Scope.CUSTOMERS_WRITE,
    ),
    Route("GET", "/api/v1/payments/{payment_id}/disputes", Access.MERCHANT, disputes.of_payment, Scope.DISPUTES_READ),
    Route("GET", "/api/v1/disputes", Access.MERCHANT, disputes.index, Scope.DISPUTES_READ),
    Route("GET", "/api/v1/disputes/{dispute_id}", Access.MERCHANT, disputes.show, Scope.DISPUTES_READ),
    Route("GET", "/api/v1/balances", Access.MERCHANT, balances.index, Scope.BALANCES_READ),
    Route("GET", f"{_ACCOUNT}/entries", Access.MERCHANT, balances.entries, Scope.BALANCES_READ),
    Route("GET", "/api/v1/ipns", Access.MERCHANT, ipns.index, Scope.IPNS_READ),
    Route("GET", "/api/v1/ipns/{ipn_id}", Access.MERCHANT, ipns.show, Scope.IPNS_READ),
    Route("GET", "/api/v1/reviews", Access.MERCHANT, reviews.index, Scope.REVIEWS_READ),
    Route("GET", "/api/v1/reviews/{review_id}", Access.MERCHANT, reviews.show, Scope.REVIEWS_READ),
    Route(
        "POST",
        "/api/v1/notification_endpoints",
        Access.MERCHANT,
        notification_endpoints.create,
        Scope.NOTIFICATIONS_WRITE,
    ),
    Route(
        "GET",
        "/api/v1/notification_endpoints",
        Access.MERCHANT,
        notification_endpoints.index,
        Scope.NOTIFICATIONS_READ,
    ),
    Route("GET", _ENDPOINT, Access.MERCHANT, notification_endpoints.show, Scope.NOTIFICATIONS_READ),
    Route("DELETE", _ENDPOINT, Access.MERCHANT, notification_endpoints.remove, Scope.NOTIFICATIONS_WRITE),
    Route("POST", f"{_ENDPOINT}/disable", Access.MERCHANT, notification_endpoints.disable, Scope.NOTIFICATIONS_WRITE),
    Route("POST", f"{_ENDPOINT}/enable", Access.MERCHANT, notification_endpoints.enable, Scope.NOTIFICATIONS_WRITE),
    Route("POST", f"{_ENDPOINT}/rotate", Access.MERCHANT, notification_endpoints.rotate, Scope.NOTIFICATIONS_WRITE),
    Route("GET", "/api/v1/notifications", Access.MERCHANT, notifications.index, Scope.NOTIFICATIONS_READ),
    Route("GET", _NOTIFICATION, Access.MERCHANT, notifications.show, Scope.NOTIFICATIONS_READ),
    Route("POST", f"{_NOTIFICATION}/resend", Access.MERCHANT, notifications.resend, Scope.NOTIFICATIONS_WRITE),
    Route("POST", _RULES, Access.MERCHANT, tax_rules.create, Scope.TAX_WRITE),
    Route("GET", _RULES, Access.MERCHANT, tax_rules.index, Scope.TAX_READ),
    Route("GET", f"{_RULES}/{{rule_id}}", Access.MERCHANT, tax_rules.show, Scope.TAX_READ),
    Route("POST", f"{_RULES}/{{rule_id}}/end", Access.MERCHANT, tax_rules.end, Scope.TAX_WRITE),
    Route("GET", "/api/v1/tax/settings", Access.MERCHANT, tax_settings.show, Scope.TAX_READ),
    Route("PUT", "/api/v1/tax/settings", Access.MERCHANT, tax_settings.replace, Scope.TAX_WRITE),
    Route("GET", "/api/v1/vat/validate", Access.ANYBODY, vat.validate),
    Route("GET", "/api/v1/vat/members", Access.ANYBODY, vat.members),
    Route("GET", "/api/v1/vat/members/{country}", Access.ANYBODY, vat.show_member),
    Route("GET", "/api/v1/address_formats/{country}", Access.ANYBODY, address_formats.show),
    Route("POST", "/hooks/{provider}/{account_id}", Access.PROVIDER, hooks.receive),
    Route("GET", "/health/live", Access.EVERYBODY, health.live),
    Route("GET", "/health/ready", Access.EVERYBODY, health.ready),
    Route("GET", "/openapi.json", Access.EVERYBODY, openapi.show),
)
