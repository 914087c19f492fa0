import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.osgi import ConfigurationFileError, convert_document, parse_configuration, remove_comments, render_configuration
from aem_mail.osgi.configuration_file import key_lines
from aem_mail.osgi.values import Scalar
from tests.osgi.described import all_described

RECORDED = json.loads((Path(__file__).parent / "recorded" / "files.json").read_text(encoding="utf-8"))
"""What cm.json 2.0.6 (with Johnzon 2.0.1) made of each file."""

LONGS = st.integers(-(2**63), 2**63 - 1)
KEYS = st.text(st.characters(exclude_characters=":", exclude_categories=["Cs", "L"]) | st.sampled_from("abc"))
SCALARS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters='\\"')) | LONGS | st.booleans()

PLAIN = st.text(st.sampled_from('ab{}[],:"\\\n é/*'), max_size=8).filter(lambda text: not text.endswith("\\"))
UNTYPED = PLAIN.filter(lambda text: ":" not in text)
NESTED = st.recursive(PLAIN | LONGS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(PLAIN, inner, max_size=3), max_leaves=8)
BETWEEN = st.sampled_from(("", " ", "\n", "\r\n\t", '// "a": {\n', '/* "b": [\n\n} */', "\n/**/\n"))
"""What Felix lets stand between two tokens."""
INDENTS = st.sampled_from((None, 2))


@pytest.mark.parametrize("case", RECORDED["cases"], ids=lambda case: case["file"])
def test_a_file_becomes_what_felix_made_of_it(case: dict[str, Any]) -> None:
    if "refused" in case:
        with pytest.raises(ConfigurationFileError):
            parse_configuration(case["file"])
    else:
        assert all_described(parse_configuration(case["file"])) == case["properties"]


def test_a_placeholder_under_a_number_says_where_it_belongs() -> None:
    with pytest.raises(ConfigurationFileError) as raised:
        parse_configuration('{"smtp.port:Integer": "$[env:P;default=30465]"}')

    assert str(raised.value) == '"smtp.port:Integer": the value is no Integer; a placeholder goes under the plain key, with ;type=Integer'


def test_a_trailing_comma_is_refused_with_its_place() -> None:
    with pytest.raises(ConfigurationFileError, match=r"no valid JSON: .*, line [12], column \d+"):
        parse_configuration('{"smtp.host": "a",\n}')


def test_a_refused_value_is_not_shown() -> None:
    with pytest.raises(ConfigurationFileError) as raised:
        parse_configuration('{"smtp.password:Integer": "hunter2"}')

    assert "hunter2" not in str(raised.value)


def test_deeply_nested_json_is_refused_instead_of_breaking() -> None:
    with pytest.raises(ConfigurationFileError):
        parse_configuration('{"a":' + "[" * 100_000 + "]" * 100_000 + "}")


def test_an_escaped_backslash_before_a_quotation_mark_confuses_felix() -> None:
    with pytest.raises(ConfigurationFileError):
        parse_configuration(r'{"smtp.user": "domain\\", "url": "https://example.com"}')


def test_the_line_of_a_refusal_is_known() -> None:
    with pytest.raises(ConfigurationFileError) as raised:
        parse_configuration('// a comment\n/* of\nthree lines */ {\n  "smtp.host": "a"\n  "smtp.port": 1\n}')

    assert raised.value.line == 5


def test_the_line_of_a_property_is_that_of_its_last_key_at_the_top() -> None:
    text = r"""{ // "a": 1
      "a": {"b": "b\":", "c": [{"a": 1}]}, /* "b":
      */ "b:Integer": 2,
      "c" /*
      */ : "\"a\": {", "\u0064": "}",
      "a": 1}"""

    assert parse_configuration(text).keys() == {"a", "b", "c", "d"}
    assert key_lines(text) == {"a": 6, "b": 3, "c": 4, "d": 5}


@given(st.data(), st.dictionaries(UNTYPED, NESTED, max_size=6))
def test_the_line_of_every_property_is_told_whatever_stands_between(data: st.DataObject, properties: dict[str, Any]) -> None:
    text, lines = "{", {}
    for number, (key, value) in enumerate(properties.items()):
        text += ("," if number else "") + data.draw(BETWEEN)
        lines[key] = text.count("\n") + 1
        text += json.dumps(key) + data.draw(BETWEEN) + ":" + data.draw(BETWEEN) + json.dumps(value, indent=data.draw(INDENTS))
    text += data.draw(BETWEEN) + "}"

    assert parse_configuration(text).keys() == properties.keys()
    assert key_lines(text) == lines


@given(st.dictionaries(KEYS, SCALARS | st.lists(LONGS) | st.lists(st.booleans()), max_size=5))
def test_what_is_rendered_is_read_back_as_it_was(properties: dict[str, Any]) -> None:

    assert parse_configuration(render_configuration(properties)) == properties


@given(st.dictionaries(KEYS, SCALARS | st.lists(SCALARS) | st.none() | st.floats(allow_nan=False), max_size=5))
def test_converted_properties_convert_to_themselves(document: dict[str, Scalar]) -> None:
    try:
        properties = convert_document(document)
    except ConfigurationFileError:
        return
    assert all_described(convert_document(properties)) == all_described(properties)


@given(st.text(st.characters(exclude_characters='/"')))
def test_text_without_slashes_has_no_comments(text: str) -> None:
    assert remove_comments(text) == text


@given(st.text(st.characters(exclude_characters="*/\n")))
def test_both_kinds_of_comment_vanish_and_line_ends_stay(comment: str) -> None:
    assert remove_comments(f'{{ // {comment}\n"a": 1 /* {comment}\n */ }}') == '{ \n"a": 1 \n }'
