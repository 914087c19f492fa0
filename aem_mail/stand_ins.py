"""What stands in a secret's place and is none: a mask, a variable that nobody filled in, a word such as ``changeme``."""

import re
from typing import Final

WORDS: Final = frozenset(
    (
        *("redacted", "masked", "placeholder", "null", "none", "undefined", "todo", "tbd"),
        *("changeme", "change-me", "change_me", "change me", "changeit", "replaceme", "replace-me", "replace_me", "replace me"),
    )
)
"""Whole values, whatever their case. A word that somebody may really use as a password, such as ``secret``, is not among them."""

BRACKETED: Final = frozenset(
    (
        *("secret", "password", "token", "key", "value", "hidden", "filtered", "removed", "omitted", "protected"),
        *("sensitive", "sensitive value", "secret value", "output", "unknown", "known after apply", "known after deploy"),
    )
)
"""Words that are masks only where brackets stand around them, as in ``[secret]``."""

NAME: Final = r"[A-Za-z_][A-Za-z0-9_.:-]*"
SHAPES: Final = tuple(
    re.compile(shape)
    for shape in (
        r"([*＊•●∗·⬤■█]|\.(?=\.)|…)\1*\.?",
        r"[xX]{3,64}",
        r"<[A-Za-z][A-Za-z0-9 _.,:/'…-]*>",
        rf"\$\{{{NAME}\}}|\$\({NAME}\)|%{NAME}%|\$[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+",
        r"\$\{[A-Za-z_][A-Za-z0-9_.]*+:?[?=+-][^{}\n]*\}",
        rf"\$?\{{\{{[^{{}}\n]*\}}\}}|#\{{{NAME}\}}#?|__[A-Z][A-Z0-9_]*__|@[A-Za-z][A-Za-z0-9_.-]*@",
        r"(?i)your(?:[-_ ]?(?:api|app|client|shared|smtp|mail|email|access|refresh))?[-_ ]?(?:password|secret|token|key)(?:[-_ ]here)?",
        r"(?s)Calling (?:__str__|\[toString\]) on an \[?Output.*",
    )
)
QUOTES: Final = "'\"`"
PAIRS: Final = {"[": "]", "(": ")", "{": "}", "<": ">", "*": "*"}

EXPLANATION: Final = "is a stand-in for a secret, such as a mask or a variable that was not filled in, and not the secret itself"
"""What is wrong with such a value; it is never quoted."""


def is_stand_in(value: str) -> bool:
    """Say whether the whole of a value stands for a secret and cannot be meant as one; space and quotes around it do not count.

    A secret that only contains such a text, as ``a${B}c`` does, is one.
    """
    bare = _unquoted(value.strip())
    word = bare.casefold()
    if word in WORDS or any(shape.fullmatch(bare) for shape in SHAPES):
        return True
    bracketed = len(word) > 2 and PAIRS.get(word[0]) == word[-1]
    return bracketed and word[1:-1].strip("* ") in WORDS | BRACKETED


def _unquoted(text: str) -> str:
    return text[1:-1].strip() if len(text) > 2 and text[0] in QUOTES and text[0] == text[-1] else text
