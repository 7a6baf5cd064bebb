"""Example values of reports, payouts and reconciliations."""

from datetime import timedelta
from uuid import UUID

from ledger.domain.clearing import Found, ItemTerms, Kind, Line
from ledger.domain.payout import PayoutTerms
from ledger.domain.reconciliation import Count, ReconciliationTerms, Share, Summary
from ledger.domain.values import Mode
from tests.support.examples import NOW, ORGANIZATION, PAYMENT

SUBJECT = f"pay_{PAYMENT.hex}"
CLEARING_ITEM = UUID(int=0x66666666666666666666666666666666)
PAYOUT = UUID(int=0x77777777777777777777777777777777)
ITEM_TERMS = ItemTerms(ORGANIZATION, Mode.TEST, "stripe", "acct_1", SUBJECT)
PAYOUT_TERMS = PayoutTerms(ORGANIZATION, Mode.TEST, "stripe", "acct_1", "po_1")
LINE = Line("txn_1", Kind.MOVEMENT, SUBJECT, NOW, "EUR", 1999, 59, 1940, "po_1")
RECONCILIATION_TERMS = ReconciliationTerms(
    ORGANIZATION, Mode.TEST, "stripe", "acct_1", "ab" * 32, NOW, NOW + timedelta(days=1), 4
)
SUMMARY = Summary(1, (Count(Found.MATCHED, 1),), (Share("EUR", 1999, 1999, 1999),))
