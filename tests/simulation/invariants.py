"""What must be true of every life once it has come to rest."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from uuid import UUID

from consumers.consumer import Consumer
from consumers.rules import rules_of
from consumers.settle_on_ipn_received import SettleOnIpnReceived
from ledger.application.mapper import Envelope
from ledger.application.provider import Captured
from ledger.application.work import WorkState
from ledger.bootstrap import assemble
from ledger.domain.charge import PaymentStatus
from ledger.domain.checkout import Checkout
from ledger.domain.ipn import Ipn, IpnStatus
from ledger.domain.journal import balanced, clearing, receivable, revenue
from ledger.domain.payment import Payment
from ledger.domain.refund import Refund
from ledger.domain.refunding import RefundStatus
from ledger.domain.session import PaymentStatus as Paid
from tests.simulation.desk import Desk
from tests.simulation.history import Violation
from tests.simulation.life import Life
from tests.simulation.network import Network, payment_name
from tests.simulation.people import Acknowledged
from tests.simulation.record import Record, record_of
from tests.simulation.views import differences

MONEY = frozenset({"payment.captured", "refund.succeeded"})
MORE_THAN_ONCE = frozenset({"payment.refund_reserved", "payment.refund_released", "payment.mismatched"})
CALLING = frozenset({IpnStatus.CONFLICTED, IpnStatus.DEAD})
REFUND_ENDS = frozenset({RefundStatus.SUCCEEDED, RefundStatus.FAILED, RefundStatus.CANCELLED})


class Judgement:
    """Everything that is known about a life at its end."""

    def __init__(self, life: Life, told: Acknowledged, network: Network, desk: Desk) -> None:
        self.life = life
        self.desk = desk
        self.told = told
        self.network = network
        self.record: Record = record_of(life)


Invariant = Callable[[Judgement], Iterator[str]]


def acknowledged(it: Judgement) -> Iterator[str]:
    """Nothing acknowledged is lost."""
    kinds: Mapping[type, Mapping[Any, UUID]] = {
        Checkout: it.told.checkouts,
        Payment: it.told.payments,
        Refund: it.told.refunds,
    }
    for kind, streams in kinds.items():
        for key, stream_id in streams.items():
            if not isinstance(it.record.aggregates.get(stream_id), kind):
                yield f"{kind.__name__} {stream_id} of {key}"
    received = {ipn.notice.dedupe_key[0] for ipn in it.record.all(Ipn)}
    yield from (f"notification {event_id}" for event_id in sorted(it.told.notifications - received))


def charged_once(it: Judgement) -> Iterator[str]:
    """Nobody is charged twice, and no refund is made twice."""
    provider, paid = it.life.provider, Counter[object]()
    yield from (f"{payment} was charged {times} times" for payment, times in provider.charged.items() if times > 1)
    yield from (f"{refund} was made {times} times" for refund, times in provider.refunds.made.items() if times > 1)
    for payment in it.record.all(Payment):
        charged = provider.charged[payment_name(payment.id)] and not payment.late
        seen = payment.reported or it.record.for_a_person(payment.id)
        paid[payment.charge.checkout_id] += bool(charged and not seen)
    yield from (f"checkout {checkout} was paid {times} times" for checkout, times in paid.items() if times > 1)


def balance(it: Judgement) -> Iterator[str]:
    """The books balance: every event, every account."""
    books = it.record.accounts
    for position, topic, envelope in it.record.events:
        postings = getattr(envelope.event, "postings", ())
        if not balanced(postings) or (topic in MONEY and not postings):
            yield f"{topic} at {position} has the postings {postings}"
        if isinstance(envelope.event, Payment.Captured):
            payment = it.record.aggregates[envelope.event.originator_id]
            if isinstance(payment, Payment) and envelope.event.amount != payment.charge.amount:
                yield f"{topic} at {position} is of {envelope.event.amount}, asked were {payment.charge.amount}"
    payments, refunds = it.record.all(Payment), it.record.all(Refund)
    captured = sum(each.charge.amount.minor for each in payments if each.status is PaymentStatus.CAPTURED)
    returned = sum(each.terms.amount.minor for each in refunds if each.status is RefundStatus.SUCCEEDED)
    if books[clearing("stripe")] != captured - returned:
        yield f"clearing has {books[clearing('stripe')]}, captured are {captured}, given back {returned}"
    earned = sum(
        each.charge.amount.minor for each in payments if each.status is PaymentStatus.CAPTURED and not each.late
    )
    if books[revenue(it.life.merchant.organization_id)] != -earned:
        yield f"revenue has {books[revenue(it.life.merchant.organization_id)]}, earned are {earned}"
    for checkout in it.record.all(Checkout):
        late = sum(
            each.charge.amount.minor for each in payments if each.late and each.charge.checkout_id == checkout.id
        )
        open_minor = checkout.terms.amount.minor if checkout.payment_status is Paid.UNPAID else 0
        owed = open_minor if checkout.booked else 0
        if books[receivable(checkout.id)] != owed - late:
            yield f"checkout {checkout.id} owes {books[receivable(checkout.id)]} instead of {owed - late}"


def endings(it: Judgement) -> Iterator[str]:
    """Every payment and refund ends, or is on record for a person."""
    for payment in it.record.all(Payment):
        if not (payment.settled or payment.reported or it.record.for_a_person(payment.id)):
            yield f"payment {payment.id} is {payment.status}"
    for refund in it.record.all(Refund):
        if not (refund.status in REFUND_ENDS or refund.reported or it.record.for_a_person(refund.id)):
            yield f"refund {refund.id} is {refund.status}"


def truth(it: Judgement) -> Iterator[str]:
    """The record says what the provider says."""
    for payment in it.record.all(Payment):
        name = payment_name(payment.id)
        said = it.life.provider.truth(name)
        taken = isinstance(said, Captured) and said.amount_minor == payment.charge.amount.minor
        # Nobody can agree with a provider that has said both; a success stays one.
        doubtful = it.life.provider.has_lied_about(name) or it.record.for_a_person(payment.id)
        if taken != (payment.status is PaymentStatus.CAPTURED) and not doubtful:
            yield f"payment {payment.id} is {payment.status}, the provider has it as {said}"
    for refund in it.record.all(Refund):
        succeeded = it.life.provider.refunds.made[f"re_{refund.id.hex}"] and refund.status is RefundStatus.FAILED
        by_bank = refund.failure == "expired_or_canceled_card" or it.record.for_a_person(refund.id)
        if succeeded and not by_bank:
            yield f"refund {refund.id} is {refund.status}, but the provider made it"


def late_money(it: Judgement) -> Iterator[str]:
    """No money is out of sight: it pays its checkout, or it is flagged as late."""
    for payment in it.record.all(Payment):
        checkout = it.record.aggregates[payment.charge.checkout_id]
        assert isinstance(checkout, Checkout), "a payment pays a checkout"
        pays = checkout.payment_id == payment.id and checkout.payment_status is Paid.PAID
        if payment.status is PaymentStatus.CAPTURED and not (pays or payment.late):
            yield f"payment {payment.id} was captured, its checkout is {checkout.status} {checkout.payment_status}"


def refunds_within(it: Judgement) -> Iterator[str]:
    """Refunds stay within what was captured, or the desk gave back beside and a person is called."""
    conflicted = {ipn.notice.object_id for ipn in it.record.all(Ipn) if ipn.status is IpnStatus.CONFLICTED}
    for payment in it.record.all(Payment):
        captured = payment.charge.amount.minor if payment.status is PaymentStatus.CAPTURED else 0
        refunds = [each for each in it.record.all(Refund) if each.terms.payment_id == payment.id]
        beside = {each.reference for each in refunds} & it.desk.given.keys() & conflicted
        if payment.refunds.minor > captured and not beside:
            yield f"payment {payment.id}: {payment.refunds.minor} are held of {captured}"
        held = {each.id: each.terms.amount.minor for each in refunds if not each.came_to_nothing}
        if held != payment.refunds.held:
            yield f"payment {payment.id} holds {payment.refunds.held} for {held}"


def of_the_desk(it: Judgement) -> Iterator[str]:
    """What was given back at the provider's desk, and told, is on record, or a person is called."""
    recorded = {refund.reference: refund.terms.amount for refund in it.record.all(Refund)}
    for ipn in it.record.all(Ipn):
        reference = ipn.notice.object_id or ""
        given = it.desk.given.get(reference)
        is_called = ipn.status in CALLING or it.record.for_a_person(ipn.id)
        if recorded.get(reference) != given and not is_called:
            yield f"{given} given back as {reference}, on record are {recorded.get(reference)}: it is {ipn.status}"


