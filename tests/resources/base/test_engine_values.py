"""Properties cross the border between the engine and this package unchanged, except for the engine's floats and unknowns."""

from typing import Any

import pulumi
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.model import UNKNOWN
from aem_mail.resources.base.engine_values import PROVIDER_KEY, from_engine, to_engine

SCALARS = st.one_of(st.text(), st.integers(-(2**40), 2**40), st.booleans(), st.just(UNKNOWN))
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=10)


def as_the_engine_sends(value: Any) -> Any:
    """Every number arrives as a float."""
    if isinstance(value, bool) or value is pulumi.output.UNKNOWN:
        return value
    if isinstance(value, int):
        return float(value)
    if isinstance(value, dict):
        return {name: as_the_engine_sends(item) for name, item in value.items()}
    return [as_the_engine_sends(item) for item in value] if isinstance(value, list) else value


@given(st.dictionaries(st.text().filter(lambda name: name != PROVIDER_KEY), VALUES))
def test_what_is_handed_to_the_engine_comes_back_as_it_was(properties: dict[str, Any]) -> None:
    assert from_engine(as_the_engine_sends(to_engine(properties))) == properties


def test_the_engines_own_key_does_not_come_in_and_none_does_not_go_out() -> None:
    assert from_engine({PROVIDER_KEY: "gAS", "port_dest": 465.0}) == {"port_dest": 465}
    assert to_engine({"service": None, "name": "A"}) == {"name": "A"}


def test_a_fraction_stays_a_fraction() -> None:
    assert from_engine({"timeout": 0.5}) == {"timeout": 0.5}
