"""The environment: read once, refused in words, secrets kept out of sight."""

import pytest

from ledger.runtime.settings import Settings, read_settings

ENOUGH = {"MONGO_URL": "mongodb://ledger:hush@db/", "REDIS_URL": "redis://:hush@queue:6379/0"}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in ENOUGH.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


@pytest.mark.usefixtures("environment")
def test_two_addresses_are_enough() -> None:
    settings = read_settings()
    assert (settings.mongo_database, settings.mongo_driver, settings.port) == ("ledger", "pymongo", 8080)


@pytest.mark.usefixtures("environment")
def test_passwords_are_not_shown() -> None:
    assert "hush" not in repr(read_settings())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MONGO_DRIVER", "psycopg"),
        ("MONGO_DATABASE", "no spaces"),
        ("PORT", "99999"),
        ("GRACE_S", "0"),
        ("PUBLIC_URL", "example.org"),
        ("RATE_READS_PER_KEY_S", "-1"),
        ("TRUSTED_PROXIES", "10.0.0.0/8, proxy.example"),
    ],
)
def test_a_wrong_value_ends_the_process_and_names_the_variable(
    environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, value: str
) -> None:
    environment.setenv(name, value)
    with pytest.raises(SystemExit) as ended:
        read_settings()
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert name in said
    assert "hush" not in said


def test_a_missing_address_is_named(environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    environment.delenv("MONGO_URL")
    with pytest.raises(SystemExit):
        read_settings()
    assert "MONGO_URL" in capsys.readouterr().err


def test_production_is_not_served_in_the_clear(
    environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    environment.setenv("ENVIRONMENT", "production")
    with pytest.raises(SystemExit):
        read_settings()
    assert "PUBLIC_URL must be https" in capsys.readouterr().err
    environment.setenv("PUBLIC_URL", "https://pay.example.org")
    assert read_settings().environment == "production"
