"""A configuration's text keeps the order in which it was given, whatever the engine has made of its properties meanwhile."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.model import UNKNOWN
from aem_mail.osgi import render_configuration
from aem_mail.osgi.layout import laid_out

leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=3)
values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3), max_leaves=8
)
configurations = st.dictionaries(st.text(max_size=3), values, max_size=5)


def through_the_engine(value: Any) -> Any:
    """Return a value as it comes out of the engine: in any order, numbers as floats, no null in an object."""
    if isinstance(value, dict):
        return {name: through_the_engine(value[name]) for name in sorted(value, reverse=True) if value[name] is not None}
    if isinstance(value, list):
        return [through_the_engine(item) for item in value]
    return value if isinstance(value, bool) or not isinstance(value, int | float) else to_float(value)


def to_float(value: float) -> float | int:
    found = float(value)
    return int(found) if found.is_integer() else found


@given(configurations)
def test_the_text_that_the_program_made_stays_as_it_is(given_: dict[str, Any]) -> None:
    text = render_configuration(given_)

    assert laid_out(through_the_engine(given_), [text, None]) == text


@given(configurations, configurations)
def test_other_properties_are_the_ones_that_are_written(properties: dict[str, Any], others: dict[str, Any]) -> None:
    text = laid_out(through_the_engine(properties), [render_configuration(others), None])

    assert through_the_engine(json.loads(text)) == through_the_engine(properties)


@given(configurations, configurations)
def test_ignored_properties_keep_the_text_that_was_recorded(recorded: dict[str, Any], others: dict[str, Any]) -> None:
    properties, text = through_the_engine(recorded), render_configuration(others)
    if through_the_engine(others) != properties:
        assert laid_out(properties, [text, render_configuration(recorded)]) == render_configuration(recorded)


@pytest.mark.parametrize("text", [None, UNKNOWN, "", "[]", "{", "null"])
def test_without_a_text_to_go_by_properties_follow_by_name(text: Any) -> None:
    assert list(json.loads(laid_out({"b": 1, "a": {"d": 1, "c": 2}}, [text, text]))) == ["a", "b"]


def test_what_a_transformation_adds_follows_what_was_given() -> None:
    text = render_configuration({"z": 1, "list": [{"y": 1, "x": 2}], "a": True})

    made = json.loads(laid_out({"a": True, "list": [{"x": 2, "y": 1, "b": 3}, "new"], "m": 1, "b": 2, "z": 1}, [text]))

    assert list(made) == ["z", "list", "a", "b", "m"]
    assert list(made["list"][0]) == ["y", "x", "b"]


@pytest.mark.parametrize(("one", "other"), [(True, 1), (False, 0), ("1", 1), ([], {}), (None, ""), ([None], [0])])
def test_values_of_different_types_are_not_taken_for_one(one: Any, other: Any) -> None:
    assert json.loads(laid_out({"a": one}, [render_configuration({"a": other})])) == {"a": one}
    assert type(json.loads(laid_out({"a": one}, [render_configuration({"a": other})]))["a"]) is type(one)
