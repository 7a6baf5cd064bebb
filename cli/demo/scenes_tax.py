"""What is in a price: four customers buy the same basket for the same money, and the tax in it differs."""

import json
from collections.abc import Sequence
from typing import Any, Final

from rich.table import Table

from cli import screen
from cli.demo.people import GOOD_CARD, expect
from cli.demo.telling import Story
from cli.demo.waiting import until
from consumers.ask_vat_on_checkout_completed import AskVatOnCheckoutCompleted
from ledger.domain.money import Money

BASKET: Final = (("Blue shirt", 2, 1999, "standard"), ("Pattern book", 1, 2490, "reduced"))
COMPANY: Final = {
    "legal_name": "Blue Shirts & Co GmbH",
    "address": {"country": "DE", "street": "Torstraße 1", "city": "Berlin", "postcode": "10119"},
}
SELLER: Final = {"country": "DE", "oss": True, "vat_number": "DE136695976", "time_zone": "Europe/Berlin"}
GOODWILL: Final = {"minor": 2000, "currency": "EUR"}
BERLIN: Final = {"country": "DE", "street": "Unter den Linden 1", "city": "Berlin", "postcode": "10117"}
PARIS: Final = {"country": "FR", "street": "12 rue de la Paix", "city": "Paris", "postcode": "75002"}
BRUSSELS: Final = {"country": "BE", "street": "Rue Royale 10", "city": "Bruxelles", "postcode": "1000"}
BERNE: Final = {"country": "CH", "street": "Bundesplatz 3", "city": "Bern", "postcode": "3005"}


async def a_consumer_in_berlin_buys(story: Story) -> None:
    """The tax is in the price: a consumer in Berlin."""
    await story.merchant.asks("tax/settings", SELLER, method="PUT")
    await story.runs("tax", "import", story.organization, "--eu")
    await story.merchant.asks("invoicing", COMPANY, method="PUT")
    story.tell("the merchant said where it sells from, and took over the Union's rates: [b]ledger tax import --eu[/]")
    checkout, tax = await _buys(story, address=BERLIN)
    expect([group["rate"] for group in tax["groups"]] == ["19", "7"], f"it is taxed in Germany: {tax}")
    story.tell(f"[b]{tax['treatment']}[/]: extracted from the price they saw, which stays to the cent")
    _show(story, tax)
    invoice = await _invoice_of(story, checkout)
    story.tell(f"invoice [b]{invoice['number']}[/] is issued, and its tax booked")
    story.billed = invoice


async def a_business_in_paris_buys(story: Story) -> None:
    """A business in Paris, with a VAT number that is valid."""
    checkout, tax = await _buys(story, address=PARIS, name="Atelier Ada", vat_number="fr 40 303 265 045")
    expect(tax["treatment"] == "reverse_charge", f"the customer declares the tax: {tax}")
    story.tell(
        f"VIES says {tax['vat_number']['number']} is [b]valid[/]: [b]reverse_charge[/], the customer declares the tax"
    )
    decision = (await story.merchant.reads(f"checkouts/{checkout['id']}"))["tax_decision"]
    story.tell(f"its consultation number is kept as evidence: [b]{decision['consultation_number']}[/]")
    _show(story, tax)


async def a_business_in_brussels_buys_while_its_register_is_down(story: Story) -> None:
    """A business in Brussels, while Belgium's register is down."""
    vies, http = story.stage.vies, story.http
    await vies.goes_down(http, "BE")
    checkout, tax = await _buys(story, address=BRUSSELS, name="Chemises Zoé", vat_number="BE 0403.019.261")
    number = tax["vat_number"]
    expect((number["status"], tax["treatment"]) == ("unknown", "oss_destination"), f"it is taxed for now: {tax}")
    story.tell(
        f"VIES: [b]{number['reason']}[/]. That is [b]unknown[/], never invalid: Belgian tax now, ask again later"
    )
    _show(story, tax)
    path = f"checkouts/{checkout['id']}"
    issued = await story.merchant.reads(f"invoices?checkout_id={checkout['id']}")
    expect(not issued["items"], f"nobody knows yet what the invoice has to say: {issued}")
    await vies.comes_back(http, "BE")
    await _until_asked_again(story, checkout["id"])
    now = await until(lambda: story.merchant.reads(path), _is_corrected, "the correction")
    expect(now["tax"]["treatment"] == "reverse_charge", f"the number is valid: {now['tax']}")
    story.tell(
        "Belgium answers again, the queue asked: [b]valid[/]; [b]checkout.tax_corrected[/], what was paid stays"
    )
    _show(story, now["tax"])
    invoice = await _invoice_of(story, checkout)
    expect(invoice["mentions"] == ["reverse_charge"], f"the invoice has to say who declares the tax: {invoice}")
    story.tell(f"its invoice had waited for that: [b]{invoice['number']}[/] says [b]reverse_charge[/]")


