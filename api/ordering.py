"""What is ordered, as the ledger takes it."""

from api.order_bodies import Order
from ledger.domain.money import Money
from ledger.domain.session import Line
from ledger.domain.tax.location import LocationEvidence, LocationKind


def lines_of(wanted: Order) -> tuple[Line, ...]:
    """Return the lines of an order."""
    return tuple(
        Line(line.name, line.quantity, Money(line.unit.minor, line.unit.currency), line.tax_category)
        for line in wanted.lines
    )


def location_of(wanted: Order) -> tuple[LocationEvidence, ...]:
    """Return what the merchant knows of where the customer is."""
    return tuple(LocationEvidence(LocationKind(each.kind), each.country) for each in wanted.location)
