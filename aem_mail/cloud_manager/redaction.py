"""Keeping secrets, and what a terminal would obey, out of every text that people see."""

import base64
import html
import json
import re
import threading
import unicodedata
from collections.abc import Iterable, Mapping, Set
from functools import cached_property
from typing import Final
from urllib.parse import quote, quote_plus, unquote

MASK: Final = "***"

PART: Final = 8
"""Characters of a secret in a row that no text may show."""

_SHORT: Final = 4
_REMEMBERED: Final = 16
_NO_CHARACTER: Final = re.compile(r"(&#[0-9]{10,};?)")
_FILLERS: Final = (re.compile(r"[\s\\]"), re.compile(r"[\W_]"), re.compile(r"(?!)"))
"""What a text may have within a secret: what wraps or escapes it, what stands between its letters and digits, and nothing."""
_URL_TIMES: Final = 3
"""How often a URL may have been written into a URL."""

_BY_NUMBER: Final = re.compile(r"\\(?:u(?=[0-9A-Fa-f]{4})|x(?=[0-9A-Fa-f]{2}))((?<=u)[0-9A-Fa-f]{4}|(?<=x)[0-9A-Fa-f]{2})")


class Mask:
    """Replaces secrets by MASK, also in the forms that JSON, HTML, URLs, Base64 and hexadecimal digits give them.

    Of a longer one no PART characters in a row are left, also where a text cuts or wraps it. A secret of up to three characters
    is replaced only where it stands as a word of its own: anywhere else it is chance.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        self._secrets = tuple(secret for secret in secrets if secret)
        written = {form for secret in self._secrets for form in _forms(secret)}
        self._forms = sorted(written, key=len, reverse=True)

    def __call__(self, text: str) -> str:
        decoded = _decoded(text)
        hidden = self._hidden(decoded)
        return self._hidden(text) if hidden == decoded else hidden

    def _hidden(self, text: str) -> str:
        for form in self._forms:
            text = text.replace(form, MASK) if len(form) >= _SHORT else re.sub(rf"(?<!\w){re.escape(form)}(?!\w)", MASK, text)
        return self._without_parts(text)

    @cached_property
    def _parts(self) -> Mapping[re.Pattern[str], frozenset[str]]:
        spellings = [spelling for secret in self._secrets for spelling in _spellings(secret)]
        return {filler: frozenset(part for spelling in spellings for part in _parts_of(filler.sub("", spelling))) for filler in _FILLERS}

    def _without_parts(self, text: str) -> str:
        for filler, parts in self._parts.items() if len(text) >= PART else ():
            text = _masked(text, filler, parts)
        return text


def printable(text: str, limit: int) -> str:
    """Make one line of at most ``limit`` characters, without control, formatting, private or unpaired characters."""
    line = " ".join("".join(" " if _unprintable(character) else character for character in text[: limit * 4]).split())
    return line if len(line) <= limit and len(text) <= limit * 4 else f"{line[: limit - 1].rstrip()}…"


def unescaped(text: str) -> str:
    """Return HTML's text without its escapes; a number that is no character's stays, since Python reads none of thousands of digits."""
    return "".join(part if place % 2 else html.unescape(part) for place, part in enumerate(_NO_CHARACTER.split(text)))


class Secrets:
    """The credentials of one client while it lives: its client secret and the tokens of late; for many threads."""

    def __init__(self, *fixed: str | None) -> None:
        self._fixed = tuple(secret for secret in fixed if secret)
        self._tokens: tuple[str, ...] = ()
        self._lock = threading.Lock()
        self._mask = Mask(self._fixed)

    def add(self, token: str) -> None:
        """Remember one more token; the oldest is forgotten some renewals later."""
        with self._lock:
            self._tokens = (*self._tokens, token)[-_REMEMBERED:]
            self._mask = Mask((*self._fixed, *self._tokens))

    def mask(self, more: Iterable[str] = ()) -> Mask:
        """What replaces those of this moment, and ``more`` secrets, in a text."""
        others = tuple(more)
        return Mask((*self._fixed, *self._tokens, *others)) if others else self._mask


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


def _spellings(secret: str) -> Iterable[str]:
    """The forms of which every part gives away a part of the secret; Base64 has three, by what stands before."""
    raw = secret.encode(errors="surrogatepass")
    yield secret
    for digits in (raw.hex(), secret.encode("utf-16-be", errors="surrogatepass").hex()):
        yield digits
        yield digits.upper()
    for plain in {raw, json.dumps(secret)[1:-1].encode()}:
        for before in range(3):
            encoded = base64.b64encode(bytes(before) + plain).decode().rstrip("=")[4 if before else 0 :]
            yield encoded
            yield encoded.replace("+", "-").replace("/", "_")


def _decoded(text: str) -> str:
    """The text without the escapes by which JSON, programming languages, HTML and URLs write any character by its number."""
    text = unescaped(_BY_NUMBER.sub(lambda escape: chr(int(escape[1], 16)), text))
    for _ in range(_URL_TIMES):
        text = unquote(text)
    return text


def _parts_of(text: str) -> Iterable[str]:
    return (text[at : at + PART] for at in range(len(text) - PART + 1))


def _masked(text: str, filler: re.Pattern[str], parts: Set[str]) -> str:
    """Replace whatever of a text makes up one of the parts, with the fillers in it."""
    bare = filler.sub("", text)
    if parts.isdisjoint(_parts_of(bare)):
        return text
    places = [place for place, character in enumerate(text) if not filler.match(character)]
    shown, end = [], 0
    for at, part in enumerate(_parts_of(bare)):
        if part in parts:
            if places[at] >= end:
                shown += [text[end : places[at]], MASK]
            end = places[at + PART - 1] + 1
    return "".join([*shown, text[end:]])


def _unprintable(character: str) -> bool:
    return unicodedata.category(character)[0] in "CZ" and character != " "
