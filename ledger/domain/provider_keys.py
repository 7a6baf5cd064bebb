"""The keys under which a provider is asked about one payment: constant, so that a retry is the same request."""

from abc import abstractmethod
from uuid import UUID


class ProviderKeys:
    """The provider's idempotency keys of a payment (IDEM-11)."""

    @property
    @abstractmethod
    def id(self) -> UUID:
        """The payment's id."""

    @property
    def open_key(self) -> str:
        """The key for opening the intent."""
        return f"{self.id.hex}:1:open"

    @property
    def confirm_key(self) -> str:
        """The key for confirming the intent."""
        return f"{self.id.hex}:1:confirm"

    @property
    def cancel_key(self) -> str:
        """The key for cancelling the intent."""
        return f"{self.id.hex}:1:cancel"

    def capture_key(self, number: int) -> str:
        """Return the key for the capture of that number."""
        return f"{self.id.hex}:1:capture:{number}"
