"""`ledger notify` against a real journal: adding, listing, disabling, rotating and removing endpoints."""

from argparse import ArgumentParser

import pytest

from cli import notify
from ledger.application.notifications import TYPES
from tests.cli.conftest import Shell


def test_an_endpoint_from_its_beginning_to_its_end(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """OUT-1, SEC-8: its secret is shown once and never again."""
    monkeypatch.setenv("LEDGER_MASTER_KEY", "5a" * 32)
    monkeypatch.setenv("COLUMNS", "250")
    organization = shell("org", "create", "Shirts & Co").out.split()[0]
    assert shell("notify", "add", organization, "http://shop.example/").status == 3
    added = shell("notify", "add", organization, "https://shop.example/hooks", "--type", "payment.succeeded")
    assert added.status == 0, added.err
    endpoint, secret = added.out.split()
    assert secret.startswith("whsec_")
    listed = shell("notify", "list", organization)
    assert "https://shop.example/hooks" in listed.out
    assert secret not in listed.out
    assert shell("notify", "rotate", organization, endpoint).out.strip() != secret
    assert shell("notify", "enable", organization, endpoint).status == 0
    assert shell("notify", "remove", organization, endpoint).status == 0
    assert shell("notify", "remove", organization, endpoint).status == 3
    assert "shop.example" not in shell("notify", "list", organization).out
    assert shell("notify", "show", f"ntf_{'0' * 32}").status == 3
    assert shell("notify", "resend", f"ntf_{'0' * 32}").status == 3


@pytest.mark.parametrize("kind", TYPES.values())
def test_every_public_type_can_be_asked_for(kind: str) -> None:
    """OUT-4."""
    parser = ArgumentParser()
    notify.arguments(parser)
    assert parser.parse_args(["add", "org_1", "https://shop.example/", "--type", kind]).type == [kind]
