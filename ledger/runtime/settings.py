"""What a process is told by its environment: every name, its default and its limits."""

import sys
from typing import Annotated, Final, Literal, Self

from pydantic import BeforeValidator, Field, IPvAnyNetwork, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from ledger.runtime.mail_settings import MailSettings, Security
from ledger.runtime.master_key import MasterKeySettings


def _listed(value: object) -> object:
    return [each.strip() for each in value.split(",") if each.strip()] if isinstance(value, str) else value


Rate = Annotated[int, Field(ge=0, le=100_000)]
Url = Annotated[str, Field(pattern=r"^https?://[^/\s]+(/\S*)?$")]

# What is spoken to or told to customers over the internet.
ADDRESSES: Final = (
    "public_url",
    "return_url",
    "stripe_api_url",
    "gocardless_test_url",
    "gocardless_live_url",
    "mollie_api_url",
    "adyen_test_url",
    "adyen_live_url",
    "programmable_api_url",
    "vies_url",
)


class Settings(MasterKeySettings, MailSettings):
    """One process's settings, read from environment variables of the same names in capitals."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    environment: Literal["production", "development"] = "development"
    mongo_url: SecretStr = Field(description="the application user's address of the replica set")
    mongo_database: str = Field(default="ledger", pattern=r"^[A-Za-z0-9_-]{1,38}$")
    mongo_driver: Literal["motor", "pymongo"] = "pymongo"
    redis_url: SecretStr = Field(description="Redis >= 6.2, Valkey or Garnet; holds nothing that cannot be lost")
    stripe_api_url: Url = "https://api.stripe.com"
    gocardless_test_url: Url = "https://api-sandbox.gocardless.com"
    gocardless_live_url: Url = "https://api.gocardless.com"
    mollie_api_url: Url = "https://api.mollie.com"
    adyen_test_url: Url = "https://checkout-test.adyen.com/v71"
    adyen_live_url: Url | None = Field(
        default=None, description="Adyen gives each merchant one: https://….adyenpayments.com/checkout/v71"
    )
    programmable_api_url: Url | None = Field(
        default=None, description="where a programmable provider runs, for accounts in test mode"
    )
    vies_url: Url = Field(
        default="https://ec.europa.eu/taxation_customs/vies/services/checkVatService",
        description="where VAT numbers are checked; `ledger play-vies` stands in for it",
    )
    return_url: Url | None = Field(
        default=None,
        description="where customers come back to from a provider's page, with {payment_id} in it if wanted",
    )
    provider_secrets: dict[str, SecretStr] = Field(
        default={},
        description="JSON, for development: keys of provider accounts by name; otherwise the vault has them",
    )
    notify_loopback: bool = Field(
        default=False, description="for development: merchants may be notified on this machine, also over http"
    )
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65_535, description="0 takes a free one")
    public_url: Url = Field(default="http://127.0.0.1:8080", description="where customers and merchants reach us")
    grace_s: int = Field(default=25, ge=1, le=600, description="how long a SIGTERM waits for work in hand")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    rate_reads_per_key_s: Rate = Field(default=200, description="reading requests of one API key; 0 is no limit")
    rate_writes_per_key_s: Rate = Field(default=100, description="other requests of one API key; 0 is no limit")
    rate_per_address_s: Rate = Field(default=50, description="requests without a key; 0 is no limit")
    rate_rejections_s: Rate = Field(default=5, description="forged notifications of one address; 0 is no limit")
    rate_vat_per_address_s: Rate = Field(
        default=2, description="questions about VAT numbers from one address; 0 is no limit"
    )
    trusted_proxies: Annotated[tuple[IPvAnyNetwork, ...], NoDecode, BeforeValidator(_listed)] = Field(
        default=(), description="networks of our own proxies, with commas between; only they are believed about peers"
    )
    country_header: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9-]{1,40}$",
        description="where our own proxies say which country an address is in (`CF-IPCountry`), for the tax",
    )

    @model_validator(mode="after")
    def _mail_has_a_sender(self) -> Self:
        if (self.smtp_host is None) != (self.mail_from is None):
            raise ValueError("SMTP_HOST and MAIL_FROM are given together")
        return self

    @model_validator(mode="after")
    def _production_speaks_tls(self) -> Self:
        if self.environment == "production":
            for name in ADDRESSES:
                if not (getattr(self, name) or "https://").startswith("https://"):
                    raise ValueError(f"{name.upper()} must be https in production")
            if self.notify_loopback:
                raise ValueError("NOTIFY_LOOPBACK is for development")
            if self.smtp_host is not None and self.smtp_security is Security.NONE:
                raise ValueError("SMTP_SECURITY must be starttls or tls in production")
        return self


class GivenServers(BaseSettings):
    """Servers that already run: each one named here takes the place of an embedded one."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    mongo_url: str | None = None
    mongo_admin_url: str | None = Field(default=None, description="may create roles; MONGO_URL itself when absent")
    redis_url: str | None = None
    stripe_api_url: str | None = None


def read_settings() -> Settings:
    """Return the settings, or end the process with status 2 after naming every variable that is wrong.

    Values are not repeated: a wrong one may hold a password.
    """
    try:
        return Settings()
    except ValidationError as error:
        print("The environment does not suit:", file=sys.stderr)  # noqa: T201 - logs are not set up yet
        for wrong in error.errors(include_input=False, include_url=False):
            name = ".".join(str(part) for part in wrong["loc"]).upper()
            print(f"  {name or 'together'}: {wrong['msg']}", file=sys.stderr)  # noqa: T201
        raise SystemExit(2) from None
