"""Putting the ledger together: `assemble` is pure, `open_ledger` opens and closes the real parts."""

import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from ledger.adapters.memory.key_uses import MemoryKeyUses
from ledger.adapters.memory.pages import MemoryPageStore
from ledger.adapters.memory.provider import MemoryProviders
from ledger.adapters.memory.queue import MemoryQueue
from ledger.adapters.memory.secrets import MemorySealedSecrets
from ledger.adapters.memory.sender import MemorySender
from ledger.adapters.memory.vies import MemoryVies
from ledger.adapters.memory.views import MemoryViewStore
from ledger.adapters.memory.work import MemoryWorkStore
from ledger.adapters.mongo.driver import Driver, connected
from ledger.adapters.mongo.key_uses import MongoKeyUses
from ledger.adapters.mongo.lease import MongoWriterLease
from ledger.adapters.mongo.pages import MongoPageStore
from ledger.adapters.mongo.secrets import MongoSealedSecrets
from ledger.adapters.mongo.views import MongoViewStore
from ledger.adapters.mongo.work import MongoWorkStore
from ledger.adapters.outgoing import GuardedSender
from ledger.adapters.providers import open_providers
from ledger.adapters.queue import connected_queue
from ledger.adapters.smtp import SmtpMailer, SmtpServer
from ledger.adapters.traced_provider import TracedProviders
from ledger.adapters.vault import KEY_BYTES, AesGcmSealer, ClosedSealer, sealer_of
from ledger.adapters.vies import open_vies
from ledger.adapters.vies.counting import measured
from ledger.adapters.wire.accounts import Keys
from ledger.application.checkouts import Checkouts
from ledger.application.clock import Clock
from ledger.application.customers import Customers
from ledger.application.disputes import Disputes
from ledger.application.holds import Holds
from ledger.application.invoicing.documents import Documents
from ledger.application.ipn_hints import Hints
from ledger.application.ipns import Ipns
from ledger.application.journal.lease import WriterLease
from ledger.application.journal.recorder import Recorder
from ledger.application.journal.store import PageStore
from ledger.application.key_uses import KeyUses
from ledger.application.mailer import Mailer, NoMailer
from ledger.application.mails import Mails
from ledger.application.mapper import Mapper
from ledger.application.notifications import Notifications
from ledger.application.off_session import OffSession
from ledger.application.organizations import Organizations
from ledger.application.payments import Payments
from ledger.application.provider import Providers
from ledger.application.provider_secrets import ProviderSecrets
from ledger.application.reconciling.ledgers import BookedAmounts
from ledger.application.reconciling.reconciliations import Reconciliations
from ledger.application.refunds import Refunds
from ledger.application.repository import Repository
from ledger.application.reviews import Reviews
from ledger.application.sealing import SealedSecrets, Sealer
from ledger.application.secret import Secret
from ledger.application.sender import Sender
from ledger.application.tax.rulebooks import Rulebooks
from ledger.application.tax.taxing import Taxing
from ledger.application.vat.numbers import VatNumbers
from ledger.application.vat.vies import Vies
from ledger.application.vault import Vault
from ledger.application.views import ViewStore
from ledger.application.work import Queue, WorkStore
from ledger.domain.catalogue import EVENTS
from ledger.runtime.clock import SystemClock
from ledger.runtime.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """What the ledger asks of the world."""

    pages: PageStore
    work: WorkStore
    queue: Queue
    views: ViewStore
    providers: Providers
    clock: Clock
    lease: WriterLease | None = None
    sealed_secrets: SealedSecrets = field(default_factory=MemorySealedSecrets)
    sealer: Sealer = field(default_factory=ClosedSealer)
    key_uses: KeyUses = field(default_factory=MemoryKeyUses)
    sender: Sender = field(default_factory=MemorySender)
    vies: Vies = field(default_factory=MemoryVies)
    mailer: Mailer = field(default_factory=NoMailer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """The ledger of one process. Its `recorder` must be open (`async with`) while anything is recorded."""

    ports: Ports
    name: str
    mapper: Mapper
    recorder: Recorder
    repository: Repository
    organizations: Organizations
    checkouts: Checkouts
    payments: Payments
    customers: Customers
    off_session: OffSession
    disputes: Disputes
    holds: Holds
    refunds: Refunds
    reconciliations: Reconciliations
    vault: Vault
    ipns: Ipns
    notifications: Notifications
    vat_numbers: VatNumbers
    rulebooks: Rulebooks
    taxing: Taxing
    documents: Documents
    mails: Mails
    reviews: Reviews


def assemble(ports: Ports, *, name: str = "ledger", pages_url: str = "http://127.0.0.1:8080") -> Ledger:
    """Build the ledger over `ports`; nothing is opened and nothing is asked.

    `name` says who writes a page, `pages_url` where customers find their checkouts.
    """
    mapper = Mapper(EVENTS, ports.clock)
    recorder = Recorder(ports.pages, ports.clock, name=name, lease=ports.lease)
    repository = Repository(recorder, mapper)
    organizations = Organizations(repository)
    vault = Vault(ports.sealed_secrets, ports.sealer, ports.clock)
    vat_numbers = VatNumbers(ports.vies, ports.clock, chance=secrets.SystemRandom().random, count=measured)
    taxing = Taxing(repository, rulebooks := Rulebooks(repository), vat_numbers, ports.clock)
    return Ledger(
        ports=ports,
        name=name,
        mapper=mapper,
        recorder=recorder,
        repository=repository,
        organizations=organizations,
        checkouts=Checkouts(repository, ports.providers, ports.clock),
        payments=Payments(repository, ports.providers, taxing, ports.clock),
        customers=Customers(repository),
        off_session=OffSession(repository, taxing, ports.providers, ports.clock),
        disputes=Disputes(repository),
        holds=Holds(repository, ports.providers),
        refunds=Refunds(repository, ports.providers),
        reconciliations=Reconciliations(repository, organizations, BookedAmounts(recorder, mapper), ports.clock),
        vault=vault,
        reviews=Reviews(repository),
        mails=Mails(repository, pages_url=pages_url),
        notifications=Notifications(repository, vault, ports.sender),
        vat_numbers=vat_numbers,
        rulebooks=rulebooks,
        taxing=taxing,
        documents=Documents.of(repository, ports.clock),
        ipns=Ipns(
            *(repository, organizations, ProviderSecrets(vault, ports.clock), vault, ports.sealer, ports.clock),
            fetch=Hints(ports.providers),
        ),
    )


def memory_ports(clock: Clock) -> Ports:
    """Return ports that keep everything in memory, for as long as the process lives."""
    return Ports(
        pages=MemoryPageStore(),
        work=MemoryWorkStore(),
        queue=MemoryQueue(),
        views=MemoryViewStore(clock),
        providers=MemoryProviders(),
        clock=clock,
        sealer=AesGcmSealer({"memory": Secret(secrets.token_bytes(KEY_BYTES))}),
    )


@asynccontextmanager
async def open_ledger(settings: Settings, *, name: str = "ledger") -> AsyncIterator[Ledger]:
    """Open the ledger on the servers that `settings` names, and close everything in order at the end.

    It connects when it is first used: servers that are away raise `Unavailable` then, not here.
    """
    async with AsyncExitStack() as stack:
        ports = await _real_ports(settings, stack, holder=f"{name}-{secrets.token_hex(4)}")
        ledger = assemble(ports, name=name, pages_url=settings.public_url)
        await stack.enter_async_context(ledger.recorder)
        yield ledger


async def _real_ports(settings: Settings, stack: AsyncExitStack, *, holder: str) -> Ports:
    clock = SystemClock()
    client = await stack.enter_async_context(
        connected(settings.mongo_url.get_secret_value(), driver=Driver(settings.mongo_driver))
    )
    database = client[settings.mongo_database]
    sealed_secrets, sealer = MongoSealedSecrets(database), _sealer_of(settings)
    in_vault = ProviderSecrets(Vault(sealed_secrets, sealer, clock), clock)
    accounts = await stack.enter_async_context(
        open_providers(settings, Keys(vault=in_vault.api_key, named=_secrets_of(settings)))
    )
    return Ports(
        pages=await stack.enter_async_context(MongoPageStore(database)),
        work=MongoWorkStore(database),
        queue=await stack.enter_async_context(connected_queue(settings.redis_url.get_secret_value())),
        views=MongoViewStore(database),
        providers=TracedProviders(accounts),
        clock=clock,
        lease=MongoWriterLease(database, clock, holder=holder),
        sealed_secrets=sealed_secrets,
        sealer=sealer,
        key_uses=MongoKeyUses(database),
        sender=GuardedSender(loopback=settings.notify_loopback),
        vies=await stack.enter_async_context(open_vies(settings.vies_url)),
        mailer=_mailer_of(settings, clock),
    )


def _mailer_of(settings: Settings, clock: Clock) -> Mailer:
    if settings.smtp_host is None or settings.mail_from is None:
        return NoMailer()
    password = settings.smtp_password
    server = SmtpServer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        security=settings.smtp_security,
        sender=settings.mail_from,
        user=settings.smtp_user,
        password=None if password is None else Secret(password.get_secret_value()),
    )
    return SmtpMailer(server, clock)


def _sealer_of(settings: Settings) -> Sealer:
    given = settings.ledger_master_key
    # An empty variable is how a container is told nothing.
    text = Secret("" if given is None else given.get_secret_value())
    return sealer_of(text=None if text.blank else text, file=settings.ledger_master_key_file)


def _secrets_of(settings: Settings) -> Callable[[str], str | None]:
    kept = settings.provider_secrets

    def secret(name: str) -> str | None:
        return kept[name].get_secret_value() if name in kept else None

    return secret
