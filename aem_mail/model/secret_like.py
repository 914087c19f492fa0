"""What looks like a secret, by its name or by its value: the one judgement of adoption, drift and errors. Pure.

It errs on the side of a secret: what is taken for one is not shown and not written, which loses nothing.
"""

import re
from typing import Any, Final

PARTS: Final = re.compile(r"pass|pwd|secret|token|key|credential|authorization|bearer|kennwort", re.IGNORECASE)
"""What tells a secret wherever it stands in a name."""

WORDS: Final = frozenset({"pw", "pin", "psk", "jwt", "otp", "salt", "cred", "creds"})
"""What tells a secret where it is a word of its own."""

HARMLESS: Final = frozenset(
    (
        *("keyboard", "keyboards", "keyword", "keywords", "monkey", "turkey"),
        *("bypass", "compass", "passage", "passages", "passenger", "passengers", "passive", "passthrough"),
        *("secretary", "secretariat", "tokenizer"),
    )
)
WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
"""A word of ``SMTP_PASS``, ``smtp.pass``, ``smtpPass`` and ``SMTPPass``."""

PRIVATE_KEY: Final = r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY|AGE-SECRET-KEY-1"
USERINFO: Final = r"://(?:[^/?#\s@]{1,300}@|[^/?#\s@:]{1,300}:(?!\d{1,5}(?:[/?#]|$))[^\s@]{1,300}@)"
SERVICES: Final = "|".join(
    (
        *(r"SG\.[\w.\-]{8}", r"xkeysib-\w{8}", r"xsmtpsib-\w{8}", r"key-[0-9a-f]{32}", r"md-\w{20}", r"re_\w{16}"),
        *(r"AKIA[A-Z0-9]{16}", r"ASIA[A-Z0-9]{16}", r"AIza[\w\-]{30}", r"GOCSPX-[\w\-]{20}", r"ya29\.[\w\-]{16}", r"1//[\w\-]{20}"),
        *(r"gh[opsru]_\w{16}", r"github_pat_\w{16}", r"glpat-[\w\-]{16}", r"npm_\w{20}", r"pul-[0-9a-f]{40}", r"hvs\.[\w\-]{16}"),
        *(r"xox[a-z]-[\w\-]{10}", r"[sr]k_(?:live|test)_\w{10}", r"sk-[\w\-]{20}", r"whsec_\w{10}"),
        *(r"eyJ[\w\-]{8,4000}\.eyJ[\w\-]{8}", r"(?i:bearer|basic)\s{1,9}[\w+/.\-]{8}"),
    )
)
"""How the keys of mail services, clouds and forges begin, and tokens of any of them."""

GIVEN: Final = (
    r"(?i:(?:password|passwd|pwd|secret|token|api_?key|accountkey|sharedaccesskey|sig)"
    r"(?:[\"']?\s{0,9}=\s{0,9}[\"']?|[\"']\s{0,9}:\s{0,9}[\"'])[^\s\"';&<{$])"
)
"""A secret among other parameters, as in a connection string, a query and JSON."""

WEB_HOOK: Final = r"hooks\.slack\.com/services/\w|webhook\.office\.com/webhookb2/\w|discord(?:app)?\.com/api/webhooks/\d"
VALUES: Final = re.compile(f"{PRIVATE_KEY}|{USERINFO}|(?<![\\w\\-])(?:{SERVICES})|{GIVEN}|{WEB_HOOK}")


def is_secret_name(name: str) -> bool:
    """Say whether a variable, a property or a setting of that name is likely to hold a secret."""
    words = {word.casefold() for word in WORD.findall(name)}
    return bool(words & WORDS) or PARTS.search(WORD.sub(_unless_harmless, name)) is not None


def is_secret_value(value: Any) -> bool:
    """Say whether a value, or one in it, has the form of a credential."""
    if isinstance(value, str):
        return VALUES.search(value) is not None
    return isinstance(value, list | tuple) and any(map(is_secret_value, value))


def looks_secret(name: str, value: Any) -> bool:
    """Say whether a value of that name may be a secret, so that it must not be shown or written."""
    return is_secret_name(name) or is_secret_value(value)


def _unless_harmless(word: re.Match[str]) -> str:
    return "" if word.group().casefold() in HARMLESS else word.group()
