import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from aem_mail.osgi import Placeholder, PlaceholderError, Value, find_placeholders, resolve, resolve_properties, variables_lookup
from tests.osgi.described import described

RECORDED = json.loads((Path(__file__).parent / "recorded" / "placeholders.json").read_text(encoding="utf-8"))
"""What interpolation 1.2.8 gave for each text, with these variables and secrets and a second property `host`."""

NAMES = st.from_regex(r"[A-Za-z_][A-Za-z_0-9]{1,10}", fullmatch=True)
HARMLESS = st.text(st.characters(exclude_characters="$[]\\;", exclude_categories=["Cs", "Cc"]))


def nothing_set(_kind: str, _name: str) -> None:
    return None


@pytest.mark.parametrize("case", RECORDED["cases"], ids=lambda case: case["text"])
def test_a_placeholder_becomes_what_the_real_plug_in_made_of_it(case: dict[str, Any]) -> None:
    lookup = variables_lookup(RECORDED["variables"], RECORDED["secrets"])
    properties = {"host": "h.example", "v": case["text"]}

    if "fails" in case:
        with pytest.raises(PlaceholderError, match=r"^v: "):
            resolve_properties(properties, lookup)
    else:
        assert described(resolve_properties(properties, lookup)["v"]) == case["gives"]


def test_kinds_do_not_mix() -> None:
    lookup = variables_lookup({"PLAIN": "p"}, {"SECRET": "s"})

    assert resolve("$[env:SECRET;default=apikey] $[secret:PLAIN]", lookup) == "apikey $[secret:PLAIN]"


def test_a_value_that_does_not_fit_is_not_shown() -> None:
    lookup = variables_lookup({}, {"PORT": "hunter2"})

    with pytest.raises(PlaceholderError) as raised:
        resolve_properties({"smtp.port": "$[secret:PORT;type=Integer]"}, lookup)

    assert str(raised.value) == "smtp.port: the value of $[secret:PORT] is no Integer, as its type= demands"


def test_arrays_of_strings_are_resolved_and_collections_are_not() -> None:
    lookup = variables_lookup({"X": "x", "LIST": "a,b"}, {})
    properties: dict[str, Value] = {
        "array": ["$[env:X]", "$[env:LIST;type=String[];delimiter=,]"],
        "collection": ("$[env:X]",),
        "number": 1,
    }

    assert resolve_properties(properties, lookup) == {"array": ["x", "a", "b"], "collection": ("$[env:X]",), "number": 1}


def test_placeholders_are_found_with_their_directives_the_outer_first() -> None:
    assert find_placeholders(r"smtp.$[env:HOST;default=a\;b;type=String].$[secret:$[env:NAME]] $[none] $[env:open") == (
        Placeholder("env", "HOST", {"default": "a;b", "type": "String"}),
        Placeholder("secret", "$[env:NAME]"),
        Placeholder("env", "NAME"),
    )


@given(st.text())
def test_text_without_a_placeholder_stays_as_it_is(text: str) -> None:
    assume("$[" not in text)

    assert resolve(text, nothing_set) == text


@given(HARMLESS, NAMES, HARMLESS, HARMLESS)
def test_a_value_takes_the_place_of_its_placeholder(before: str, name: str, after: str, value: str) -> None:
    lookup = variables_lookup({name: value}, {})

    assert resolve(f"{before}$[env:{name};default=unused]{after}", lookup) == before + value + after


@given(HARMLESS, NAMES, HARMLESS)
def test_an_unset_placeholder_without_default_stays_as_text(before: str, name: str, after: str) -> None:
    text = f"{before}$[secret:{name}]{after}"

    assert resolve(text, nothing_set) == text


@given(st.text(st.sampled_from("$[]\\;:=envXsecr ")))
def test_no_text_at_all_makes_the_resolution_hang_or_break(text: str) -> None:
    resolve(text, variables_lookup({"X": text}, {"X": text}))
