"""One example of every event: the golden records are written from these, and read back equal to them."""

from dataclasses import replace
from uuid import UUID

from ledger.domain.aggregate import Aggregate, Event
from ledger.domain.clearing import Found
from ledger.domain.clearing_item import ClearingItem
from ledger.domain.disputing import DisputeStatus
from ledger.domain.endpoint import Endpoint, Endpoints
from ledger.domain.ipn import Agreement, Ipn
from ledger.domain.journal import receivable, revenue, transfer
from ledger.domain.money import Money
from ledger.domain.notification import Notification
from ledger.domain.organization import Organization
from ledger.domain.parking import Parking
from ledger.domain.payout import Payout
from ledger.domain.reconciliation import Count, Reconciliation
from ledger.domain.refund import Refund
from ledger.domain.review import Doubt, Resolution, Review, ReviewTerms
from ledger.domain.session import PaymentStatus
from ledger.domain.values import Mode, Personal
from ledger.domain.work import Work
from tests.support.clearing_examples import (
    CLEARING_ITEM,
    ITEM_TERMS,
    LINE,
    PAYOUT,
    PAYOUT_TERMS,
    RECONCILIATION_TERMS,
    SUMMARY,
)
from tests.support.customer_examples import customers_and_mails
from tests.support.examples import (
    ACCOUNT,
    CHECKOUT,
    DISPUTE,
    HELD_CHARGE,
    IPN,
    KEY,
    NOTICE,
    NOTIFICATION_TERMS,
    NOW,
    ORGANIZATION,
    PAYMENT,
    PRICE,
    RECEIPT,
    REFUND,
    REFUND_TERMS,
    REQUEST,
    RESTRICTED_KEY,
    STANDING,
    checkout,
    dispute,
    payment,
    refund,
)
from tests.support.invoicing_examples import documents
from tests.support.tax_examples import rulebooks
from tests.support.taxed_examples import taxation


def every_event() -> list[Event]:
    """Return at least one event of every topic, as the aggregates record them."""
    return [
        event
        for life in (
            *_clearing(),
            *_organizations(),
            *_checkouts(),
            *_payments(),
            *_refunds(),
            *_disputes(),
            _work(),
            *_ipns(),
            _parking(),
            *_notifications(),
            _review(),
            *customers_and_mails(),
            *rulebooks(),
            *taxation(),
            *documents(),
        )
        for event in _events(life)
    ]


def _events(aggregate: Aggregate) -> list[Event]:
    return list(aggregate.collect_events())  # type: ignore[arg-type]


def _organizations() -> list[Aggregate]:
    organization = Organization.register(ORGANIZATION, "Shirts & Co", id_salt="5a" * 32)
    organization.issue_key(KEY)
    organization.revoke_key(KEY.key_id)
    organization.connect(ACCOUNT)
    organization.issue_key(RESTRICTED_KEY)
    organization.write_to(Personal("till@shop.example"))
    return [organization]


def _checkouts() -> list[Aggregate]:
    paid, slow, ended, called_off = checkout(), checkout(), checkout(), checkout()
    paid.start(PAYMENT, now=NOW)
    paid.reopen(PAYMENT, "card_declined")
    paid.start(PAYMENT, now=NOW)
    # As earlier releases recorded it, which booked slow money before it came.
    booked = transfer(PRICE, debit=receivable(CHECKOUT), credit=revenue(ORGANIZATION))
    paid._completed(PAYMENT, PaymentStatus.UNPAID, PRICE, booked)
    paid.complete(PAYMENT, PaymentStatus.PAID)
    slow.start(PAYMENT, now=NOW)
    slow.complete(PAYMENT, PaymentStatus.UNPAID)
    slow.reopen(PAYMENT, "insufficient_funds")
    ended.expire(now=NOW, early=True)
    called_off.cancel(now=NOW)
    return [paid, slow, ended, called_off]


def _payments() -> list[Aggregate]:
    taken, refused, called_off = payment(), payment(), payment()
    held, withdrawn = payment(HELD_CHARGE), payment(HELD_CHARGE)
    taken.open("pi_1")
    taken.request_confirmation()
    taken.require_action("three_d_secure")
    taken.await_provider()
    taken.lose_sight("the provider did not answer")
    taken.capture("pi_1", Money(1, "EUR"))
    taken.capture("pi_1", PRICE)
    taken.flag_late("expired")
    taken.reserve_refund(REFUND, Money(500, "EUR"))
    taken.release_refund(REFUND)
    taken.dispute(DISPUTE)
    taken.end_dispute(DISPUTE, PRICE)
    refused.fail("card_declined", "Your card was declined.")
    called_off.cancel("provider")
    held.open("pi_2")
    held.authorize("pi_2", PRICE)
    held.request_capture(Money(500, "EUR"), final=False, request=REQUEST)
    held.capture("pi_2", Money(500, "EUR"), is_all=False)
    held.request_capture(None, final=True, request=REQUEST)
    held.refuse_capture(2, "provider_refused", "The provider does not take it.")
    held.capture("pi_2", PRICE)
    withdrawn.open("pi_3")
    withdrawn.authorize("pi_3", PRICE)
    withdrawn.request_cancel(REQUEST)
    return [taken, refused, called_off, held, withdrawn]


