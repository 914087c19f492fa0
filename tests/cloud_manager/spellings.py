"""The forms in which a server, a proxy or Git may write a secret that it was sent, and the bound of what may be shown of it."""

import base64
import html
import json
import textwrap
from collections.abc import Callable, Iterator, Mapping
from typing import Final
from urllib.parse import quote, quote_plus

USER: Final = "mailer-1"
PART: Final = 8
"""Characters of a secret in a row that nobody may see."""


def _escaped(secret: str, form: str) -> str:
    return "".join(form.format(ord(character)) for character in secret)


def _java(secret: str) -> str:
    """As Java's JSON libraries write it: everything beyond ASCII, and what HTML would obey, by number."""
    return "".join(c if c.isascii() and c not in "\"\\<>&'=" else f"\\u{ord(c):04X}" for c in secret)


def _go(secret: str) -> str:
    """As Go's encoder writes it: `<`, `>` and `&` by number."""
    written = json.dumps(secret, ensure_ascii=False)[1:-1]
    return written.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _b64url(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode()


SPELLINGS: Final[Mapping[str, Callable[[str], str]]] = {
    "as it is": str,
    "without its end": lambda secret: secret[:-3],
    "without its beginning": lambda secret: secret[3:],
    "its first characters": lambda secret: f"{secret[:PART]}...",
    "its last characters": lambda secret: f"...{secret[-PART:]}",
    "in quotes": lambda secret: f'"{secret}"',
    "JSON": lambda secret: json.dumps(secret)[1:-1],
    "JSON beyond ASCII": lambda secret: json.dumps(secret, ensure_ascii=False)[1:-1],
    "JSON of Java": _java,
    "JSON of Go": _go,
    "JSON with escaped slashes": lambda secret: json.dumps(secret)[1:-1].replace("/", "\\/"),
    "JSON all by number": lambda secret: _escaped(secret, "\\u{:04x}"),
    "JSON in JSON": lambda secret: json.dumps(json.dumps(secret)),
    "JSON in JSON in JSON": lambda secret: json.dumps(json.dumps(json.dumps(secret))),
    "repr": repr,
    "repr of bytes": lambda secret: repr(secret.encode()),
    "hexadecimal escapes": lambda secret: _escaped(secret, "\\x{:02x}"),
    "a shell's quotes": lambda secret: "'" + secret.replace("'", "'\\''") + "'",
    "HTML": html.escape,
    "HTML without quotes": lambda secret: html.escape(secret, quote=False),
    "HTML with decimal numbers": lambda secret: _escaped(secret, "&#{};"),
    "HTML with hexadecimal numbers": lambda secret: _escaped(secret, "&#x{:X};"),
    "HTML of HTML": lambda secret: html.escape(html.escape(secret)),
    "HTML of Go": lambda secret: html.escape(secret).replace("&quot;", "&#34;").replace("&#x27;", "&#39;"),
    "URL": lambda secret: quote(secret, safe=""),
    "URL with slashes": quote,
    "URL in lower case": lambda secret: quote(secret, safe="").replace("%2F", "%2f").replace("%3C", "%3c"),
    "URL all by number": lambda secret: "".join(f"%{byte:02X}" for byte in secret.encode()),
    "URL twice": lambda secret: quote(quote(secret, safe=""), safe=""),
    "a form": quote_plus,
    "wrapped": lambda secret: "\n".join(textwrap.wrap(secret, 7, break_long_words=True)),
    "wrapped and indented": lambda secret: "\r\n    ".join(secret[at : at + 6] for at in range(0, len(secret), 6)),
    "spaced": " ".join,
    "Base64": _b64,
    "Base64 without its padding": lambda secret: _b64(secret).rstrip("="),
    "Base64 for URLs": _b64url,
    "Base64 of user and password": lambda secret: _b64(f"{USER}:{secret}"),
    "Base64 of PLAIN": lambda secret: _b64(f"me\0{USER}\0{secret}"),
    "Base64 in lines": lambda secret: "\n".join(textwrap.wrap(_b64(secret), 10)),
    "Base64 of JSON": lambda secret: _b64(json.dumps({"secret": secret})),
    "hexadecimal": lambda secret: secret.encode().hex(),
    "hexadecimal in capitals": lambda secret: secret.encode().hex().upper(),
    "hexadecimal with colons": lambda secret: secret.encode().hex(":"),
    "UTF-16 in hexadecimal": lambda secret: secret.encode("utf-16-be").hex(),
}


def parts(text: str) -> Iterator[str]:
    """Return what no text may show of one that it must not show."""
    return (text[at : at + PART] for at in range(len(text) - PART + 1))


def shown_of(secret: str, text: str) -> list[str]:
    """Return the spellings of a secret of which PART characters in a row stand in a text, with or without what wraps it.

    What every secret's spelling has, such as a user before it, does not count.
    """
    bare = "".join(text.split())
    found = []
    for name, spell in SPELLINGS.items():
        own = {part for written in _with_and_without_spaces(spell(secret)) for part in parts(written)}
        any_ones = {part for written in _with_and_without_spaces(spell("~" * len(secret))) for part in parts(written)}
        if any(part in text or part in bare for part in own - any_ones):
            found.append(name)
    return found


def _with_and_without_spaces(text: str) -> tuple[str, str]:
    return text, "".join(text.split())
