"""Mails to customers: queued once per payment, and what became of them."""

from collections.abc import Callable
from contextlib import suppress
from uuid import UUID

from eventsourcing.persistence import IntegrityError

from ledger.application import ids
from ledger.application.context import acting
from ledger.application.repository import Repository, deciding
from ledger.domain.checkout import Checkout
from ledger.domain.mail import Mail, MailTerms
from ledger.domain.money import EXPONENTS, Money
from ledger.domain.organization import Organization
from ledger.domain.payment import Payment
from ledger.domain.values import Personal


class Mails:
    """What customers are told by mail."""

    def __init__(self, repository: Repository, *, pages_url: str) -> None:
        """Keep mails in `repository`; customers find their checkouts below `pages_url`."""
        self._repository = repository
        self._pages_url = pages_url

    async def asking_to_act(self, payment: Payment) -> Mail:
        """Return the one mail that asks the customer of a payment to act, queueing it if there is none."""
        charge = payment.charge
        organization = await self._repository.glance(Organization, charge.organization_id)
        mail_id = ids.derived(organization.id_salt, "mail", payment.id.hex)
        known = await self._repository.find(Mail, mail_id)
        if known is not None:
            return known
        checkout = await self._repository.get(Checkout, charge.checkout_id)
        link = f"{self._pages_url}/checkout/{ids.outside('checkout', checkout.id)}"
        # A name may have been given with a line break in it; a subject is one line.
        name = " ".join(organization.name.split())
        terms = MailTerms(
            organization_id=charge.organization_id,
            mode=charge.mode,
            payment_id=payment.id,
            to=checkout.terms.customer_email,
            subject=f"Please confirm your payment to {name}",
            text=Personal(_asking(name, charge.amount, link)),
        )
        # Another process may have queued the very same one.
        with acting(tenant=charge.organization_id), suppress(IntegrityError):
            await self._repository.save(Mail.queue(mail_id, terms))
        return await self._repository.get(Mail, mail_id)

    async def record(self, mail_id: UUID, fact: Callable[[Mail], object]) -> None:
        """Record what became of a mail."""

        async def decide() -> None:
            mail = await self._repository.get(Mail, mail_id)
            fact(mail)
            with acting(tenant=mail.terms.organization_id):
                await self._repository.save(mail)

        await deciding(decide)


def _asking(name: str, amount: Money, link: str) -> str:
    return (
        f"{name} wants to charge {_spelled(amount)} to a payment method that you saved with them.\n"
        f"Your bank asks you to confirm this payment. You can do so here, for the next 23 hours:\n\n"
        f"    {link}\n\n"
        f"You are not charged unless you confirm it.\n"
    )


def _spelled(amount: Money) -> str:
    digits = EXPONENTS[amount.currency]
    whole, part = divmod(amount.minor, 10**digits)
    return f"{whole}.{part:0{digits}d} {amount.currency}" if digits else f"{whole} {amount.currency}"
