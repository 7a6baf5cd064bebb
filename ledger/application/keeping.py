"""What a provider does that keeps payment methods for a merchant's customers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from ledger.domain.customer import MethodShown, SavingUnsupported

if TYPE_CHECKING:
    from ledger.application.provider import Outcome


@dataclass(frozen=True, slots=True)
class KeptMethod:
    """A payment method as the provider keeps it, under `reference`, for the customer it calls `held_by`."""

    reference: str
    held_by: str
    shown: MethodShown


class KeepsMethods(Protocol):
    """The part of the port for providers with `saved_methods`; to the others nobody comes with it."""

    def keeping(
        self,
        parameters: Mapping[str, str],  # noqa: ARG002 - here and below: for those who can
        *,
        customer_id: str,  # noqa: ARG002
        held_by: str | None,  # noqa: ARG002
    ) -> dict[str, str]:
        """Return the `parameters` of a payment whose method is to be kept once it succeeded; pure, no I/O.

        `customer_id` is ours (`cus_…`), `held_by` the provider's own name for the customer if it has one yet;
        otherwise it gives one when the intent is opened, under the same idempotency.
        """
        raise SavingUnsupported

    async def kept_method(self, reference: str) -> KeptMethod | None:  # noqa: ARG002
        """Return the method kept of the paid intent `reference`, None if none is; again is harmless."""
        return None

    def charging_kept(self, parameters: Mapping[str, str], *, held_by: str) -> dict[str, str]:  # noqa: ARG002
        """Return the `parameters` of a payment with a method kept for `held_by`, who is away; pure, no I/O."""
        raise SavingUnsupported

    async def confirm_off_session(self, reference: str, *, idempotency_key: str) -> "Outcome":  # noqa: ARG002
        """Charge the intent while its customer is away, otherwise as `confirm` does.

        Where their bank wants to see them, the answer is `ActionRequired`, and the intent waits for them.
        """
        raise SavingUnsupported

    async def detach(self, reference: str, *, idempotency_key: str) -> None:  # noqa: ARG002
        """Let go of a kept method, for good; one that is not kept any more is let go of already."""
        raise SavingUnsupported
