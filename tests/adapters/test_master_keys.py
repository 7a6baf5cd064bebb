"""SEC-7: master keys as an operator writes them."""

import base64
from pathlib import Path

import pytest

from ledger.adapters.vault import AesGcmSealer, master_keys
from ledger.application.sealing import MasterKeyMalformed, MasterKeyMissing, VaultClosed
from ledger.application.secret import Secret
from ledger.runtime.master_key import MasterKeySettings
from tests.adapters.contracts.sealed_secrets import OLD_KEY

HEX = "00112233445566778899aabbccddeeff" * 2
RAW = bytes.fromhex(HEX)


@pytest.mark.parametrize(
    "written",
    [HEX, HEX.upper(), base64.b64encode(RAW).decode(), base64.urlsafe_b64encode(RAW).decode(), f"  {HEX}\n"],
)
def test_a_master_key_is_written_in_hex_or_base64(written: str) -> None:
    keys = master_keys(text=Secret(written), file=None)
    assert [key.reveal() for key in keys.values()] == [RAW]
    assert keys == master_keys(text=Secret(HEX), file=None)


def test_several_master_keys_have_ids_and_the_first_one_seals(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text(f"2026-11:{HEX}\n{base64.b64encode(OLD_KEY.reveal()).decode()}\n")
    keys = master_keys(text=None, file=file)
    assert AesGcmSealer(keys).key_id == "2026-11"
    assert len(keys) == 2


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        (None, MasterKeyMissing),
        ("", MasterKeyMissing),
        (" \n", MasterKeyMissing),
        (HEX[:-2], MasterKeyMalformed),
        ("correct horse battery staple", MasterKeyMalformed),
        ("\udcff".encode(errors="surrogateescape").decode("latin-1"), MasterKeyMalformed),
        (f"a:{HEX} a:{'00' * 32}", MasterKeyMalformed),
        (f"{HEX},{HEX}", MasterKeyMalformed),
        (f"{'i' * 65}:{HEX}", MasterKeyMalformed),
        (f":{HEX}", MasterKeyMalformed),
    ],
)
def test_a_missing_or_wrong_master_key_says_so_and_nothing_of_itself(
    text: str | None, refusal: type[VaultClosed]
) -> None:
    with pytest.raises(refusal) as refused:
        master_keys(text=None if text is None else Secret(text), file=None)
    assert refused.value.code in {"master_key_missing", "master_key_malformed"}
    assert HEX not in f"{refused.value!r} {refused.value.facts}"


def test_a_master_key_comes_from_one_place(tmp_path: Path) -> None:
    with pytest.raises(MasterKeyMissing):
        master_keys(text=None, file=tmp_path / "nothing")
    with pytest.raises(MasterKeyMalformed):
        master_keys(text=Secret(HEX), file=tmp_path / "keys")
    with pytest.raises(MasterKeyMissing):
        AesGcmSealer({})
    with pytest.raises(MasterKeyMalformed):
        AesGcmSealer({"k": Secret("short")})


def test_the_environment_names_the_master_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("LEDGER_MASTER_KEY_FILE", raising=False)
    monkeypatch.setenv("LEDGER_MASTER_KEY", HEX)
    settings = MasterKeySettings()
    assert HEX not in repr(settings)
    assert settings.ledger_master_key is not None
    assert settings.ledger_master_key.get_secret_value() == HEX
    monkeypatch.setenv("LEDGER_MASTER_KEY_FILE", str(tmp_path / "key"))
    assert MasterKeySettings().ledger_master_key_file == tmp_path / "key"
