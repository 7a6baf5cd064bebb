"""What the HTTP edge refuses by itself, before anything is asked of the ledger."""

from ledger.domain.errors import NotFound, Refused, Unavailable


class BodyEmpty(Refused):
    """This request needs a JSON body."""

    code = "body_empty"


class BodyNotExpected(Refused):
    """This request takes no body."""

    code = "body_not_expected"


class BodyTooLarge(Refused):
    """The body is larger than this endpoint takes."""

    code = "body_too_large"


class BodyNotUtf8(Refused):
    """The body is not valid UTF-8."""

    code = "body_not_utf8"


class BodyNotJson(Refused):
    """The body is not one JSON object."""

    code = "body_not_json"


class BodyTooDeep(Refused):
    """The body is nested too deeply."""

    code = "body_too_deep"


class BodyDuplicateName(Refused):
    """An object of the body has the same name twice, so that readers may disagree about what it says."""

    code = "body_duplicate_name"


class BodyInvalid(Refused):
    """The body does not fit the schema; `errors` points at what does not."""

    code = "body_invalid"


class CardNumberRefused(Refused):
    """Card numbers and security codes are not taken here; the provider's own card fields take them."""

    code = "card_number_refused"


class AmountNotInteger(Refused):
    """An amount is a whole number of minor units; floats, booleans and strings are not."""

    code = "amount_not_integer"


class LinesDoNotAddUp(Refused):
    """The lines do not add up to the amount."""

    code = "lines_do_not_add_up"


class ContentTypeUnsupported(Refused):
    """The body must be application/json in UTF-8, without a content coding."""

    code = "content_type_unsupported"


class UriTooLong(Refused):
    """The address is longer than this server takes."""

    code = "uri_too_long"


class HeadersTooLarge(Refused):
    """The headers are larger than this server takes."""

    code = "headers_too_large"


class RequestMalformed(Refused):
    """The request is not valid HTTP."""

    code = "request_malformed"


class RouteUnknown(NotFound):
    """There is nothing at this address."""

    code = "route_unknown"


class MethodNotAllowed(Refused):
    """This address does not take that method."""

    code = "method_not_allowed"


class CountryUnknown(NotFound):
    """There is no country of this code (ISO 3166-1); `meant` is the code of the one that may be meant."""

    code = "country_unknown"


class ParameterMalformed(Refused):
    """A query parameter or header has a value of the wrong form; `parameter` names it."""

    code = "parameter_malformed"


class CursorMalformed(Refused):
    """This cursor did not come from the list it is used for."""

    code = "cursor_malformed"


class HookUnknown(NotFound):
    """Nobody listens here, or the signature is not the one that is expected."""

    code = "hook_unknown"


class HookTokenInvalid(NotFound):
    """Nobody listens here, or the signature is not the one that is expected; GoCardless looks for this answer."""

    code = "hook_token_invalid"


class IpnRejected(Refused):
    """This notification cannot be taken; `reason` says why."""

    code = "ipn_rejected"


class ModeMismatch(NotFound):
    """This exists in the organization's other mode; use a key of that mode."""

    code = "mode_mismatch"


class NoActionRequired(Refused):
    """The payment does not wait for the customer."""

    code = "no_action_required"


class IdempotencyKeyInUse(Refused):
    """The first request with this idempotency key is still being answered; try again shortly."""

    code = "idempotency_key_in_use"


class RateLimited(Refused):
    """Too many requests; slow down. `budget` names what is used up."""

    code = "rate_limited"


class TooManyStreams(Unavailable):
    """This server holds as many event streams as it can; try again shortly."""

    code = "too_many_streams"


class TimeLimitReached(Unavailable):
    """The request took too long; whether it had an effect is to be read before it is tried again."""

    code = "time_limit_reached"


class Overloaded(Unavailable):
    """The server has more work in hand than it takes."""

    code = "overloaded"


class Unexpected(Unavailable):
    """Something is wrong on our side; whether the request had an effect is to be read before it is tried again."""

    code = "unexpected"
