"""When a payment method is removed from a customer, have the provider let go of it."""

from datetime import datetime

from typing_extensions import override

from consumers.consumer import Again, Consumer
from ledger.application import ids
from ledger.application.customers import Customers
from ledger.application.mapper import Envelope
from ledger.application.organizations import Organizations
from ledger.application.provider import Providers
from ledger.application.work import WorkItem
from ledger.domain.customer import Customer


class DetachOnMethodRemoved(Consumer):
    """We charge it no more from the removal on; this sees to it that nobody can. Letting go twice is harmless."""

    name = "detach_on_method_removed"
    topic = "customer.method_removed"

    def __init__(self, customers: Customers, organizations: Organizations, providers: Providers) -> None:
        """Find what was removed in `customers`, and who keeps it among `providers`."""
        self._customers = customers
        self._organizations = organizations
        self._providers = providers

    @override
    def due(self, envelope: Envelope) -> datetime:
        return envelope.recorded_at

    @override
    async def handle(self, item: WorkItem, envelope: Envelope) -> Again | None:
        removed = envelope.event
        assert isinstance(removed, Customer.MethodRemoved), "the topic says so"
        customer = await self._customers.get(item.stream_id)
        method = customer.removed[removed.method_id]
        organization = await self._organizations.glance(customer.terms.organization_id)
        provider = self._providers.of(organization.accounts[method.account_id])
        key = f"{ids.outside('saved_method', method.method_id)}:detach"
        await provider.detach(method.reference, idempotency_key=key)
        return None