def _is_work(rule: Consumer, envelope: Envelope) -> bool:
    """Tell whether work must follow; of rules that look around first, it depends on what there was to see."""
    if isinstance(rule, SettleOnIpnReceived):
        return isinstance(envelope.event, Ipn.Received) and not envelope.event.settled
    return type(rule).concerns is Consumer.concerns


def work_done(it: Judgement) -> Iterator[str]:
    """All work is done or given up on record, and none of it met a bug."""
    rules = rules_of(assemble(it.life.ports))
    for position, topic, envelope in it.record.events:
        for rule in rules:
            if rule.topic == topic and _is_work(rule, envelope) and f"{position}:{rule.name}" not in it.record.work:
                yield f"nobody does {rule.name} for {topic} at {position}"
    buried = sum(topic == "work.dead" for _, topic, _ in it.record.events)
    dead = 0
    for item in it.record.work.values():
        dead += item.state is WorkState.DEAD
        if item.state not in {WorkState.DONE, WorkState.DEAD}:
            yield f"{item.item_id} is {item.state} ({item.last_error})"
        if (item.last_error or "").startswith("bug"):
            yield f"{item.item_id} met a {item.last_error}"
    if buried < dead:
        yield f"{dead} items are dead, {buried} are on record"


def notifications(it: Judgement) -> Iterator[str]:
    """Every notification is received once and settled, and none is forged."""
    times = Counter(ipn.notice.dedupe_key[0] for ipn in it.record.all(Ipn))
    yield from (f"{event_id} was received {count} times" for event_id, count in times.items() if count > 1)
    yield from (f"{event_id} is forged" for event_id in sorted(times.keys() - it.network.authentic))
    for ipn in it.record.all(Ipn):
        if not (ipn.settled or it.record.for_a_person(ipn.id)):
            yield f"{ipn.notice.dedupe_key[0]} {ipn.notice.type} is {ipn.status}"


def facts_once(it: Judgement) -> Iterator[str]:
    """No fact is recorded twice."""
    for stream_id, topics in it.record.topics.items():
        if isinstance(it.record.aggregates[stream_id], Payment | Refund):
            for topic, times in topics.items():
                if times > 1 and topic not in MORE_THAN_ONCE:
                    yield f"{topic} stands {times} times in {stream_id}"


INVARIANTS: tuple[Invariant, ...] = (
    acknowledged,
    charged_once,
    refunds_within,
    of_the_desk,
    balance,
    late_money,
    truth,
    endings,
    facts_once,
    notifications,
    work_done,
)


async def judge(life: Life, told: Acknowledged, network: Network, desk: Desk) -> None:
    """Raise the first `Violation` there is."""
    for violation in life.pages.violations:
        raise violation
    for failure in life.failures:
        raise failure
    it = Judgement(life, told, network, desk)
    for invariant in INVARIANTS:
        for what in invariant(it):
            raise Violation(name_of(invariant), what)
    async for what in differences(life):
        raise Violation("verification finds nothing, and every view equals its replay", what)


def name_of(invariant: Invariant) -> str:
    """Return what an invariant says, in words."""
    return (invariant.__doc__ or "").rstrip(".").lower()
