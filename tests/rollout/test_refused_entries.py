"""Whom a refusal speaks of."""

import pytest

from aem_mail.errors import BadRequest, Problem
from aem_mail.rollout.refused_entries import named_places, names_field, speaking_of


def refusal(*problems: Problem, title: str = "Validation failed") -> BadRequest:
    return BadRequest("refused", status=400, title=title, problems=problems)


@pytest.mark.parametrize(
    ("field", "of", "places"),
    [
        ("portForwards[2].name", "portForwards", {2}),
        ("body.portForwards[2]", "portForwards", set()),
        ("myportForwards[2]", "portForwards", set()),
        ("nonProxyHosts[1]", "portForwards", set()),
        ("[12].value", "", {12}),
        ("[1].values[3]", "", {1}),
        ("portForwards[2].name", "", set()),
        ("name", "", set()),
    ],
)
def test_a_place_is_read_from_the_field_of_a_problem(field: str, of: str, places: set[int]) -> None:
    assert named_places(refusal(Problem(field, "is not valid")), of) == places


def test_several_problems_name_several_places() -> None:
    assert named_places(refusal(Problem("[0].value", "too long"), Problem("[2].name", "reserved")), "") == {0, 2}


@pytest.mark.parametrize(
    ("field", "named"), [("nonProxyHosts", True), ("nonProxyHosts[0]", True), ("nonProxyHostsToo", False), ("other", False)]
)
def test_a_field_is_named_with_its_entries(field: str, named: bool) -> None:
    assert names_field(refusal(Problem(field, "is not valid")), "nonProxyHosts") is named


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("SMTP_USER is reserved", ["SMTP_USER"]),
        ("MY_SMTP_USER is reserved", []),
        ("portOrig 30465 must be unique.", ["30465"]),
        ("portOrig 304650 must be unique", []),
        ("host smtp.example.com is unknown", ["smtp.example.com"]),
        ("host smtp.example.com. Correct it", ["smtp.example.com"]),
        ("host smtp.example.com.evil.org is unknown", []),
        ("host my-smtp.example.com is unknown", []),
        ("nothing that is known", []),
    ],
)
def test_a_word_counts_only_as_a_whole(text: str, found: list[str]) -> None:
    words = ["SMTP_USER", "30465", "smtp.example.com"]

    for error in (refusal(title=text), refusal(Problem("", text))):
        assert [words[place] for place in speaking_of(error, words, lambda word: [word])] == found
