"""All the rules, in one place: what follows from which event."""

from consumers.ask_on_outcome_unknown import AskOnOutcomeUnknown
from consumers.ask_on_refund_outcome_unknown import AskOnRefundOutcomeUnknown
from consumers.ask_vat_on_checkout_completed import AskVatOnCheckoutCompleted
from consumers.asking_again import AskingAgain
from consumers.at_provider import AtProvider
from consumers.cancel_on_cancel_requested import CancelOnCancelRequested
from consumers.capture_on_capture_requested import CaptureOnCaptureRequested
from consumers.charge_on_payment_initiated import ChargeOnPaymentInitiated
from consumers.close_review_on_fact import closing
from consumers.consumer import Consumer
from consumers.deliver_on_notification_queued import (
    DeliverOnNotificationQueued,
    DeliverOnNotificationResendRequested,
)
from consumers.detach_on_method_removed import DetachOnMethodRemoved
from consumers.expire_on_checkout_opened import ExpireOnCheckoutOpened
from consumers.expire_on_checkout_reopened import ExpireOnCheckoutReopened
from consumers.follow_up_on_action_required import FollowUpOnActionRequired
from consumers.follow_up_on_payment_authorized import FollowUpOnPaymentAuthorized
from consumers.follow_up_on_payment_pending import FollowUpOnPaymentPending
from consumers.follow_up_on_refund_opened import FollowUpOnRefundOpened
from consumers.ipn_judgement import IpnJudge
from consumers.ipn_of_disputes import DisputeJudge
from consumers.ipn_of_refunds import RefundJudge
from consumers.ipn_of_what_was_taken_back import TakenBackJudge
from consumers.ipn_settlement import IpnSettlement
from consumers.issue_credit_note_on_refund_succeeded import IssueCreditNoteOnRefundSucceeded
from consumers.issue_credit_notes_on_invoice_issued import IssueCreditNotesOnInvoiceIssued
from consumers.issue_invoice_on_payment_captured import IssueInvoiceOnPaymentCaptured
from consumers.issue_invoice_on_tax_settled import IssueInvoiceOnTaxSettled
from consumers.mail_on_action_required import MailOnActionRequired
from consumers.mail_on_endpoint_disabled import MailOnEndpointDisabled
from consumers.notify_on_public_fact import NotifyOnPublicFact
from consumers.owe_credit_on_refund_failed import OweCreditOnRefundFailed
from consumers.refund_at_provider import RefundAtProvider
from consumers.refund_on_refund_requested import RefundOnRefundRequested
from consumers.resolved_doubts import ResolvedDoubts
from consumers.review_on_doubt import reviewing
from consumers.save_method_on_payment_captured import SaveMethodOnPaymentCaptured
from consumers.schedule import Schedule
from consumers.settle_on_ipn_received import SettleOnIpnReceived
from consumers.settle_parked_on_payment_opened import SettleParkedOnPaymentOpened
from consumers.whose_payment import WhosePayment
from ledger.application.notifications import TYPES
from ledger.application.owners import Owners
from ledger.bootstrap import Ledger


