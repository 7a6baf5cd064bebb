"""What a key may do: the rights that a restricted key is given one by one."""

from enum import StrEnum

from ledger.domain.errors import Refused


class Scope(StrEnum):
    """One right of a key. Writing does not include reading: a till that opens checkouts need not see everybody's."""

    CHECKOUTS_READ = "checkouts:read"
    CHECKOUTS_WRITE = "checkouts:write"
    PAYMENTS_READ = "payments:read"
    PAYMENTS_WRITE = "payments:write"
    REFUNDS_READ = "refunds:read"
    REFUNDS_WRITE = "refunds:write"
    CUSTOMERS_READ = "customers:read"
    CUSTOMERS_WRITE = "customers:write"
    DISPUTES_READ = "disputes:read"
    DISPUTES_WRITE = "disputes:write"
    BALANCES_READ = "balances:read"
    IPNS_READ = "ipns:read"
    REVIEWS_READ = "reviews:read"
    TAX_READ = "tax:read"
    TAX_WRITE = "tax:write"
    INVOICES_READ = "invoices:read"
    INVOICES_WRITE = "invoices:write"
    NOTIFICATIONS_READ = "notifications:read"
    NOTIFICATIONS_WRITE = "notifications:write"
    MAILS_READ = "mails:read"


class ScopeMissing(Refused):
    """This key was not given the right to do this; `scope` names what it lacks."""

    code = "scope_missing"
