import base64
import html
import json
import unicodedata
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.cloud_manager.redaction import MASK, Mask, Secrets, printable

SECRETS = st.text(st.characters(exclude_categories=["Cs"]), min_size=4, max_size=40).filter(lambda text: not set(text) <= set("* "))


@given(SECRETS, st.text(max_size=30), st.text(max_size=30))
def test_no_secret_survives_in_any_common_form(secret: str, before: str, after: str) -> None:
    raw = secret.encode()
    forms = [secret, json.dumps(secret), html.escape(secret), quote(raw, safe=""), quote_plus(raw), base64.b64encode(raw).decode()]
    for form in forms:
        shown = Mask([secret])(f"{before}{form}{after}")
        assert secret not in shown.replace(MASK, "\0")


@pytest.mark.parametrize(
    ("text", "secrets", "shown"),
    [
        ("value password123 is bad", ["password123"], "value *** is bad"),
        ("a value: a", ["a"], "*** value: ***"),
        ("abc", ["a", "b"], "abc"),
        ("x long-one y", ["long", "long-one"], "x *** y"),
        ('say "a\\"bcd"', ['a"bcd'], 'say "***"'),
        ("nothing here", ["", "absent"], "nothing here"),
    ],
)
def test_secrets_are_masked_and_the_rest_is_left(text: str, secrets: list[str], shown: str) -> None:
    assert Mask(secrets)(text) == shown


@given(st.text(st.characters()), st.integers(1, 50))
def test_what_is_printable_is_one_bounded_line_that_no_terminal_obeys(text: str, limit: int) -> None:
    line = printable(text, limit)

    assert len(line) <= limit
    assert all(unicodedata.category(character)[0] not in "CZ" or character == " " for character in line)
    line.encode()


def test_long_text_is_cut_with_a_sign_of_it() -> None:
    assert printable("word " * 100, 12) == "word word w…"
    assert printable("\x1b[31mred\u202e\n next", 40) == "[31mred next"


def test_renewed_tokens_are_masked_as_the_old_ones_are() -> None:
    secrets = Secrets("client-secret", None)
    secrets.add("token-one")
    secrets.add("token-two")

    assert secrets.mask(["mine"])("client-secret token-one token-two mine") == "*** *** *** ***"
