"""When an endpoint is disabled and its merchant did not ask for it, mail them that nothing is sent any more."""

from datetime import datetime

from typing_extensions import override

from consumers.consumer import Again, Consumer
from consumers.handing_in import HandingIn
from ledger.application.mail_words import WHY_DISABLED
from ledger.application.mailer import Mailer
from ledger.application.mails import Mails
from ledger.application.mapper import Envelope
from ledger.application.repository import Repository
from ledger.application.work import WorkItem
from ledger.domain.endpoint import Endpoints


class MailOnEndpointDisabled(Consumer):
    """One mail for each disabling; without a contact nothing is queued, and the endpoint alone says why."""

    name = "mail_on_endpoint_disabled"
    topic = "endpoint.disabled"

    def __init__(self, repository: Repository, mails: Mails, mailer: Mailer) -> None:
        """Have `mailer` tell the merchants whose endpoints lie in `repository`, and keep `mails`."""
        self._repository = repository
        self._mails = mails
        self._handing_in = HandingIn(mails, mailer)

    @override
    async def concerns(self, envelope: Envelope) -> bool:
        return _of(envelope).reason in WHY_DISABLED

    @override
    def due(self, envelope: Envelope) -> datetime:
        return envelope.recorded_at

    @override
    async def handle(self, item: WorkItem, envelope: Envelope) -> Again | None:
        disabled = _of(envelope)
        endpoints = await self._repository.get(Endpoints, item.stream_id)
        mail = await self._mails.of_disabling(endpoints, disabled, event_id=envelope.event_id)
        if mail is not None:
            await self._handing_in.settle(mail, is_needed=disabled.endpoint_id in endpoints.disabled)
        return None


def _of(envelope: Envelope) -> Endpoints.Disabled:
    event = envelope.event
    assert isinstance(event, Endpoints.Disabled), "its topic is that of disabling"
    return event
