"""Hypothesis strategies for what nobody should send: JSON, text and bytes of every bad kind, and the one judge of how it was taken."""

import json
import time
from collections.abc import Callable
from typing import Any, Final

from hypothesis import strategies as st

from aem_mail.errors import AemMailError
from tests.secrets import SecretWatch

CANARY: Final = "canary-3f8c-of-a-secret"
LONGEST: Final = 10.0
"""Seconds after which an input counts as one that hangs; what is well read takes milliseconds."""
DEPTH: Final = 5000

nasty_texts = st.sampled_from(
    (
        *("", "\0", "a\0b", "\ud800", "x\udfff", "\ufeff", "\u202e", "\u2028", "\x1b[2J", "é" * 300, "x" * 70_000, "١٢٣", "²", "½"),
        *(
            "NaN",
            "Infinity",
            "-0",
            "1e999",
            "9" * 5000,
            "0x10",
            "true",
            "null",
            "[]",
            "{}",
            "[" * DEPTH,
            '{"a":' * DEPTH,
            "$[env:X",
            "$[secret:",
        ),
        *(
            "$[env:" * 500,
            "../" * 60,
            "/etc/passwd",
            "file:/dev/zero",
            "file:\0",
            "env:",
            "env:=",
            "env:\0",
            "{" * 300,
            "&a [*a]",
            "!!python/x",
        ),
        *("10.0.0.0/99", "::1", "fe80::1%eth0", "*.*.example.com", "a" * 64 + ".com", "http://[", "http://a:99999", "https://u:p@h/"),
        *("9999-99-99", "0001-01-01T00:00:00+23:59", "<script" * 4000, "<!--" * 8000, "%s%n{0}{a.b}"),
    )
)
texts = nasty_texts | st.text(max_size=12) | st.text(st.characters(codec=None, categories=("Cs", "Cc", "Cf", "Lu", "Nd")), max_size=6)
numbers = (
    st.integers(-(2**70), 2**70)
    | st.sampled_from((10**400, -(10**400), 2**63, 465, 30465, 0, -1))
    | st.floats()
    | st.sampled_from((1e308, -0.0, 465.0, float("nan"), float("inf")))
)
scalars = st.none() | st.booleans() | numbers | texts


def deep(depth: int) -> Any:
    """Return lists and objects, one in the other."""
    value: Any = "x"
    for level in range(depth):
        value = [value] if level % 2 else {"a": value}
    return value


def values(more: st.SearchStrategy[Any] | None = None) -> st.SearchStrategy[Any]:
    """Return JSON values of every shape, ``more`` among the scalars."""
    leaves = scalars if more is None else scalars | more
    return st.recursive(
        leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4), max_leaves=10
    ) | st.sampled_from((5, 40)).map(deep)


def spoiled(whole: bytes) -> st.SearchStrategy[bytes]:
    """Return bytes that were well-formed once: cut, overwritten, repeated, in other encodings."""
    encodings = st.sampled_from(("utf-8", "utf-16", "utf-32", "latin-1", "utf-8-sig"))
    text = whole.decode()
    return (
        st.integers(0, len(whole)).map(lambda end: whole[:end])
        | st.tuples(st.integers(0, len(whole)), st.binary(max_size=6)).map(lambda place: whole[: place[0]] + place[1] + whole[place[0] :])
        | encodings.map(lambda encoding: text.encode(encoding, "replace"))
        | st.integers(2, 3).map(lambda times: whole * times)
    )


def json_bytes(value: Any) -> bytes:
    """Write any value as Python's JSON does, NaN and lone surrogates too."""
    return json.dumps(value).encode()


def taken(act: Callable[[], Any]) -> Any:
    """Call, and return what was returned or the error; fails for any other error than the project's, a secret in it, and for slowness."""
    began = time.process_time()
    try:
        outcome = act()
    except AemMailError as error:
        SecretWatch(CANARY).text(f"the text of {type(error).__name__}", f"{error} {error!r}")
        outcome = error
    assert not isinstance(outcome, AemMailError) or str(outcome).strip()
    seconds = time.process_time() - began
    assert seconds < LONGEST, f"took {seconds:.1f} s"
    return outcome
