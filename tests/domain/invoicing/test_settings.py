"""How an organization invoices: names that can be printed, and prefixes that never make two documents read alike."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from ledger.domain.errors import Refused
from ledger.domain.invoicing.settings import Invoicing, LegalNameRefused, PrefixRefused
from ledger.domain.values import Mode
from tests.support.examples import ORGANIZATION
from tests.support.invoicing_examples import INVOICING
from tests.support.spec import Spec


@pytest.fixture
def invoicing() -> Spec[Invoicing]:
    return Spec(Invoicing.open(UUID(int=1), ORGANIZATION, Mode.TEST))


def test_saying_the_same_twice_changes_nothing(invoicing: Spec[Invoicing]) -> None:
    invoicing.when(lambda it: it.describe(INVOICING)).then("invoicing.described")
    invoicing.when(lambda it: it.describe(INVOICING)).then_nothing()


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"legal_name": ""}, LegalNameRefused),
        ({"legal_name": " Ada"}, LegalNameRefused),
        ({"legal_name": "A" * 201}, LegalNameRefused),
        ({"legal_name": "Ada\nGmbH"}, LegalNameRefused),
        ({"legal_name": "Ada \u202eHbmG"}, LegalNameRefused),
        ({"invoice_prefix": ""}, PrefixRefused),
        ({"invoice_prefix": "INV-1"}, PrefixRefused),
        ({"invoice_prefix": "inv-"}, PrefixRefused),
        ({"invoice_prefix": "INV 2026-"}, PrefixRefused),
        ({"invoice_prefix": "A" * 13}, PrefixRefused),
        ({"credit_note_prefix": "İNV-"}, PrefixRefused),
        ({"credit_note_prefix": INVOICING.invoice_prefix}, PrefixRefused),
    ],
)
def test_what_cannot_be_printed_is_refused(
    invoicing: Spec[Invoicing], changes: dict[str, Any], refusal: type[Refused]
) -> None:
    """INV-3: the digits at the end are the number and nothing else."""
    invoicing.refuses(refusal, lambda it: it.describe(replace(INVOICING, **changes)))


def test_a_prefix_is_of_one_kind_for_ever(invoicing: Spec[Invoicing]) -> None:
    """INV-3: a credit note never reads like an invoice of years ago."""
    renamed = replace(INVOICING, invoice_prefix="RE-")
    invoicing.given(lambda it: it.describe(INVOICING), lambda it: it.describe(renamed))
    invoicing.refuses(PrefixRefused, lambda it: it.describe(replace(renamed, credit_note_prefix="INV-")))
    invoicing.when(lambda it: it.describe(INVOICING)).then("invoicing.described")
