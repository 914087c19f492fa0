"""A user's YAML that is written again says the same, and keeps what it says besides."""

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.adopt.kept_yaml import rewritten

THERE = """\
# Ours: the development environment.
encryptionsalt: v1:abc
config:
  # Who may change this: the platform team.
  aem-mail:programId: "54321"   # in quotes
  aem-mail:smtp: {host: smtp.example.com, port: 465}
  other:list:
    - one # the first
    - 'two'
"""


def test_comments_order_quotes_and_forms_are_kept() -> None:
    content = yaml.safe_load(THERE)
    content["config"]["aem-mail:variables"] = {"A_A": "true", "B_B": "text"}
    content["config"]["aem-mail:smtp"]["portOrig"] = 30465

    assert rewritten(THERE, content) == THERE.replace("port: 465}", "port: 465, portOrig: 30465}") + (
        '  aem-mail:variables:\n    A_A: "true"\n    B_B: text\n'
    )


def test_what_is_not_named_any_more_goes() -> None:
    assert rewritten("a: 1 # one\nb: 2 # two\n", {"b": 2}) == "b: 2 # two\n"


ODD = (
    *("yes", "No", "0o14", "014", "1_000", "1:30", "2026-01-01", "~", "null", "=", "<<", "- a", "a: b", "a #b", "&a", "*a", "!a"),
    *("1e3", ".5", "0x1F"),
)
TEXTS = st.text(max_size=20) | st.sampled_from(ODD)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(TEXTS, VALUES, max_size=4))
def test_every_content_is_read_back_from_a_new_file(content: dict[str, Any]) -> None:
    assert yaml.safe_load(rewritten("", content)) == content


@given(st.dictionaries(TEXTS, VALUES, max_size=4), st.dictionaries(TEXTS, VALUES, max_size=4))
def test_every_content_takes_the_place_of_every_other(before: dict[str, Any], after: dict[str, Any]) -> None:
    text = yaml.safe_dump(before, allow_unicode=True, sort_keys=False)

    assert yaml.safe_load(rewritten(text, after)) == after


@pytest.mark.parametrize(("text", "why"), [("a: 1\na: 2\n", "duplicate key"), ("a: &b {c: 1}\nd: *b\n", "would not say the same")])
def test_a_text_that_cannot_be_kept_is_refused(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        rewritten(text, {"a": {"c": 1}, "d": {"c": 2}})
