"""The port to a payment provider: open an intent, confirm it, look it up."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from ledger.application.capabilities import Capabilities
from ledger.application.dispute_report import DisputeReport
from ledger.application.keeping import KeepsMethods
from ledger.domain.charge import CaptureMethod
from ledger.domain.errors import Refused, Unavailable
from ledger.domain.money import Money
from ledger.domain.organization import ProviderAccount

if TYPE_CHECKING:
    from ledger.application.refund_report import RefundReport


class ProviderUnreachable(Unavailable):
    """The provider did not answer; whether it acted is unknown."""

    code = "provider_unreachable"


class ProviderRefused(Refused):
    """The provider does not accept these parameters."""

    code = "provider_refused"


class ProviderBusy(Unavailable):
    """The provider asked us to come back later; it did not act."""

    code = "provider_busy"


class ProviderKeyRejected(Unavailable):
    """The provider does not accept our key for this account; nothing passes until somebody mends it."""

    code = "provider_key_rejected"


@dataclass(frozen=True, slots=True)
class Captured:
    """The provider took the money, `amount_minor` in the currency's minor units altogether, and will take no more."""

    reference: str
    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class Authorized:
    """The provider holds `amount_minor` for us that has not been captured; `captured_minor` were taken before."""

    reference: str
    amount_minor: int
    currency: str
    captured_minor: int = 0


@dataclass(frozen=True, slots=True)
class Declined:
    """The provider refused the charge, finally for this attempt."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class ActionRequired:
    """The customer must act (3-D Secure, or the provider's own page).

    `client_secret` and `redirect_url` are for the customer's page alone, never for an event.
    """

    kind: str
    client_secret: str = field(repr=False)
    redirect_url: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Pending:
    """The provider has accepted the charge and will know the outcome in hours or days (bank debits)."""


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """The intent exists and nobody has confirmed it: no money moves."""


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The intent was cancelled at the provider: no money will move."""


Outcome = Captured | Authorized | Declined | ActionRequired | Pending | Unconfirmed | Cancelled


@dataclass(frozen=True, slots=True)
class RefundSucceeded:
    """The provider gave the money back: `amount_minor` in the currency's minor units."""

    reference: str
    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class RefundPending:
    """The provider has the refund in hand and will know the outcome in hours or days."""

    reference: str


@dataclass(frozen=True, slots=True)
class RefundFailed:
    """The money did not reach the customer, finally; a provider may say so after it had said success."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class RefundCancelled:
    """The refund was cancelled at the provider."""


RefundOutcome = RefundSucceeded | RefundPending | RefundFailed | RefundCancelled


class Provider(KeepsMethods, Protocol):
    """One provider account. Every call has a timeout; a lost answer raises `ProviderUnreachable`, never an outcome.

    `ProviderBusy` means that this call did nothing (an earlier one under the same key may still be running);
    `ProviderKeyRejected` that no call will do anything until the account's key is mended. A cancelled call is as
    unknown as a lost answer.

    `parameters` are the frozen strings stored in the payment's events, sent as they are, so that a retry under the
    same `idempotency_key` is byte-identical.
    """

    @property
    def capabilities(self) -> Capabilities:
        """Say what can be done here; unless something else is said, what every provider can."""
        return Capabilities()

    def parameters(
        self,
        *,
        payment_id: str,
        amount: Money,
        payment_method: str,
        capture_method: CaptureMethod = CaptureMethod.AUTOMATIC,
    ) -> dict[str, str]:
        """Return the exact strings that will open the intent of a payment (`pay_…`); pure, no I/O."""
        ...

    async def open(self, parameters: dict[str, str], *, idempotency_key: str) -> str:
        """Open an unconfirmed intent and return the provider's reference; no money can move yet.

        Raises `ProviderRefused` when the parameters are not acceptable to it (final).
        """
        ...

    async def confirm(self, reference: str, *, idempotency_key: str) -> Outcome:
        """Confirm the intent: this is the call that charges. A decline is an outcome, not an error.

        What is already charged, declined or cancelled is answered as it stands, under any key. `ProviderRefused`
        means that the intent is still unconfirmed.
        """
        ...

    async def lookup(self, reference: str) -> Outcome:
        """Return what the provider knows about the intent now; charges nothing."""
        ...

    async def cancel(self, reference: str, *, idempotency_key: str) -> Outcome:
        """Cancel the intent if it has not been charged, an authorized one, too; return what it is now."""
        ...

    async def capture(
        self,
        reference: str,  # noqa: ARG002 - here and below: for those who can
        amount: Money,  # noqa: ARG002
        *,
        final: bool,  # noqa: ARG002
        idempotency_key: str,  # noqa: ARG002
    ) -> Outcome:
        """Take `amount` of what is authorized; unless it is `final`, the rest stays authorized.

        The answer is the intent as it then is. What is captured or cancelled already is answered as it stands;
        `ProviderRefused` means that nothing was taken, as where money cannot be held.
        """
        raise ProviderRefused("This provider takes the money at once.")

    def refund_parameters(self, *, refund_id: str, reference: str, amount: Money) -> dict[str, str]:
        """Return the exact strings that will refund `amount` of the intent `reference` (`re_…`); pure, no I/O."""
        ...

    async def refund(self, parameters: dict[str, str], *, idempotency_key: str) -> RefundOutcome:
        """Give money back. A lost answer is asked for again under the same key: there is no reference to look up.

        Raises `ProviderRefused` when the provider does not accept it: nothing was given back (final).
        """
        ...

    async def lookup_refund(self, reference: str) -> RefundOutcome | None:
        """Return what the provider knows about a refund now; None where only notifications tell."""
        ...

    async def payment_of(self, reference: str) -> str | None:  # noqa: ARG002 - for those who can
        """Return our id (`pay_…`) of the payment that the provider's object belongs to, None if it is not ours."""
        return None

    async def lookup_dispute(self, reference: str) -> DisputeReport | None:  # noqa: ARG002 - for those who can
        """Return where a dispute stands now, None where only notifications tell."""
        return None

    async def taken_back(self, reference: str) -> "tuple[RefundReport | DisputeReport, ...]":  # noqa: ARG002
        """Return all that was taken back of a payment, nothing where notifications say themselves what it was."""
        return ()


class Providers(Protocol):
    """Finds the provider behind an organization's account."""

    def of(self, account: ProviderAccount) -> Provider:
        """Return the provider of `account`; raise `ProviderUnknown`, `ProviderTestOnly` or `ProviderNotConfigured`.

        A key that is missing may be noticed by the first call alone.
        """
        ...


class ProviderUnknown(Unavailable):
    """The account is at a provider that this version of the ledger does not know."""

    code = "provider_unknown"


class ProviderTestOnly(Refused):
    """This provider moves no money: it is for accounts in test mode alone."""

    code = "provider_test_only"


class ProviderNotConfigured(Unavailable):
    """The key of this provider account is not configured here."""

    code = "provider_not_configured"