def rules_of(ledger: Ledger, schedule: Schedule | None = None) -> tuple[Consumer, ...]:
    """Return every rule, at work for `ledger`."""
    schedule = schedule or Schedule()
    payments, checkouts, clock = ledger.payments, ledger.checkouts, ledger.ports.clock
    at_provider = AtProvider(ledger.organizations, ledger.ports.providers)
    refunds, refund_at_provider = ledger.refunds, RefundAtProvider(ledger.organizations, ledger.ports.providers)
    return (
        ChargeOnPaymentInitiated(payments, at_provider, clock, schedule),
        FollowUpOnActionRequired(payments, at_provider, clock, schedule),
        FollowUpOnPaymentPending(payments, at_provider, clock, schedule),
        FollowUpOnPaymentAuthorized(payments, at_provider, clock, schedule),
        CaptureOnCaptureRequested(payments, ledger.holds, at_provider, clock, schedule),
        CancelOnCancelRequested(payments, at_provider, clock, schedule),
        AskOnOutcomeUnknown(payments, at_provider, clock, schedule),
        SaveMethodOnPaymentCaptured(payments, ledger.customers, at_provider),
        MailOnActionRequired(payments, ledger.mails, ledger.ports.mailer),
        MailOnEndpointDisabled(ledger.repository, ledger.mails, ledger.ports.mailer),
        DetachOnMethodRemoved(ledger.customers, ledger.organizations, ledger.ports.providers),
        ExpireOnCheckoutOpened(checkouts),
        ExpireOnCheckoutReopened(checkouts),
        AskVatOnCheckoutCompleted(checkouts, ledger.taxing, clock, schedule),
        *_issuing(ledger, schedule),
        RefundOnRefundRequested(refunds, refund_at_provider, clock, schedule),
        FollowUpOnRefundOpened(refunds, refund_at_provider, clock, schedule),
        AskOnRefundOutcomeUnknown(refunds, refund_at_provider, clock, schedule),
        SettleOnIpnReceived(ledger.ipns, ipn_settlement_of(ledger), clock, schedule),
        SettleParkedOnPaymentOpened(ledger.ipns, ledger.ports.work, clock),
        *(NotifyOnPublicFact(topic, ledger.notifications, ledger.recorder, ledger.mapper) for topic in TYPES),
        DeliverOnNotificationQueued(ledger.notifications, ledger.ports.sender, clock, schedule),
        DeliverOnNotificationResendRequested(ledger.notifications, ledger.ports.sender, clock, schedule),
        *_reviewing(ledger),
    )


def _reviewing(ledger: Ledger) -> tuple[Consumer, ...]:
    """Return the rules that call a person, and those that call them off."""
    resolved, owners = ResolvedDoubts(ledger.reviews, ledger.recorder), Owners(ledger.recorder, ledger.mapper)
    return (
        *reviewing(ledger.reviews, ledger.repository, owners, resolved),
        *closing(ledger.repository, resolved),
    )


def _issuing(ledger: Ledger, schedule: Schedule) -> tuple[Consumer, ...]:
    """Return the rules by which documents are issued."""
    invoices, credit_notes = ledger.documents.invoices, ledger.documents.credit_notes
    return (
        IssueInvoiceOnPaymentCaptured(ledger.payments, invoices, ledger.ports.clock, schedule),
        IssueInvoiceOnTaxSettled("checkout.tax_confirmed", invoices),
        IssueInvoiceOnTaxSettled("checkout.tax_corrected", invoices),
        IssueCreditNoteOnRefundSucceeded(credit_notes),
        IssueCreditNotesOnInvoiceIssued(ledger.payments, credit_notes),
        OweCreditOnRefundFailed("refund.failed", credit_notes),
        OweCreditOnRefundFailed("refund.cancelled", credit_notes),
    )


def ipn_settlement_of(ledger: Ledger) -> IpnSettlement:
    """Return how `ledger` settles notifications."""
    at_provider = AtProvider(ledger.organizations, ledger.ports.providers)
    whose = WhosePayment(ledger.payments, ledger.ipns, at_provider)
    refunds = RefundJudge(ledger.refunds, RefundAtProvider(ledger.organizations, ledger.ports.providers), whose)
    judge = IpnJudge(
        ledger.ipns,
        ledger.payments,
        at_provider,
        refunds,
        DisputeJudge(ledger.disputes, whose, at_provider),
        TakenBackJudge(ledger.disputes, refunds, at_provider),
    )
    return IpnSettlement(ledger.ipns, ledger.payments, ledger.refunds, ledger.disputes, judge)


def asking_again_of(ledger: Ledger) -> AskingAgain:
    """Return how `ledger` asks about what is under review."""
    at_provider = AtProvider(ledger.organizations, ledger.ports.providers)
    return AskingAgain(ledger.payments, ledger.refunds, at_provider)
