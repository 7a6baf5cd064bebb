"""The tax of checkouts: shown as the address changes, set, decided anew for another day, and corrected."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from ledger.application import ids
from ledger.application.clock import Clock
from ledger.application.context import acting
from ledger.application.repository import Repository, deciding
from ledger.application.tax.deciding_tax import Whereabouts, day_of, decided, seller_of
from ledger.application.tax.evidence import evidence_of, on_record
from ledger.application.tax.rulebooks import Rulebooks
from ledger.application.vat.answers import VatCheck
from ledger.application.vat.counting import Occasion
from ledger.application.vat.numbers import VatNumbers
from ledger.domain.checkout import Checkout
from ledger.domain.session import Terms
from ledger.domain.tax.billing import Billing, TaxNotConfigured
from ledger.domain.tax.evidence import TaxEvidence
from ledger.domain.tax.location import LocationKind
from ledger.domain.tax.rulebook import Rulebook, SellerTerms
from ledger.domain.tax.taxed import NumberOnRecord, Taxed
from ledger.domain.values import Mode
from ledger.domain.vat.number import VatNumber, parse


@dataclass(frozen=True, slots=True)
class _Basis:
    """What a decision rests on, once everybody was asked."""

    rulebook: Rulebook
    where: Whereabouts
    number: NumberOnRecord | None
    evidence: TaxEvidence | None


class Taxing:
    """Decides the tax of checkouts by their organizations' rules, and keeps the evidence."""

    def __init__(self, repository: Repository, rulebooks: Rulebooks, vat_numbers: VatNumbers, clock: Clock) -> None:
        """Keep decisions and evidence in `repository`; ask about `vat_numbers`; the day is that of `clock`."""
        self._repository = repository
        self._rulebooks = rulebooks
        self._vat_numbers = vat_numbers
        self._clock = clock

    async def is_automatic(self, organization_id: UUID, mode: Mode, *, asked: bool | None) -> bool:
        """Tell whether a new checkout's tax is decided here: as `asked`, else for whoever said where they sell from.

        Raises `TaxNotConfigured` if it is asked for and the organization has not.
        """
        if asked is False:
            return False
        rulebook = await self._rulebooks.glance(organization_id, mode)
        is_configured = rulebook is not None and rulebook.seller is not None
        if asked and not is_configured:
            raise TaxNotConfigured
        return is_configured

    async def preview(self, checkout_id: UUID, where: Whereabouts, number: VatNumber | None) -> Taxed:
        """Return the tax as it would be, recording nothing; raise as `set_billing` does."""
        checkout = await self._repository.recall(Checkout, checkout_id)
        checkout.require_taxable(self._clock.now())
        rulebook = await self._rulebook(checkout.terms)
        check = await self._checked(seller_of(rulebook), number, Occasion.PREVIEW)
        known = None if check is None else on_record(check, ids.fresh())
        return decided(checkout.terms, where, known, rulebook, self._day(rulebook))

    async def set_billing(self, checkout_id: UUID, billing: Billing, *, ip_country: str | None = None) -> int | None:
        """Record whom to bill, the tax, and what it rests on, in one append; None if nothing is new about it.

        The register is asked within its own budget of time. Raises `NotFound`, `TaxNotAutomatic`, `CheckoutNotOpen`
        and its kin, `TaxNotConfigured`, `TaxRuleMissing`, `BillingChangedTooOften`.
        """
        checkout = await self._repository.recall(Checkout, checkout_id)
        checkout.require_taxable(self._clock.now())
        basis = await self._basis(checkout, billing, ip_country)

        async def decide() -> int | None:
            checkout = await self._repository.recall(Checkout, checkout_id)
            if not self._bill(checkout, billing, basis):
                return None
            return await self._save(checkout, basis.evidence)

        return await deciding(decide)

    async def bill(self, checkout: Checkout, billing: Billing) -> tuple[TaxEvidence, ...]:
        """Decide the tax of a checkout that is about to be kept; return what is to be kept with it.

        Raises as `set_billing` does.
        """
        basis = await self._basis(checkout, billing, None)
        self._bill(checkout, billing, basis)
        return () if basis.evidence is None else (basis.evidence,)

    async def _basis(self, checkout: Checkout, billing: Billing, ip_country: str | None) -> _Basis:
        rulebook = await self._rulebook(checkout.terms)
        seller = seller_of(rulebook)
        number = None if billing.vat_number is None else parse(billing.vat_number)
        check = await self._checked(seller, number, Occasion.BILLING)
        evidence = None if check is None else evidence_of(checkout, seller, check)
        known = None if check is None or evidence is None else on_record(check, evidence.id)
        where = Whereabouts(billing.customer, billing.address.country, _postcode(billing), ip_country)
        return _Basis(rulebook, where, known, evidence)

    def _bill(self, checkout: Checkout, billing: Billing, basis: _Basis) -> bool:
        now, rulebook = self._clock.now(), basis.rulebook
        taxed = decided(checkout.terms, basis.where, basis.number, rulebook, day_of(seller_of(rulebook), now))
        return checkout.set_billing(billing, taxed, now=now)

    async def renew(self, checkout: Checkout) -> None:
        """Decide the tax anew if today is another day than the one it was decided for; nothing is saved here.

        Raises `CheckoutNotOpen` and its kin, and `TaxRuleMissing` where the organization does not sell any more.
        """
        before, billing = checkout.taxed, checkout.billing
        if before is None or billing is None:
            return
        # Whoever comes too late is told so, and not what has become of the rules since.
        checkout.require_taxable(self._clock.now())
        rulebook = await self._rulebook(checkout.terms)
        day = self._day(rulebook)
        if day != before.basis.day:
            where = _where_again(before, billing)
            checkout.renew_tax(decided(checkout.terms, where, before.basis.number, rulebook, day))

    async def ask_again(self, checkout: Checkout) -> VatCheck | None:
        """Return what the register says now of a number that is in doubt; None if it still says nothing."""
        taxed = checkout.taxed
        assert taxed is not None, "nobody doubts what was not decided"
        assert taxed.basis.number is not None, "the doubt is about a number"
        number = parse(taxed.basis.number.number)
        check = await self._checked(taxed.basis.seller, number, Occasion.FOLLOW_UP)
        return check if check is not None and check.has_spoken else None

    async def settle(self, checkout_id: UUID, check: VatCheck) -> None:
        """Record what the register said at last, and the tax as it should have been said (VAT-5); again is harmless.

        It is decided by the rules as they were known then, for the day it was decided for.
        """

        async def decide() -> None:
            checkout = await self._repository.recall(Checkout, checkout_id)
            before, billing = checkout.taxed, checkout.billing
            if before is None or billing is None:
                return
            basis = before.basis
            evidence = evidence_of(checkout, basis.seller, check)
            rulebook = await self._repository.get(Rulebook, basis.rulebook_id, version=basis.rulebook_version)
            number = on_record(check, evidence.id)
            taxed = decided(checkout.terms, _where_again(before, billing), number, rulebook, basis.day)
            if checkout.settle_doubt(taxed):
                await self._save(checkout, evidence)

        await deciding(decide)

    async def _save(self, checkout: Checkout, evidence: TaxEvidence | None) -> int | None:
        with acting(tenant=checkout.terms.organization_id):
            return await self._repository.save(*([] if evidence is None else [evidence]), checkout)

    async def _rulebook(self, terms: Terms) -> Rulebook:
        rulebook = await self._rulebooks.glance(terms.organization_id, terms.mode)
        if rulebook is None:
            raise TaxNotConfigured
        return rulebook

    def _day(self, rulebook: Rulebook) -> date:
        return day_of(seller_of(rulebook), self._clock.now())

    async def _checked(self, seller: SellerTerms, number: VatNumber | None, occasion: Occasion) -> VatCheck | None:
        if number is None:
            return None
        requester = None if seller.vat_number is None else parse(seller.vat_number)
        # Whoever comes back to settle a doubt wants to know whether the register answers now.
        anew = occasion is Occasion.FOLLOW_UP
        return await self._vat_numbers.check(number, requester, anew=anew, occasion=occasion)


def _where_again(before: Taxed, billing: Billing) -> Whereabouts:
    seen = {each.kind: each.country for each in before.basis.location}
    ip_country = seen.get(LocationKind.IP_ADDRESS)
    return Whereabouts(billing.customer, billing.address.country, _postcode(billing), ip_country)


def _postcode(billing: Billing) -> str | None:
    return None if billing.address.postcode is None else billing.address.postcode.text
