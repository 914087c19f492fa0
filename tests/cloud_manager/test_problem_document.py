import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.cloud_manager.problem_document import PROBLEM_LIMIT, PROBLEMS, TITLE_LIMIT, ProblemDocument, read_problem
from aem_mail.errors import Problem

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
KEYS = st.sampled_from(["title", "type", "status", "errors", "missingParams", "invalidParams", "message", "error", "detail"])


def read(document: object) -> ProblemDocument:
    return read_problem(json.dumps(document).encode(), str)


def fits(text: str, limit: int) -> bool:
    return len(text) <= limit and all(unicodedata.category(character)[0] not in "CZ" or character == " " for character in text)


def is_showable(document: ProblemDocument) -> bool:
    problems = document.problems
    return (
        fits(document.title, TITLE_LIMIT)
        and fits(document.type, PROBLEM_LIMIT)
        and len(problems) <= PROBLEMS
        and all(fits(problem.field, PROBLEM_LIMIT) and fits(problem.message, PROBLEM_LIMIT) for problem in problems)
    )


@given(st.binary())
def test_any_bytes_are_read_as_something_that_can_be_shown(body: bytes) -> None:
    assert is_showable(read_problem(body, str))


@given(st.dictionaries(KEYS, JSON))
def test_any_json_in_the_known_fields_is_read_as_something_that_can_be_shown(document: dict[str, object]) -> None:
    assert is_showable(read(document))


@given(st.integers(0, 200))
def test_a_document_that_was_cut_is_shown_as_text(length: int) -> None:
    whole = json.dumps({"title": "Validation failed", "errors": [{"message": "x" * 150}]}).encode()

    assert is_showable(read_problem(whole[:length], str))


@pytest.mark.parametrize(
    ("document", "problems"),
    [
        (
            {"missingParams": [{"name": "region", "type": "string"}, {"name": "kind"}]},
            [("region", "is missing (string)"), ("kind", "is missing")],
        ),
        ({"invalidParams": [{"name": "portOrig", "reason": "too low"}, {"name": "x"}]}, [("portOrig", "too low"), ("x", "is not valid")]),
        ({"errors": ["one", "two", "one"]}, [("", "one"), ("", "two")]),
        ({"errors": [{"field": "name", "message": "too long", "invalidValue": "s3cret"}]}, [("name", "too long")]),
        ({"errors": [{"name": "name", "reason": "bad"}, {"code": "E7"}]}, [("name", "bad"), ("", "E7")]),
        ({"errors": {"a": {"message": "bad"}, "b": "worse", "c": 3}}, [("a", "bad"), ("b", "worse"), ("c", "is not valid")]),
        ({"errors": {"0": {"field": "value", "message": "bad"}}}, [("value", "bad")]),
        ({"errors": "everything"}, [("", "everything")]),
        ({"invalidParams": [{"name": "kind", "reason": "odd"}], "errors": [{"field": "kind", "message": "kind: odd"}]}, [("kind", "odd")]),
        ({"errors": [None, 3, [], {}]}, [("", "is not valid")]),
        ({"errors": 7, "missingParams": None, "invalidParams": True}, []),
    ],
)
def test_every_parameter_is_read_from_every_form(document: dict[str, object], problems: list[tuple[str, str]]) -> None:
    assert [(problem.field, problem.message) for problem in read(document).problems] == problems


@pytest.mark.parametrize(
    ("document", "title"),
    [
        ({"title": "Validation failed", "detail": "more"}, "Validation failed"),
        ({"title": " ", "message": "Api Key is invalid", "error_code": "403025"}, "Api Key is invalid"),
        ({"error": "invalid_client", "error_description": "invalid client_secret parameter"}, "invalid client_secret parameter"),
        ({"error": "invalid_client"}, "invalid_client"),
        ({"title": 7}, ""),
        ("only text", "only text"),
        ([], ""),
        (None, ""),
    ],
)
def test_the_title_is_what_the_server_calls_it(document: object, title: str) -> None:
    assert read(document).title == title


@pytest.mark.parametrize(
    ("body", "title"),
    [
        (b"", ""),
        (b"upstream connect error", "upstream connect error"),
        (b"<html><head><title>502 Bad&nbsp;Gateway</title><style>b{}</style></head><body><h1>nginx</h1></body></html>", "502 Bad Gateway"),
        (b"<html><script>alert(1)</script><body><h1>Sign in</h1><!-- x -->please</body>", "Sign in please"),
        (b'{"title": "cut', '{"title": "cut'),
        (b"\xff\xfe\x00", "\ufffd\ufffd"),
        (b"[" * 100_000, "[" * (TITLE_LIMIT - 1) + "…"),
    ],
)
def test_what_is_no_problem_document_is_shown_as_its_visible_text(body: bytes, title: str) -> None:
    assert read_problem(body, str).title == title


def test_secrets_are_masked_before_anything_is_cut() -> None:
    secret = "s" * 400
    body = json.dumps({"title": f"bad {secret}", "errors": [{"field": secret, "message": secret}], "type": secret}).encode()

    document = read_problem(body, lambda text: text.replace(secret, "***"))

    assert document == ProblemDocument("bad ***", "***", (Problem("***", "***"),))


def test_a_flood_of_problems_is_bounded() -> None:
    assert len(read({"errors": [f"problem {number}" for number in range(10_000)]}).problems) == PROBLEMS
