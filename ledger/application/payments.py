"""Payments: initiating one once per idempotency key, and applying what the provider says, in one append."""

from collections.abc import Callable, Mapping
from uuid import UUID

from ledger.application import ids
from ledger.application.checkouts import Begun
from ledger.application.clock import Clock
from ledger.application.context import acting
from ledger.application.idempotency import request_of
from ledger.application.provider import (
    ActionRequired,
    Authorized,
    Cancelled,
    Captured,
    Declined,
    Outcome,
    Pending,
    Providers,
    Unconfirmed,
)
from ledger.application.repository import Repository, deciding
from ledger.application.tax.taxing import Taxing
from ledger.domain.charge import Charge, CustomerPart, PaymentOutcomeUnknown, PaymentStatus
from ledger.domain.checkout import Checkout
from ledger.domain.customer import Customer
from ledger.domain.money import Money
from ledger.domain.organization import Organization
from ledger.domain.payment import Payment
from ledger.domain.session import PaymentStatus as Paid
from ledger.domain.session import Status


class Payments:
    """The payments of this ledger."""

    def __init__(self, repository: Repository, providers: Providers, taxing: Taxing, clock: Clock) -> None:
        """Keep payments in `repository`, charge them through `providers`; `taxing` knows the tax of the day."""
        self._repository = repository
        self._providers = providers
        self._taxing = taxing
        self._clock = clock

    async def initiate(
        self, checkout_id: UUID, *, payment_method: str, key: str, body: Mapping[str, object]
    ) -> Begun:
        """Begin the one payment of (checkout, key): appends `payment.initiated` and `checkout.processing` together.

        Raises `NotFound`, `IdempotencyKeyReused`, `CheckoutNotOpen` and its kin, `BillingMissing`, `TaxRuleMissing`,
        or `PaymentOutcomeUnknown` while an earlier payment's outcome is not known.
        """

        async def decide() -> Begun:
            checkout = await self._repository.recall(Checkout, checkout_id)
            organization = await self._repository.glance(Organization, checkout.terms.organization_id)
            payment_id = ids.derived(organization.id_salt, "payment", checkout_id.hex, key)
            request = request_of(organization.id_salt, key, body)
            first = await self._repository.presume(Payment, payment_id)
            if first is not None:
                first.request.require_same(request)
                return Begun(payment_id, None, replayed=True)
            await self._refuse_while_unknown(checkout)
            await self._taxing.renew(checkout)
            checkout.start(payment_id, now=self._clock.now())
            charge = await self._charge(checkout, organization, payment_id, payment_method)
            with acting(tenant=organization.id):
                position = await self._repository.save(Payment.initiate(payment_id, charge, request), checkout)
            return Begun(payment_id, position, replayed=False)

        return await deciding(decide)

    async def _refuse_while_unknown(self, checkout: Checkout) -> None:
        if checkout.status is not Status.PROCESSING or checkout.payment_id is None:
            return
        under_way = await self._repository.get(Payment, checkout.payment_id)
        if under_way.status is PaymentStatus.UNKNOWN:
            raise PaymentOutcomeUnknown

    async def _charge(
        self, checkout: Checkout, organization: Organization, payment_id: UUID, payment_method: str
    ) -> Charge:
        account = organization.account(checkout.terms.mode)
        provider = self._providers.of(account)
        parameters = provider.parameters(
            payment_id=ids.outside("payment", payment_id),
            amount=checkout.terms.amount,
            payment_method=payment_method,
            capture_method=checkout.terms.capture_method,
        )
        part = None
        # The merchant may have gone to another provider since, which keeps nothing: paying comes first.
        if checkout.terms.save_payment_method and provider.capabilities.saved_methods:
            part = self._keeping(checkout)
            customer = await self._repository.glance(Customer, part.customer_id)
            parameters = provider.keeping(
                parameters,
                customer_id=ids.outside("customer", customer.id),
                held_by=customer.held_at(account.account_id),
            )
        return Charge(
            checkout_id=checkout.id,
            organization_id=organization.id,
            mode=checkout.terms.mode,
            amount=checkout.terms.amount,
            provider=account.provider,
            provider_account=account.account_id,
            parameters=tuple(parameters.items()),
            capture_method=checkout.terms.capture_method,
            customer=part,
        )

    def _keeping(self, checkout: Checkout) -> CustomerPart:
        assert checkout.terms.customer_id is not None, "a method is kept for somebody"
        return CustomerPart(checkout.terms.customer_id, off_session=False, consented_at=self._clock.now())

    async def get(self, payment_id: UUID) -> Payment:
        """Return the payment or raise `NotFound`."""
        return await self._repository.get(Payment, payment_id)

    async def glance(self, payment_id: UUID) -> Payment:
        """Return the payment as this process last knew it, which may be some milliseconds old; raise `NotFound`."""
        return await self._repository.glance(Payment, payment_id)

    async def record(self, payment_id: UUID, fact: Callable[[Payment], object]) -> Payment:
        """Record one fact about a payment that concerns nothing else, and return the payment as it then is."""

        async def decide() -> Payment:
            payment = await self._repository.recall(Payment, payment_id)
            fact(payment)
            with acting(tenant=payment.charge.organization_id):
                await self._repository.save(payment)
            return payment

        return await deciding(decide)

    async def apply(self, payment_id: UUID, outcome: Outcome) -> Payment:
        """Apply what the provider says: payment and checkout change in one append, and only forward."""

        async def decide() -> Payment:
            payment = await self._repository.recall(Payment, payment_id)
            checkout = await self._repository.recall(Checkout, payment.charge.checkout_id)
            _fold(outcome, payment, checkout)
            with acting(tenant=payment.charge.organization_id):
                await self._repository.save(payment, checkout)
            return payment

        return await deciding(decide)

    async def give_up(self, payment_id: UUID, *, code: str, message: str) -> Payment:
        """Fail a payment nobody asked the provider to charge, and give its checkout back; leave any other alone."""

        async def decide() -> Payment:
            payment = await self._repository.recall(Payment, payment_id)
            checkout = await self._repository.recall(Checkout, payment.charge.checkout_id)
            if not payment.confirm_requested:
                payment.fail(code, message)
                _reopen(payment, checkout, code)
            with acting(tenant=payment.charge.organization_id):
                await self._repository.save(payment, checkout)
            return payment

        return await deciding(decide)


