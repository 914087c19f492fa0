"""A secret is found by its place, and hidden in a text however Python or JSON writes it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.kinds.shapes import shown
from aem_mail.text.confidential import MASK, Veil, secret_names, texts_at

secrets = st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]), min_size=8, max_size=200).filter(
    lambda text: text.strip() == text and MASK not in text and text not in MASK
)


def veil(*known: str) -> Veil:
    made = Veil()
    made.add(known)
    return made


@given(secrets, st.sampled_from((str, repr, json.dumps, shown, str.lower, lambda text: json.dumps({"a": text}, ensure_ascii=False))))
def test_a_secret_is_in_no_text_that_quotes_it(secret: str, quoted: Any) -> None:
    hidden = veil(secret)(f"name: must be a host, not {quoted(secret)}; write another")

    assert secret not in hidden
    assert secret[:60] not in hidden or len(secret) < 60
    assert MASK in hidden
    assert hidden.startswith("name: must be a host, not ")
    assert hidden.endswith("; write another")


@given(st.lists(secrets, max_size=5), st.text("abc ", max_size=60))
def test_a_text_without_secrets_stays_as_it_is(known: list[str], text: str) -> None:
    assert veil(*(f"{one}#" for one in known))(text) == text


@pytest.mark.parametrize(
    ("known", "text", "hidden"),
    [
        ("30465", "30465 is there, and 304651 too", "[secret] is there, and 304651 too"),
        ("mail", "mail of the mailbox, e-mail", "[secret] of the mailbox, e-[secret]"),
        ("465", "port 465", "port 465"),
        ("password123", "EMAIL_PASSWORD is password123", "EMAIL_PASSWORD is [secret]"),
    ],
)
def test_a_short_secret_is_hidden_as_a_word_only(known: str, text: str, hidden: str) -> None:
    assert veil(known)(text) == hidden


PROPERTIES = {
    "name": "host",
    "port": 465,
    "flag": True,
    "list": ["a", 1],
    "vpn": [{"key": "k1", "at": {"x": "y"}}, {"key": "k2"}],
    "smtp.user": None,
}


@pytest.mark.parametrize(
    ("places", "texts"),
    [
        ([], []),
        ([["name"], ["port"], ["flag"], ["missing"], ["name", "below"], ["smtp.user"]], ["host", "465"]),
        ([["list"]], ["a", "1"]),
        ([["vpn", "key"]], ["k1", "k2"]),
        ([["vpn"]], ["k1", "y", "k2"]),
    ],
)
def test_texts_are_found_at_their_places_and_below(places: list[list[str]], texts: list[str]) -> None:
    assert list(texts_at(PROPERTIES, places)) == texts


def test_the_top_of_a_place_is_the_name_of_its_property() -> None:
    assert secret_names({"secret_inputs": [["vpn", "key"], ["name"], ["vpn"]]}) == {"vpn", "name"}
    assert secret_names({}) == set()
