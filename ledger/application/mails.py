"""Mails to customers and merchants: queued once for each occasion, and what became of them."""

from collections.abc import Callable
from contextlib import suppress
from uuid import UUID

from eventsourcing.persistence import IntegrityError

from ledger.application import ids
from ledger.application import mail_words as words
from ledger.application.context import acting
from ledger.application.repository import Repository, deciding
from ledger.domain.checkout import Checkout
from ledger.domain.endpoint import Endpoints
from ledger.domain.mail import Mail, MailTerms
from ledger.domain.organization import Organization
from ledger.domain.payment import Payment
from ledger.domain.values import Personal


class Mails:
    """What customers and merchants are told by mail."""

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
        name = words.one_line(organization.name)
        terms = MailTerms(
            organization_id=charge.organization_id,
            mode=charge.mode,
            kind="payment",
            about=payment.id,
            to=checkout.terms.customer_email,
            subject=f"Please confirm your payment to {name}",
            text=Personal(words.asking_to_act(name, charge.amount, link)),
        )
        return await self._queued(mail_id, terms)

    async def of_disabling(self, endpoints: Endpoints, disabled: Endpoints.Disabled, *, event_id: str) -> Mail | None:
        """Return the one mail that tells a merchant of this disabling, queueing it if there is none.

        None where nobody can be told, for want of a contact, or there is nothing to tell: the endpoint is removed.
        """
        organization = await self._repository.get(Organization, endpoints.organization_id)
        # Of the event, for an endpoint may be disabled again, which is told again.
        mail_id = ids.derived(organization.id_salt, "mail", event_id)
        known = await self._repository.find(Mail, mail_id)
        endpoint = endpoints.known.get(disabled.endpoint_id)
        if known is not None or organization.contact is None or endpoint is None:
            return known
        name, mode = words.one_line(organization.name), endpoints.mode
        endpoint_id = ids.outside("endpoint", endpoint.endpoint_id)
        text = words.endpoint_disabled(
            name, mode=mode.value, url=endpoint.url, endpoint_id=endpoint_id, reason=disabled.reason
        )
        terms = MailTerms(
            organization_id=organization.id,
            mode=mode,
            kind="endpoint",
            about=endpoint.endpoint_id,
            to=organization.contact,
            subject=f"{name} is no longer notified at an endpoint ({mode.value} mode)",
            text=Personal(text),
        )
        return await self._queued(mail_id, terms)

    async def _queued(self, mail_id: UUID, terms: MailTerms) -> Mail:
        # Another process may have queued the very same one.
        with acting(tenant=terms.organization_id), suppress(IntegrityError):
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
