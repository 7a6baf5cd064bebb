"""What a reader may hear instead of a document."""

from ledger.domain.errors import NotFound, Refused, Unavailable


class AsOfInFuture(Refused):
    """Nobody knows yet what will be said at that moment."""

    code = "as_of_in_future"


class ViewBehind(Refused):
    """The journal itself has not come as far as was asked for, so that no answer can have named this position."""

    code = "view_behind"


class TooManyWatchers(Unavailable):
    """Too many are watching already; ask again, or poll."""

    code = "too_many_watchers"


class ViewInAnotherForm(Unavailable):
    """What is stored of this view is of the form of another release; any process of ours builds it anew."""

    code = "view_in_another_form"


class AccountUnknown(NotFound):
    """The books have no such account, or it had no entry yet."""

    code = "account_unknown"
