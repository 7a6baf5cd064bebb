"""What an endpoint takes and gives, written beside the function that answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from pydantic import BaseModel

from api.call import Handler
from api.moments import HIGHEST_POSITION
from api.pagination import LONGEST_CURSOR, MOST_PER_PAGE, PER_PAGE
from api.schemas import Body
from ledger.application.idempotency import LONGEST_KEY
from ledger.domain.access import Scope

EVENT_STREAM: Final = "text/event-stream"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A query parameter or header. `form` says in words of JSON Schema what may stand in it, unless `FORMS` does."""

    name: str
    where: str
    text: str
    required: bool = False
    kind: str = "string"
    form: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A function that answers a call, and its description. In `answers`, None stands for one without a schema."""

    function: Handler
    name: str
    summary: str
    answers: dict[int, type[BaseModel] | None]
    body: type[Body] | None
    parameters: tuple[Parameter, ...]
    problems: tuple[str, ...]
    media_type: str
    is_bounded: bool
    is_raw: bool = False


def answering(
    *,
    answers: dict[int, type[BaseModel] | None],
    body: type[Body] | None = None,
    parameters: tuple[Parameter, ...] = (),
    problems: tuple[str, ...] = (),
    media_type: str = "application/json",
    is_bounded: bool = False,
    is_raw: bool = False,
) -> Callable[[Handler], Endpoint]:
    """Describe the function that follows; `problems` are the codes it may answer with beside those of every route.

    Where `is_bounded`, every wait in the function has a limit of its own, and none is put around it.
    Where `is_raw`, the function reads the body itself, as bytes.
    """

    def described(function: Handler) -> Endpoint:
        module = function.__module__.rpartition(".")[2]
        name = f"{module}_{function.__name__}"  # type: ignore[attr-defined,unused-ignore]
        summary = (function.__doc__ or "").strip().splitlines()[0]
        return Endpoint(function, name, summary, answers, body, parameters, problems, media_type, is_bounded, is_raw)

    return described


class Access(Enum):
    """Who may use a route."""

    MERCHANT = "with an `sk_` key"
    BOTH = "with an `sk_` key, or without one by whoever knows the id"
    CUSTOMER = "by whoever knows the id"
    ANYBODY = "by anybody, within a small budget"
    PROVIDER = "by a provider, which signs what it sends"
    EVERYBODY = "by everybody, without rate limits"


@dataclass(frozen=True, slots=True)
class Route:
    """An address, who may use it, what answers there, and the right a restricted key needs for it."""

    method: str
    path: str
    access: Access
    endpoint: Endpoint
    scope: Scope | None = None


_POSITION: Final = {"minimum": 0, "maximum": HIGHEST_POSITION}
# What may stand in a parameter of the name wherever there is one, in words of JSON Schema.
FORMS: Final[Mapping[str, Mapping[str, Any]]] = {
    "limit": {"minimum": 1, "maximum": MOST_PER_PAGE, "default": PER_PAGE},
    "cursor": {"pattern": "^[A-Za-z0-9_-]+$", "maxLength": LONGEST_CURSOR},
    "at_least": _POSITION,
    "as_of": {"anyOf": [{"pattern": "^[0-9]+$"}, {"format": "date-time"}]},
    "Last-Event-ID": _POSITION,
    "Idempotency-Key": {"pattern": "^[!-~]+$", "maxLength": LONGEST_KEY},
}

LISTED: Final = (
    Parameter("limit", "query", "how many, 1 to 100; 20 if absent", kind="integer"),
    Parameter("cursor", "query", "`next_cursor` of the page before"),
)
AT_LEAST: Final = Parameter("at_least", "query", "answer from no earlier than this position", kind="integer")
AS_OF: Final = Parameter("as_of", "query", "answer as of this position or RFC 3339 moment; needs a key")
KEY_FORM: Final = "1 to 255 visible ASCII characters; the same key and body have one effect and one answer"

LIST_PROBLEMS: Final = ("parameter_malformed", "cursor_malformed")
READ_PROBLEMS: Final = ("parameter_malformed", "as_of_in_future", "view_behind", "mode_mismatch")
KEY_PROBLEMS: Final = (
    "idempotency_key_malformed",
    "idempotency_key_reused",
    "idempotency_key_in_use",
    "card_number_refused",
    "overloaded",
    "contended",
    "outcome_unknown",
    "journal_closed",
)
CLOSED_PROBLEMS: Final = (
    "checkout_not_open",
    "checkout_expired",
    "checkout_complete",
    "checkout_processing",
)
