"""Cursors: where a list goes on, in a form that callers hand back and do not read."""

import base64
import binascii
import re
from typing import Final

from api.refusals import CursorMalformed

MOST_PER_PAGE: Final = 100
PER_PAGE: Final = 20
LONGEST_CURSOR: Final = 200


def cursor(view: str, after: str) -> str:
    """Return the cursor that goes on after `after` in the list of `view`."""
    return base64.urlsafe_b64encode(f"{view}:{after}".encode()).decode().rstrip("=")


def after(view: str, text: str) -> str:
    """Return what `cursor` was made from; raise `CursorMalformed` if it was made for another list."""
    if len(text) > LONGEST_CURSOR or re.fullmatch(r"[A-Za-z0-9_-]+", text, re.ASCII) is None:
        raise CursorMalformed
    try:
        plain = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("ascii")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise CursorMalformed from error
    of, separator, where = plain.partition(":")
    if of != view or not separator or cursor(view, where) != text:
        raise CursorMalformed
    return where
