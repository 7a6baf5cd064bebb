"""Every event of customers, and of the mails they are sent."""

from typing import Final
from uuid import UUID

from ledger.domain.aggregate import Aggregate
from ledger.domain.customer import Customer, CustomerTerms
from ledger.domain.mail import Mail, MailTerms
from ledger.domain.values import Mode, Personal
from tests.support.examples import ORGANIZATION, PAYMENT, REQUEST, SAVED_METHOD

MAIL_TERMS: Final = MailTerms(
    organization_id=ORGANIZATION,
    mode=Mode.TEST,
    kind="payment",
    about=PAYMENT,
    to=Personal("ada@example.com"),
    subject="Please confirm your payment to Shirts & Co",
    text=Personal("You can do so here: https://pay.example/checkout/cs_11111111111111111111111111111111"),
)


def customers_and_mails() -> list[Aggregate]:
    """Return a customer and mails, as their lives leave them."""
    return [_customer(), *mails()]


def _customer() -> Aggregate:
    terms = CustomerTerms(ORGANIZATION, Mode.TEST, Personal("ada@example.com"), Personal("Ada Lovelace"))
    customer = Customer.register(UUID(int=14), terms, REQUEST)
    customer.save_method(SAVED_METHOD)
    customer.remove_method(SAVED_METHOD.method_id)
    return customer


def mails(*, beside: int = 0) -> list[Aggregate]:
    """Return a mail that was sent and one that was not; those `beside` them have other ids."""
    sent, failed = (Mail.queue(UUID(int=number | beside << 88), MAIL_TERMS) for number in (15, 16))
    sent.send()
    failed.fail("mail_not_configured")
    return [sent, failed]
