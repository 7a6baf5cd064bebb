"""Commands as an operator or an auditor types them, on real servers."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from pymongo import MongoClient

from cli.exits import DONE, FOUND, REFUSED, USAGE
from ledger.adapters.mongo.driver import Database
from ledger.adapters.mongo.pages import PAGES
from ledger.adapters.mongo.work import MongoWorkStore
from ledger.application.ids import outside
from ledger.application.work import WorkItem
from ledger.runtime.clock import SystemClock
from tests.cli.conftest import Shell
from tests.support.examples import CHECKOUT, PAYMENT

CS, PAY = outside("checkout", CHECKOUT), outside("payment", PAYMENT)
RULE = "charge_on_payment_initiated"
ITEM = f"41:{RULE}"
ADA = ("--legal-name", "Ada's Cups GmbH", "--country", "de", "--street", "Torstraße 1", "--city", "Berlin")


def test_a_merchant_is_set_up_by_hand(shell: Shell) -> None:
    organization = shell("org", "create", "Shirts & Co").out.strip()
    created = shell("key", "create", organization, "--label", "till")
    connected = shell(
        *("org", "connect-stripe", organization, "--account", "acct_1"),
        *("--secret-name", "STRIPE_TEST_KEY", "--publishable-key", "pk_test_1"),
    )
    shown = shell("org", "show", organization)

    key = created.out.strip()
    key_id = key.removeprefix("sk_test_").partition(".")[0]
    assert (created.status, connected.status, shown.status) == (DONE, DONE, DONE)
    assert key.startswith("sk_test_")
    assert "nobody can show this key again" in created.err
    assert key_id in shown.out
    assert key.partition(".")[2] not in shown.out
    assert "acct_1" in shown.out


def test_a_merchant_says_where_they_are_written_to(shell: Shell) -> None:
    """OUT-3: it is shown to whoever knows it."""
    organization = shell("org", "create", "Shirts & Co").out.strip()
    given = shell("org", "contact", organization, "--email", "till@shop.example")
    shown = shell("org", "show", organization)
    assert (given.status, "t…@shop.example" in given.out, "t…@shop.example" in shown.out) == (DONE, True, True)
    assert "till@" not in given.out + shown.out
    refused = shell("org", "contact", organization, "--email", "till@shop.example\nBcc: all@shop.example")
    assert (refused.status, "email_refused" in refused.err) == (REFUSED, True)
    assert shell("org", "contact", organization, "--none").status == DONE
    assert "contact" not in shell("org", "show", organization).out
    assert shell("org", "contact", organization).status == USAGE


def test_a_revoked_key_is_gone_and_cannot_be_revoked_again(shell: Shell) -> None:
    organization = shell("org", "create", "Shirts & Co").out.strip()
    key_id = shell("key", "create", organization).out.strip().removeprefix("sk_test_").partition(".")[0]

    assert shell("key", "revoke", key_id).status == DONE
    again = shell("key", "revoke", key_id)
    assert (again.status, "key_unknown" in again.err) == (REFUSED, True)


def test_a_key_can_be_restricted_and_the_list_says_to_what(shell: Shell) -> None:
    organization = shell("org", "create", "Shirts & Co").out.strip()
    shell("key", "create", organization, "--mode", "live")
    scopes = ("--scope", "checkouts:write", "--scope", "refunds:read")
    key = shell("key", "create", organization, "--label", "web [shop]", *scopes).out.strip()
    listed = shell("key", "list", organization).out

    assert key.startswith("rk_test_")
    assert re.search(r"live +created by hand +everything +never", listed)
    assert re.search(r"test +web \[shop\] +checkouts:write, refunds:read +never", listed)
    assert key.partition(".")[2] not in listed
    assert shell("key", "create", organization, "--scope", "everything").status == USAGE


def test_who_did_it_is_recorded(shell: Shell) -> None:
    """EVT-3."""
    shell("org", "create", "Shirts & Co")
    with MongoClient[dict[str, Any]](shell.mongo.admin_url, uuidRepresentation="standard") as admin:
        page = admin[shell.database][PAGES].find_one({"_id": 1})
    assert page is not None
    record = page["events"][0]["record"]
    assert '"actor":"operator:' in record
    assert '"correlation":"cli_' in record
    assert '"traceparent":"00-' in record


def test_a_history_is_a_table_that_ends_where_it_should(told: Shell) -> None:
    """EVT-7."""
    whole, early = told("replay", PAY), told("replay", PAY, "--as-of", "6")
    assert whole.status == DONE
    for said in ("payment.captured", "opened → captured", "19.99 EUR", "customer", "req_1"):
        assert said in whole.out
    assert "payment.captured" not in early.out
    assert "checkout.processing" in early.out


def test_a_history_for_machines_says_the_same(told: Shell) -> None:
    history = told("replay", CS, "--json").json
    assert [step["position"] for step in history["steps"]] == [4, 5, 6, 7, 8, 9, 10]
    assert history["state"][PAY]["status"] == "captured"
    assert "ada@example.com" not in str(history)


@pytest.mark.parametrize(
    ("words", "status", "code"),
    [
        (["replay", "nonsense"], REFUSED, "id_malformed"),
        (["replay", "pay_" + "0" * 32], REFUSED, "not_found"),
        (["replay", PAY, "--as-of", "4"], REFUSED, "not_found"),
        (["replay", PAY, "--as-of", "99"], REFUSED, "as_of_in_future"),
        (["replay", PAY, "--as-of", "2999-01-01"], REFUSED, "as_of_in_future"),
        (["replay", PAY, "--as-of", "yesterday"], USAGE, "neither a position nor a moment"),
        (["verify", "--expect", "12"], USAGE, "SIZE:ROOT"),
        (["work", "show", "1:nobody"], REFUSED, "work_unknown"),
        (["org", "show", "org_1"], REFUSED, "id_malformed"),
        (["org", "invoicing", "org_1", *ADA, "--postcode", "10119"], REFUSED, "id_malformed"),
        (["org", "invoicing", "org_" + "0" * 32, *ADA], REFUSED, "address_invalid"),
        (["org", "invoicing", "org_" + "0" * 32, *ADA, "--postcode", "10119"], REFUSED, "not_found"),
        (["key", "create", "org_" + "0" * 32], REFUSED, "not_found"),
        (["key", "revoke", "sk_test_1"], REFUSED, "key_unknown"),
        (["nothing"], USAGE, "invalid choice"),
        ([], USAGE, "required"),
    ],
)
def test_what_cannot_be_done_is_told_with_a_stable_code(
    told: Shell, words: list[str], status: int, code: str
) -> None:
    said = told(*words)
    assert (said.status, said.out) == (status, "")
    assert code in said.err


def test_a_true_journal_passes_and_its_head_can_be_held_against_it_later(told: Shell) -> None:
    """EVT-8."""
    said = told("verify", "--json")
    assert (said.status, said.json["records"], said.json["findings"]) == (DONE, 12, [])
    assert said.json["head"] in told("verify").out
    assert told("verify", "--expect", said.json["head"]).status == DONE


def test_a_cut_tail_is_found_against_the_head_noted_before(told: Shell) -> None:
    """EVT-8."""
    head = told("verify", "--json").json["head"]
    with MongoClient[dict[str, Any]](told.mongo.admin_url, uuidRepresentation="standard") as admin:
        admin[told.database][PAGES].delete_one({"_id": 12})

    assert told("verify").status == DONE
    said = told("verify", "--expect", head)
    assert (said.status, "its tail is gone" in said.out) == (FOUND, True)


def test_work_that_was_given_up_is_listed_shown_and_set_going_again(shell: Shell) -> None:
    """CONS-4."""
    now = datetime(2026, 1, 1, tzinfo=UTC)

    async def give_up(database: Database) -> None:
        store = MongoWorkStore(database)
        item = WorkItem.of(
            position=41,
            consumer=RULE,
            queue="payment.initiated",
            stream_id=UUID(int=7),
            due_at=now,
        )
        await store.add([item])
        clock = SystemClock()
        claimed = await store.claim(ITEM, now=clock.now(), lease=clock.now() - now)
        assert claimed is not None
        await store.bury(claimed, error="boom")

    shell.on_database(give_up)

    listed, shown = shell("work", "list"), shell("work", "show", ITEM)
    assert ITEM in listed.out
    assert "boom" in listed.out
    assert outside("payment", UUID(int=7)) in shown.out
    assert shell("work", "list", "--json").json[0]["state"] == "dead"

    assert shell("work", "retry", ITEM).status == DONE
    again = shell("work", "retry", ITEM)
    assert (again.status, "work_not_dead" in again.err) == (REFUSED, True)
    assert shell("work", "show", ITEM, "--json").json["state"] == "pending"


def test_work_that_waits_for_its_time_is_done_now_if_somebody_says_so(shell: Shell) -> None:
    """CONS-4: an operator knows that the other side is back; what is not waiting stays as it is."""
    clock = SystemClock()

    async def wait(database: Database) -> None:
        tomorrow = clock.now() + timedelta(days=1)
        await MongoWorkStore(database).add(
            [
                WorkItem.of(
                    position=41, consumer=RULE, queue="payment.initiated", stream_id=UUID(int=7), due_at=tomorrow
                )
            ]
        )

    shell.on_database(wait)
    assert shell("work", "hasten", ITEM).status == DONE
    assert datetime.fromisoformat(shell("work", "show", ITEM, "--json").json["due_at"]) <= clock.now()
    again = shell("work", "hasten", ITEM)
    assert (again.status, "does not wait: it is pending" in again.out) == (FOUND, True)
    unknown = shell("work", "hasten", "42:nobody")
    assert (unknown.status, "work_unknown" in unknown.err) == (REFUSED, True)


def test_an_organization_says_how_it_invoices(shell: Shell) -> None:
    """INV-3: the same again changes nothing, and a prefix that is one of the other kind's is refused."""
    organization = shell("org", "create", "Shirts & Co").out.strip()
    words = ("org", "invoicing", organization, *ADA, "--postcode", "10119")
    assert "Ada's Cups GmbH issues INV- and CN-: from now on" in shell(*words).out
    assert "so it was already" in shell(*words).out
    assert "prefix_refused" in shell(*words, "--invoice-prefix", "CN-").err
    assert "from now on" in shell(*words, "--invoice-prefix", "RE/", "--mode", "live").out
