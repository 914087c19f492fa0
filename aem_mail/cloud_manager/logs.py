"""A filter that keeps credentials, and a server's own words, out of what httpx and httpcore log.

Neither logs the headers of a request. But httpcore logs at DEBUG the headers of every answer, in which a server may echo
what it was sent, and the text of protocol errors, in which h11 quotes an illegal header whole; httpx logs the reason of a status.
"""

import logging
import re
import threading
import weakref
from typing import Final

from aem_mail.cloud_manager.redaction import Secrets

_LOGGERS: Final = ("httpx", "httpcore.connection", "httpcore.http11", "httpcore.http2", "httpcore.proxy", "httpcore.socks")


_FOREIGN: Final = re.compile(
    r"(?P<answered> return_value=)(?:\(b'HTTP/[\d.]+', (?P<status>\d{3}), )?.*"
    r"|(?P<failed> exception=\w+).*"
    r"|(?P<asked>^HTTP Request: \S+ \S+ \"HTTP/[\d.]+ \d{3}).*",
    re.DOTALL,
)
"""Where the words of a server begin in a record, and what of it is kept: a status, the kind of an exception."""


class _Redacting(logging.Filter):
    def __init__(self) -> None:
        super().__init__()
        self._guarded: weakref.WeakSet[Secrets] = weakref.WeakSet()
        self._lock = threading.Lock()

    def guard(self, secrets: Secrets) -> None:
        with self._lock:
            self._guarded.add(secrets)

    def filter(self, record: logging.LogRecord) -> bool:
        with self._lock:
            guarded = tuple(self._guarded)
        if not guarded:
            return True
        message = record.getMessage()
        shown = _FOREIGN.sub(_kept, message)
        for secrets in guarded:
            shown = secrets.mask()(shown)
        if shown != message:
            record.msg, record.args = shown, ()
        return True


def _kept(found: re.Match[str]) -> str:
    if found["answered"]:
        return f" status={found['status']}" if found["status"] else ""
    return found["failed"] or f'{found["asked"]}"'


_REDACTING: Final = _Redacting()


def guard(secrets: Secrets) -> None:
    """Keep these credentials out of the HTTP libraries' logs for as long as the object lives."""
    _REDACTING.guard(secrets)
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_REDACTING)
