"""What every schema of an answer is made of."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

ModeName = Literal["live", "test"]


class Representation(BaseModel):
    """Something people read."""

    model_config = ConfigDict(strict=True, extra="forbid")


class Money(Representation):
    """Whole minor units of an ISO 4217 currency."""

    minor: int
    currency: str
