"""What a provider can do."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a provider can do for a payment; what it cannot is refused before anything is recorded.

    `multi_capture`: what was authorized may be captured in several parts; otherwise the first capture releases the
    rest. `redirects`: customers are sent to the provider's own page. `saved_methods`: a payment method can be kept
    for a customer.
    """

    separate_capture: bool = False
    partial_capture: bool = False
    multi_capture: bool = False
    cancel: bool = True
    partial_refund: bool = True
    redirects: bool = False
    saved_methods: bool = False