def _fold(outcome: Outcome, payment: Payment, checkout: Checkout) -> None:
    match outcome:
        case Captured(reference, amount_minor, currency):
            credit = checkout.account_of(payment.id)
            taken = payment.capture(reference, Money(amount_minor, currency), credit=credit)
            if taken and not checkout.complete(payment.id, Paid.PAID):
                payment.flag_late(checkout.status.value)
        case Authorized(reference, amount_minor, currency, captured_minor):
            _hold(payment, checkout, reference, Money(amount_minor, currency), Money(captured_minor, currency))
        case Declined(code, message):
            payment.fail(code, message)
            _reopen(payment, checkout, code)
        case Cancelled():
            payment.cancel("merchant" if payment.cancel_request else "provider")
            _reopen(payment, checkout, "cancelled")
        case ActionRequired(kind=kind):
            payment.require_action(kind)
        case Pending():
            payment.await_provider()
            _end_unpaid(payment, checkout)
        case Unconfirmed():
            pass


def _hold(payment: Payment, checkout: Checkout, reference: str, held: Money, taken: Money) -> None:
    if payment.authorize(reference, Money(held.minor + taken.minor, held.currency)) and not _end_unpaid(
        payment, checkout
    ):
        payment.flag_late(checkout.status.value)
    if taken.minor:
        payment.capture(reference, taken, is_all=False, credit=checkout.account_of(payment.id))


def _end_unpaid(payment: Payment, checkout: Checkout) -> bool:
    """End the session for its customer before the money is here; False if it had ended without this payment."""
    # Slow news of a payment that has come to nothing since must not keep the customer from trying again.
    return payment.settled or checkout.complete(payment.id, Paid.UNPAID)


def _reopen(payment: Payment, checkout: Checkout, reason: str) -> None:
    # A success is never downgraded: only a payment that really came to nothing gives the checkout back.
    if payment.status in {PaymentStatus.FAILED, PaymentStatus.CANCELLED}:
        checkout.reopen(payment.id, reason)
