"""Keeps credentials, and a server's own words, out of what is logged while a request is under way, by whichever library and logger.

An HTTP library logs at DEBUG the headers of every answer, in which a server may echo what it was sent, the text of protocol errors,
which quotes an illegal header whole, and the reason of a status.
"""

import logging
import re
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

from aem_mail.cloud_manager.redaction import Secrets

_FOREIGN: Final = re.compile(
    r"(?P<answered> return_value=)(?:\(b'HTTP/[\d.]+', (?P<status>\d{3}), )?.*"
    r"|(?P<failed> exception=\w+).*"
    r"|(?P<asked>^HTTP Request: \S+ \S+ \"HTTP/[\d.]+ \d{3}).*",
    re.DOTALL,
)
"""Where the words of a server begin in a record, and what of it is kept: a status, the kind of an exception."""

UNFORMATTED: Final = "(a record that cannot be formatted)"


class _Exchanging(threading.local):
    """Whether this thread's request is under way."""

    now: bool = False


_EXCHANGING: Final = _Exchanging()
_GUARDED: Final[weakref.WeakSet[Secrets]] = weakref.WeakSet()
_LOCK: Final = threading.Lock()


class _Redacting:
    """Makes the records of a process as they were made before, redacted where they are made during a request."""

    def __init__(self, make: Callable[..., logging.LogRecord]) -> None:
        self._make = make

    def __call__(self, *given: Any, **more: Any) -> logging.LogRecord:
        record = self._make(*given, **more)
        if _EXCHANGING.now:
            record.msg, record.args = _redacted(_message(record)), ()
        return record


def guard(secrets: Secrets) -> None:
    """Keep these credentials out of what is logged during requests for as long as the object lives."""
    with _LOCK:
        _GUARDED.add(secrets)


@contextmanager
def redacted() -> Iterator[None]:
    """Redact whatever this thread logs meanwhile."""
    _install()
    before = _EXCHANGING.now
    _EXCHANGING.now = True
    try:
        yield
    finally:
        _EXCHANGING.now = before


def _install() -> None:
    with _LOCK:
        make = logging.getLogRecordFactory()
        if not isinstance(make, _Redacting):
            logging.setLogRecordFactory(_Redacting(make))


def _message(record: logging.LogRecord) -> str:
    """Return the text of a record; one that cannot be formatted must end no request, whose outcome would be unknown then."""
    with suppress(Exception):
        return record.getMessage()
    return UNFORMATTED


def _redacted(message: str) -> str:
    with _LOCK:
        guarded = tuple(_GUARDED)
    shown = _FOREIGN.sub(_kept, message)
    for secrets in guarded:
        shown = secrets.mask()(shown)
    return shown


def _kept(found: re.Match[str]) -> str:
    if found["answered"]:
        return f" status={found['status']}" if found["status"] else ""
    return found["failed"] or f'{found["asked"]}"'
