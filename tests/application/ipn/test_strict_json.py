"""JSON that can be read in one way only."""

import pytest

from ledger.application.ipn.strict_json import DEEPEST, read
from ledger.application.ipn.verdict import Reason, Rejected


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", Reason.BODY_NOT_JSON),
        (b"{", Reason.BODY_NOT_JSON),
        (b"{} {}", Reason.BODY_NOT_JSON),
        (b"\xef\xbb\xbf{}", Reason.BODY_NOT_JSON),
        (b"{'a':1}", Reason.BODY_NOT_JSON),
        (b'{"a":"\x00"}', Reason.BODY_NOT_JSON),
        (b'{"a":"\xff"}', Reason.BODY_NOT_UTF8),
        (b'{"a":"\xed\xa0\x80"}', Reason.BODY_NOT_UTF8),
        (b"null", Reason.BODY_UNEXPECTED),
        (b"[{}]", Reason.BODY_UNEXPECTED),
        (b'{"a":{"b":1,"b":1}}', Reason.BODY_DUPLICATE_NAME),
        (b'{"a":1,"\\u0061":2}', Reason.BODY_DUPLICATE_NAME),
        (b'{"a":NaN}', Reason.BODY_NUMBER),
        (b'{"a":-Infinity}', Reason.BODY_NUMBER),
        (b'{"a":1e999}', Reason.BODY_NUMBER),
        (b'{"a":%b}' % (b"1" * 31), Reason.BODY_NUMBER),
        (b'{"a":"\\ud83d"}', Reason.BODY_LONE_SURROGATE),
        (b'{"\\udca9":1}', Reason.BODY_LONE_SURROGATE),
        (b'{"a":' * DEEPEST + b"{}" + b"}" * DEEPEST, Reason.BODY_TOO_DEEP),
        (b'{"a":' * 100_000, Reason.BODY_TOO_DEEP),
    ],
    ids=lambda value: value[:24].decode("latin-1") if isinstance(value, bytes) else value,
)
def test_what_can_be_read_in_two_ways_is_not_read(raw: bytes, reason: Reason) -> None:
    assert read(raw) == Rejected(reason)


def test_what_can_be_read_in_one_way_is() -> None:
    assert read(b' {"a": "\\ud83d\\ude00", "b": [1, 2.5, null], "c": {"a": ""}} ') == {
        "a": "\U0001f600",
        "b": [1, 2.5, None],
        "c": {"a": ""},
    }
    assert not isinstance(read(b'{"a":' * (DEEPEST - 1) + b"{}" + b"}" * (DEEPEST - 1)), Rejected)
