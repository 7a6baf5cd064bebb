"""Logs: one line per fact on the standard error, JSON for machines, plain for people, never with a secret in it."""

import logging
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final, TextIO

import orjson
from opentelemetry import trace
from typing_extensions import override

from ledger.runtime.redaction import HIDDEN, is_secret, redacted, redacted_text

OURS: Final = ("ledger", "projections", "consumers", "api", "cli")
# What a log record has before anybody adds a fact to it with `extra={...}`.
_PLAIN: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_COLORS: Final = {"WARNING": "\033[33m", "ERROR": "\033[31m", "CRITICAL": "\033[31m"}


def facts(record: logging.LogRecord) -> dict[str, Any]:
    """Return what a line says: when, how grave, what, its ids, the trace and the error; all of it redacted."""
    moment = datetime.fromtimestamp(record.created, UTC)
    line: dict[str, Any] = {
        "ts": f"{moment:%Y-%m-%dT%H:%M:%S.%f}Z",
        "level": record.levelname.lower(),
        "event": redacted_text(record.getMessage()),
        "logger": record.name,
    }
    span = trace.get_current_span().get_span_context()
    if span.is_valid:
        line |= {"trace_id": trace.format_trace_id(span.trace_id), "span_id": trace.format_span_id(span.span_id)}
    for name, value in vars(record).items():
        if name not in _PLAIN:
            line[name] = HIDDEN if is_secret(name) else redacted(value)
    if record.exc_info and record.exc_info[0]:
        line["error"] = record.exc_info[0].__name__
        line["traceback"] = redacted_text("".join(traceback.format_exception(*record.exc_info)))
    return line


class JsonLines(logging.Formatter):
    """Writes a record as one line of JSON."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        return orjson.dumps(facts(record), default=str).decode()


class ReadableLines(logging.Formatter):
    """Writes a record for a person at a terminal."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        line = facts(record)
        color = _COLORS.get(record.levelname, "")
        shown = f"{line.pop('ts')[11:23]} {line.pop('level'):<8}{color}{line.pop('event')}"
        plain = "\033[0m" if color else ""
        error = line.pop("traceback", "")
        line.pop("error", None)
        rest = "".join(f"  {name}={value}" for name, value in line.items() if name not in {"logger", "span_id"})
        return f"{shown}{plain}{rest}\n{error}".rstrip()


class Lines(logging.StreamHandler[TextIO]):
    """Writes to a stream. A record that cannot be formatted is reported without its arguments."""

    @override
    def handleError(self, record: logging.LogRecord) -> None:
        # The standard library would print the arguments as they are, secrets included.
        kind = sys.exc_info()[0]
        self.stream.write(f'{{"level":"error","event":"unloggable","logger":"{record.name}","error":"{kind}"}}\n')


@contextmanager
def logged(level: str = "INFO", *, stream: TextIO | None = None, readable: bool | None = None) -> Iterator[None]:
    """Write our own lines from `level` up, and others' warnings, until the block ends.

    A terminal gets readable lines unless `readable` says otherwise. Add ids to a fact with `extra={"payment": …}`.
    """
    stream = stream or sys.stderr
    handler = Lines(stream)
    handler.setFormatter(ReadableLines() if (stream.isatty() if readable is None else readable) else JsonLines())
    root, ours = logging.getLogger(), [logging.getLogger(name) for name in OURS]
    before = root.handlers, root.level, [logger.level for logger in ours]
    root.handlers = [handler]
    # A vendor's debug lines hold whole commands and bodies, so they are never let through.
    root.setLevel(max(logging.WARNING, logging.getLevelNamesMapping()[level]))
    for logger in ours:
        logger.setLevel(level)
    logging.captureWarnings(capture=True)
    try:
        yield
    finally:
        logging.captureWarnings(capture=False)
        handler.flush()
        root.handlers, root_level, levels = before
        root.setLevel(root_level)
        for logger, was in zip(ours, levels, strict=True):
            logger.setLevel(was)