async def a_consumer_in_berne_buys(story: Story) -> None:
    """A customer in Switzerland."""
    _, tax = await _buys(story, address=BERNE)
    expect((tax["treatment"], tax["total"]["tax"]["minor"]) == ("out_of_scope", 0), f"it is not the Union's: {tax}")
    story.tell("[b]out_of_scope[/] of the Union's tax, and the merchant has no rule for Switzerland")
    _show(story, tax)


async def part_of_an_invoice_is_credited(story: Story) -> None:
    """The parcel to Berlin came late: 20.00 EUR go back."""
    invoice = story.billed
    await story.merchant.asks(f"payments/{invoice['payment_id']}/refunds", {"amount": GOODWILL})
    path = f"invoices/{invoice['id']}"
    credited = await until(lambda: story.merchant.reads(path), lambda it: bool(it["credit_notes"]), "the credit note")
    expect(len(credited["credit_notes"]) == 1, f"one refund has one credit note: {credited}")
    note = await story.merchant.reads(f"credit_notes/{credited['credit_notes'][0]['id']}")
    story.tell(
        f"[b]{note['number']}[/] credits part of [b]{note['invoice']['number']}[/], once, at the rates of then"
    )
    story.draw(_table([(line["name"], line) for line in note["lines"]], note["total"]))


async def _invoice_of(story: Story, checkout: dict[str, Any]) -> dict[str, Any]:
    path = f"invoices?checkout_id={checkout['id']}"
    listed = await until(lambda: story.merchant.reads(path), lambda it: bool(it["items"]), "the invoice")
    (invoice,) = listed["items"]
    expect(invoice["total"]["gross"] == checkout["amount"], f"an invoice is of what was paid: {invoice}")
    return dict(invoice)


async def _buys(story: Story, **billing: object) -> tuple[dict[str, Any], dict[str, Any]]:
    """Fill the basket, say whom to bill, and pay; return the checkout and the tax as it was shown before paying."""
    checkout = await story.merchant.opens_basket(BASKET)
    billed = await story.customer.says_whom_to_bill(checkout, billing)
    expect(billed["tax"]["total"]["gross"] == checkout["amount"], f"the price must stay: {billed}")
    paid = await story.customer.pays(checkout, await story.customer.types_card(GOOD_CARD))
    expect(paid["status"] == "succeeded", f"the payment should have succeeded: {paid}")
    return checkout, billed["tax"]


async def _until_asked_again(story: Story, checkout_id: str) -> None:
    """Have the waiting item done now; without a hand it comes after five minutes, a quarter of an hour, and so on."""
    listed = json.loads(await story.runs("work", "list", "--state", "pending", "--limit", "1000", "--json"))
    (item,) = [
        each["item_id"]
        for each in listed
        if (each["stream_id"], each["consumer"]) == (checkout_id, AskVatOnCheckoutCompleted.name)
    ]
    await story.runs("work", "hasten", item)
    story.tell(f"the queue would ask in five minutes; an operator is quicker: [b]ledger work hasten {item}[/]")


def _is_corrected(checkout: dict[str, Any]) -> bool:
    return bool(checkout["tax"]["standing"] == "corrected")


def _show(story: Story, tax: dict[str, Any]) -> None:
    names = [f"{quantity}x {name}" for name, quantity, _, _ in BASKET]
    story.draw(_table(list(zip(names, tax["lines"], strict=True)), tax["total"]))


def _table(lines: Sequence[tuple[str, dict[str, Any]]], total: dict[str, Any]) -> Table:
    """Return the tax lines, drawn."""
    drawn = screen.table("", "category", "rate", "net", "tax", "gross")
    for column in drawn.columns[2:]:
        column.justify = "right"
    for name, line in lines:
        drawn.add_row(name, line["category"], f"{line['rate']} %", *_amounts(line))
    drawn.add_row("[b]total[/]", "", "", *(f"[b]{amount}[/]" for amount in _amounts(total)))
    return drawn


def _amounts(price: dict[str, Any]) -> list[str]:
    return [str(Money(price[name]["minor"], price[name]["currency"])) for name in ("net", "tax", "gross")]


SCENES_TAX = (
    a_consumer_in_berlin_buys,
    a_business_in_paris_buys,
    a_business_in_brussels_buys_while_its_register_is_down,
    a_consumer_in_berne_buys,
    part_of_an_invoice_is_credited,
)
