"""How a key is written: found by its format, told from noise by its checksum, and never found in a log."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.application.api_keys import FORMAT, found, minted, parsed
from ledger.domain.values import Mode
from ledger.runtime.redaction import redacted_text
from tests.support.examples import ORGANIZATION

# Of the first release; whatever the format becomes, keys that merchants hold keep working.
OLD = f"sk_test_0123456789abcdef0123456789abcdef01234567.{'00112233445566778899aabbccddeeff' * 2}b5c88b29"
DECISION = Path(__file__).parents[2] / "docs" / "decisions" / "0012-restricted-keys.md"


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize(("restricted", "begins"), [(False, "sk_"), (True, "rk_")])
def test_what_is_minted_reads_back(mode: Mode, restricted: bool, begins: str) -> None:  # noqa: FBT001
    """SEC-6."""
    key = minted(ORGANIZATION, mode, restricted=restricted)
    assert parsed(key.text) == key
    assert key.text.startswith(f"{begins}{mode.value}_")
    assert key.organization_id == ORGANIZATION
    assert minted(ORGANIZATION, mode, restricted=restricted).secret != key.secret


def test_a_key_of_the_first_release_is_still_a_key() -> None:
    """SEC-6."""
    key = parsed(OLD)
    assert key is not None
    assert (key.kind, key.mode, key.key_id) == ("sk", Mode.TEST, "0123456789abcdef0123456789abcdef01234567")


def test_a_scanner_finds_a_key_in_any_text_and_is_not_taken_in_by_noise() -> None:
    """SEC-6: the format is the published one, and the checksum is checked by whoever knows no secret."""
    key = minted(ORGANIZATION, Mode.LIVE, restricted=False).text
    noise = key[:-1] + ("0" if key[-1] != "0" else "1")
    text = f'export KEY="{key}"  # not {noise}, and pk_{key[3:]}\nAuthorization: Bearer {OLD},x{key}'
    assert [each.text for each in found(text)] == [key, OLD]
    assert FORMAT in DECISION.read_text()


@given(st.text(max_size=200))
def test_whatever_is_no_key_is_none(text: str) -> None:
    """SEC-6."""
    assert parsed(text) is None
    assert parsed(f"sk_test_{text}") is None


@pytest.mark.parametrize("at", range(OLD.index(".") + 1, len(OLD)))
def test_one_wrong_digit_is_noticed_wherever_the_secret_has_it(at: int) -> None:
    """SEC-6: a CRC-32 notices every change of a single digit."""
    changed = "0" if OLD[at] != "0" else "1"
    assert parsed(OLD[:at] + changed + OLD[at + 1 :]) is None


@pytest.mark.parametrize("text", ["key {}", "{{'key': '{}'}}", "https://user:{}@host/", "rk? {}"])
def test_a_key_is_in_no_log(text: str) -> None:
    """SEC-6."""
    key = minted(ORGANIZATION, Mode.TEST, restricted=True)
    assert key.secret not in redacted_text(text.format(key.text))
