"""Keeping secrets, and what a terminal would obey, out of every text that people see."""

import base64
import html
import json
import re
import threading
import unicodedata
from collections.abc import Iterable
from typing import Final
from urllib.parse import quote, quote_plus

MASK: Final = "***"

_SHORT: Final = 4
_REMEMBERED: Final = 16


class Mask:
    """Replaces secrets by MASK, also in the forms that JSON, HTML, URLs and Base64 give them.

    A secret of up to three characters is replaced only where it stands as a word of its own: anywhere else it is chance.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        written = {form for secret in secrets if secret for form in _forms(secret)}
        self._forms = sorted(written, key=len, reverse=True)

    def __call__(self, text: str) -> str:
        for form in self._forms:
            text = text.replace(form, MASK) if len(form) >= _SHORT else re.sub(rf"(?<!\w){re.escape(form)}(?!\w)", MASK, text)
        return text


def printable(text: str, limit: int) -> str:
    """Make one line of at most ``limit`` characters, without control, formatting, private or unpaired characters."""
    line = " ".join("".join(" " if _unprintable(character) else character for character in text[: limit * 4]).split())
    return line if len(line) <= limit and len(text) <= limit * 4 else f"{line[: limit - 1].rstrip()}…"


class Secrets:
    """The credentials of one client while it lives: its client secret and the tokens of late; for many threads."""

    def __init__(self, *fixed: str | None) -> None:
        self._fixed = tuple(secret for secret in fixed if secret)
        self._tokens: tuple[str, ...] = ()
        self._lock = threading.Lock()

    def add(self, token: str) -> None:
        """Remember one more token; the oldest is forgotten some renewals later."""
        with self._lock:
            self._tokens = (*self._tokens, token)[-_REMEMBERED:]

    def mask(self, more: Iterable[str] = ()) -> Mask:
        """What replaces those of this moment, and ``more`` secrets, in a text."""
        return Mask((*self._fixed, *self._tokens, *more))


def _forms(secret: str) -> Iterable[str]:
    yield secret
    yield json.dumps(secret)[1:-1]
    yield json.dumps(secret, ensure_ascii=False)[1:-1]
    yield html.escape(secret)
    raw = secret.encode(errors="surrogatepass")
    yield quote(raw, safe="")
    yield quote_plus(raw)
    if len(secret) >= _SHORT:
        yield base64.b64encode(raw).decode().rstrip("=")
        yield " ".join(secret.split()) or secret


def _unprintable(character: str) -> bool:
    return unicodedata.category(character)[0] in "CZ" and character != " "
