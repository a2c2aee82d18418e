"""JSON log lines on standard error that cannot name a patient (DESIGN guarantee 7).

A line keeps only keys from an allow-list; its event is a fixed phrase of letters; an exception leaves its type and the
places it passed, never its text. Other libraries' lines keep logger and level only, because their texts may hold
anything. This module does not rotate, ship or store logs.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog
from structlog.typing import FilteringBoundLogger

from beeldbrug.model.errors import BeeldbrugError

KEYS = frozenset(
    {
        *("event", "level", "time", "source", "code", "text", "remedy", "kind", "state", "reason", "error", "where"),
        *("organisation", "exchange", "parcel", "pack", "part", "segment", "direction", "route", "urgency"),
        *("count", "total", "bytes", "seconds", "rate", "attempt", "status", "signal", "exit_code"),
        *("address", "host", "port", "process", "pid", "version", "protocol", "calling_ae", "called_ae", "partner"),
        *("dropped",),
    }
)
"""The only keys a line may have. None of them is ever about a patient; a new one is added here, in review."""

_EVENT = re.compile(r"[a-zA-Z][a-zA-Z ,'-]{0,99}")
_TEXT_LENGTH = 300


def configure(level: str = "info", stream: TextIO | None = None) -> None:
    """Set up logging for this process; call it once, first. ``level`` is a name of Python's logging."""
    number = logging.getLevelNamesMapping()[level.upper()]
    configure_lines(number, stream)
    root = logging.getLogger()
    for handler in list(root.handlers):
        root.removeHandler(handler)
    root.addHandler(_LibraryLines(level=max(number, logging.WARNING)))
    root.setLevel(logging.WARNING)
    logging.captureWarnings(True)


def configure_lines(number: int = logging.INFO, stream: TextIO | None = None) -> None:
    """The lines alone: which level (a number of Python's logging), and where to; other libraries stay as they are."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
            _exception_without_text,
            _allowed_only,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        # looked up at each line: sys.stderr may be replaced after the first
        logger_factory=lambda *_: structlog.WriteLogger(stream or sys.stderr),
        cache_logger_on_first_use=False,
    )


def get(name: str) -> FilteringBoundLogger:
    """A logger whose lines carry ``source=name``. Log as ``log.info("segment stored", bytes=n)``."""
    logger: FilteringBoundLogger = structlog.get_logger(source=name)
    return logger


def _exception_without_text(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    given = line.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        line["error"] = type(error).__name__
        line["where"] = [f"{_module(frame)}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)[-8:]]
    if isinstance(error, BeeldbrugError):
        line.setdefault("code", error.code)
        line.setdefault("text", error.text)
    return line


def _module(frame: traceback.FrameSummary) -> str:
    """The last two parts of the path: enough to find the line, nothing about the machine."""
    return "/".join(frame.filename.split("/")[-2:])


def _allowed_only(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    kept = {key: _plain(value) for key, value in line.items() if key in KEYS}
    if not _EVENT.fullmatch(str(kept.get("event", ""))):
        kept["event"] = "event withheld"
    if dropped := len(line) - len([key for key in line if key in KEYS]):
        kept["dropped"] = dropped
    return kept


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value[:16]]
    if isinstance(value, bytes | bytearray | memoryview):
        return f"{len(value)} bytes"
    return str(value)[:_TEXT_LENGTH]


class _LibraryLines(logging.Handler):
    """Passes on that a library warned, and where; its text may hold header values and is left out."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        log = structlog.get_logger(source=record.name)
        method = log.error if record.levelno >= logging.ERROR else log.warning
        method("library warned", exc_info=error, where=[f"{record.module}:{record.lineno}"] if error is None else None)


# before configure(), or without it, lines are as safe as after
configure_lines()
