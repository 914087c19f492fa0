"""What stands in a secret's place and is none: a mask, a variable that nobody filled in, a word such as ``changeme``."""

import re
import unicodedata
from typing import Final

WORDS: Final = frozenset(("redacted", "masked", "placeholder", "null", "nil", "none", "undefined", "todo", "tbd", "fixme", "n/a"))
"""Whole values, whatever their case. A word that somebody may really use as a password, such as ``secret``, is not among them."""

BRACKETED: Final = frozenset(
    (
        *("secret", "password", "token", "key", "value", "hidden", "filtered", "removed", "omitted", "protected"),
        *("sensitive", "sensitive value", "secret value", "output", "unknown", "known after apply", "known after deploy"),
    )
)
"""Words that are masks only where brackets stand around them, as in ``[secret]``."""

NAME: Final = r"[A-Za-z_][A-Za-z0-9_.:-]*"
SNAKE: Final = r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+"
VARIABLE: Final = r"(?:[A-Za-z][A-Za-z0-9]*[_.:-][A-Za-z0-9_.:-]*|[A-Z][A-Z0-9]*|[a-z][A-Za-z]*)"
"""A name as variables have it, of several words or in one case: ``Summer2024`` is none."""
SHAPES: Final = tuple(
    re.compile(shape)
    for shape in (
        r"[*•●∗·⬤■█…]{1,2}|_{3,}|([^\w\s])(?: ?\1){2,}|([^\w\s-])(?:-?\2){2,}",
        r"[xX]{3,64}|[xX]{3,8}(?:[- ][xX]{3,8}){1,8}",
        r"[*•●]{4,64}[\w-]{1,4}|[\w.-]{1,8}[*•●]{4,64}",
        r"<[^\W\d_][\w .,:/'’…-]*>|<%[^<>\n]*%>",
        rf"[$\\]{{0,2}}\$\{{[A-Za-z_][^{{}}\n]*\}}|\$\([A-Za-z_][^()\n]*\)|%{VARIABLE}%",
        rf"\$(?:env:{NAME}|{SNAKE}|[A-Z]*(?:PASSWORD|SECRET|TOKEN))",
        rf"\$?\{{\{{[^{{}}\n]*\}}\}}|#\{{{NAME}\}}#?|__[A-Z][A-Z0-9_]*__|@{VARIABLE}@|\{{{SNAKE}\}}|\[{SNAKE}\]",
        r"(?i)(?:your|insert|enter)(?:[-_ ]?(?:your|the|api|app|client|shared|smtp|mail|email|access|refresh))*"
        r"[-_ ]?(?:password|secret|token|key)(?:[-_ ]?here)?",
        r"(?i)(?:change|replace)[-_ ]?(?:me|it|this)|not[-_ ]?set|\[object object\]",
        r"(?s)Calling (?:__str__|\[toString\]) on an \[?Output.*",
        r"ENC\[AES256_GCM,[^\[\]]*\]|(?s:\$ANSIBLE_VAULT;.*)",
        rf"env:{NAME}|file:[./~][\w./~-]*",
    )
)
"""Masks, also those that show an end; variables and templates that nobody filled in; ciphertexts that nobody deciphered; references."""
PAIRS: Final = {"[": "]", "(": ")", "{": "}", "<": ">", "*": "*", "-": "-"}
QUOTES: Final = "'\"`"

EXPLANATION: Final = "is a stand-in for a secret, such as a mask or a variable that was not filled in, and not the secret itself"
"""What is wrong with such a value; it is never quoted."""


def is_stand_in(value: str) -> bool:
    """Say whether the whole of a value stands for a secret and cannot be meant as one.

    Space, invisible characters and quotation marks around it do not count. A secret that only contains such a text, as ``a${B}c``
    does, is one.
    """
    bare = _bare(value)
    word = bare.casefold()
    if word in WORDS or any(shape.fullmatch(bare) for shape in SHAPES):
        return True
    within = word[1:-1].strip("*- ") if len(word) > 2 and PAIRS.get(word[0]) == word[-1] else ""
    return bool(within) and (within in WORDS | BRACKETED or any(shape.fullmatch(within) for shape in SHAPES))


def _bare(value: str) -> str:
    shown = "".join(character for character in value if unicodedata.category(character) != "Cf").strip()
    quoted = len(shown) > 2 and shown[0] in QUOTES and shown[0] == shown[-1]
    return unicodedata.normalize("NFKC", shown[1:-1].strip() if quoted else shown)