def _refunds() -> list[Aggregate]:
    given_back, slow, called_off = refund(), refund(), refund()
    made_there = Refund.adopt(REFUND, replace(REFUND_TERMS, reason=None, parameters=()), "re_1")
    given_back.succeed("re_1", Money(1, "EUR"))
    given_back.succeed("re_1", Money(500, "EUR"))
    given_back.fail("lost_or_stolen_card", "The money could not be given back.")
    slow.lose_sight("provider_unreachable")
    slow.open("re_1")
    called_off.cancel()
    return [given_back, slow, called_off, made_there]


def _disputes() -> list[Aggregate]:
    won, spared, asked = dispute(), dispute(), dispute(DisputeStatus.WARNING_NEEDS_RESPONSE)
    won.stand(replace(STANDING, evidence_due_by=NOW, fee_minor=1500))
    won.stand(replace(STANDING, status=DisputeStatus.UNDER_REVIEW))
    won.stand(replace(STANDING, is_reinstated=True))
    won.stand(replace(STANDING, status=DisputeStatus.WON))
    won.stand(replace(STANDING, status=DisputeStatus.LOST), is_the_truth=True)
    asked.stand(replace(STANDING, status=DisputeStatus.WARNING_CLOSED))
    spared.stand(replace(STANDING, fee_minor=1500, fee_returned_minor=1500))
    return [won, asked, spared]


def _work() -> Aggregate:
    work = Work.bury(
        UUID(int=9), item_id="7:charge", queue="payment.initiated", stream_id=PAYMENT, attempts=5, error="boom"
    )
    work.retry()
    work.die_again(attempts=6, error="boom")
    return work


def _ipns() -> list[Aggregate]:
    heeded, unclear, foreign, early = (Ipn.receive(IPN, NOTICE, RECEIPT) for _ in range(4))
    heeded.park("payment_unknown")
    heeded.apply(PAYMENT, "captured")
    unclear.conflict(PAYMENT, "amount_mismatch")
    foreign.ignore("not_ours")
    early.park("payment_unknown")
    early.give_up("payment_unknown")
    carried = Ipn.receive(IPN, NOTICE, replace(RECEIPT, carrier=UUID(int=9)))
    unread = Ipn.receive(IPN, NOTICE, RECEIPT, ignored="type_unknown")
    agreeing = Ipn.receive(IPN, NOTICE, RECEIPT, agreement=Agreement(PAYMENT, "captured"))
    return [heeded, unclear, foreign, early, carried, unread, agreeing]


def _clearing() -> list[Aggregate]:
    item, unheard_of = (ClearingItem.note(CLEARING_ITEM, ITEM_TERMS) for _ in range(2))
    item.report(LINE, (PRICE,), at=NOW)
    item.report(LINE, (Money(1998, "EUR"),), at=NOW)
    item.close("the provider will correct it")
    unheard_of.miss(PRICE, Found.MISSING_THERE)
    payout = Payout.report(PAYOUT, PAYOUT_TERMS)
    payout.pay(Money(1940, "EUR"))
    payout.pay(Money(1941, "EUR"))
    payout.reconcile(1, Money(1940, "EUR"), Money(0, "EUR"))
    reconciliation = Reconciliation.complete(UUID(int=6), RECONCILIATION_TERMS, SUMMARY)
    reconciliation.repeat(replace(SUMMARY, counts=(Count(Found.AMOUNT_MISMATCH, 1),)))
    return [item, unheard_of, payout, reconciliation]


def _parking() -> Aggregate:
    parking = Parking.begin(UUID(int=8), payment_id=PAYMENT, ipn_id=IPN)
    parking.join(UUID(int=7))
    return parking


def _review() -> Aggregate:
    terms = ReviewTerms(
        ORGANIZATION, Mode.TEST, Doubt.OUTCOME_UNKNOWN, "payment", PAYMENT, "41:ask_on_outcome_unknown"
    )
    review = Review.open(UUID(int=15), terms, cause="evt_1", detail="outcome_still_unknown: nobody knows")
    review.close(Resolution.STATED, "their support cannot tell either")
    review.raise_again(cause="evt_2", detail="outcome_still_unknown: nobody knows")
    return review


def _notifications() -> list[Aggregate]:
    endpoint_id = UUID(int=10)
    endpoints = Endpoints.begin(UUID(int=11), ORGANIZATION, Mode.TEST)
    endpoints.add(Endpoint(endpoint_id, "https://shop.example/hooks", ("payment.succeeded",)))
    endpoints.disable(endpoint_id, "gone")
    endpoints.enable(endpoint_id)
    endpoints.remove(endpoint_id)
    endpoints.add(Endpoint(UUID(int=16), "https://shop.example/hooks", ("refund.succeeded",)), REQUEST)
    told = Notification.queue(UUID(int=12), NOTIFICATION_TERMS, Personal('{"type":"payment.succeeded"}'))
    told.fail("exhausted", 10, 500, Personal("try later"))
    told.resend()
    told.deliver(204, 1)
    return [endpoints, told]
