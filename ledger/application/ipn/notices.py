"""What an event says of itself, in the form in which it is kept."""

from uuid import UUID

from ledger.application import ids
from ledger.application.ipn.event import IpnEvent
from ledger.domain.errors import NotFound
from ledger.domain.ipn import Notice
from ledger.domain.organization import ProviderAccount


def notice_of(organization_id: UUID, account: ProviderAccount, event: IpnEvent) -> Notice:
    """Return the notice of an event that came to `account`."""
    return Notice(
        organization_id=organization_id,
        provider=account.provider,
        account_id=account.account_id,
        mode=account.mode,
        dedupe_key=event.dedupe_key,
        type=event.type,
        object_id=event.object_id,
        claimed_payment=_claimed(event.references.payment_id),
        provider_reference=event.references.provider_id,
        occurred_at=event.occurred_at,
    )


def _claimed(payment: str | None) -> UUID | None:
    try:
        return ids.inside("payment", payment or "")
    except NotFound:
        return None
