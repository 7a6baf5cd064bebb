"""Where the environment says that the master key is."""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class MasterKeySettings(BaseSettings):
    """LEDGER_MASTER_KEY or LEDGER_MASTER_KEY_FILE; whoever needs the key says what is wrong with it."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    ledger_master_key: SecretStr | None = Field(default=None, description="base64 or hex, the newest key first")
    ledger_master_key_file: Path | None = Field(default=None, description="a file that holds the same")
