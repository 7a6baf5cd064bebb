"""Where the environment says that mail is handed in."""

from enum import StrEnum

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Security(StrEnum):
    """How the line to the mail server is made safe."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class MailSettings(BaseSettings):
    """SMTP_HOST and MAIL_FROM, both or neither; without them customers are not written to, which the records say."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    smtp_host: str | None = Field(default=None, description="the mail server; absent, no mail is sent")
    smtp_port: int = Field(default=587, ge=1, le=65_535)
    smtp_security: Security = Field(default=Security.STARTTLS, description="`starttls`, `tls`, or `none` on loopback")
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    mail_from: str | None = Field(
        default=None, pattern=r"^[!-;=?A-~]+@[A-Za-z0-9.\-]+$", description="the address that mail comes from"
    )
