"""What others wrote is read in a time that grows with its length and no faster, whatever it repeats."""

import json
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aem_mail.cloud_manager.answer_fields import Mismatch
from aem_mail.cloud_manager.hal import next_path
from aem_mail.cloud_manager.outcome import retry_after
from aem_mail.cloud_manager.problem_document import read_in_our_words, read_problem
from aem_mail.cloud_manager.redaction import Mask, printable
from aem_mail.cloud_manager.vocabulary import Vocabulary
from aem_mail.osgi.comments import remove_comments
from aem_mail.osgi.configuration_file import parse_configuration
from aem_mail.osgi.errors import ConfigurationFileError, PlaceholderError, VariablesFileError
from aem_mail.osgi.placeholders import find_placeholders, resolve
from aem_mail.osgi.values import ConversionError
from aem_mail.osgi.variables_file import parse_variables
from aem_mail.presets.answers import explain
from aem_mail.publishing.failures import said
from aem_mail.publishing.git import known_words
from aem_mail.stack.preview import NoEvents
from aem_mail.stack.preview import parse as preview_of

SHORT, TIMES = 4096, 8
SLACK: Final = 0.15
"""Seconds of a processor that count as none."""

MASK: Final = Mask(["p8e-correct-horse-battery"])
WORDS: Final = Vocabulary({"value": ""}, ("EMAIL_PASSWORD",))
NOW: Final = datetime(2026, 1, 1, tzinfo=UTC)
REFUSALS: Final = (Mismatch, ConfigurationFileError, PlaceholderError, VariablesFileError, ConversionError, NoEvents)

PARSERS: Final[Mapping[str, Callable[[str], Any]]] = {
    "a page": lambda text: read_problem(text.encode(), MASK),
    "a title": lambda text: read_problem(json.dumps({"title": text, "errors": [text]}).encode(), MASK),
    "a refusal of secrets": lambda text: read_in_our_words(json.dumps({"title": text, "errors": [{"field": text}]}).encode(), WORDS),
    "a text to mask": MASK,
    "a line to print": lambda text: printable(text, 200),
    "a next page": lambda text: next_path({"_links": {"next": {"href": text}}}, "https://a.example", "/api"),
    "a pause": lambda text: retry_after({"retry-after": text, "date": text}, NOW),
    "what Git said": said,
    "what Git said about a password": known_words,
    "comments": remove_comments,
    "a configuration": parse_configuration,
    "placeholders": find_placeholders,
    "resolved placeholders": lambda text: resolve(text, lambda kind, name: None),
    "a variables file": parse_variables,
    "a mail server's answer": explain,
    "a preview's events": lambda text: preview_of(text.splitlines()),
}
PIECES: Final = (
    *("<!--", "-->", "<script>", "</script", "<title", "<title>", "</title", "<head ", "<", ">", "&#9", "&#99999999999;", "&"),
    *("\\u", "\\u0041", "\\x41", "p8e-corr", "p8e-correct-horse-battery", "\\", " ", "\n", "\t", "a", "ü", "0", "9" * 5000),
    *("{", "}", "[", "]", '"', "'", ",", ":", "/*", "*/", "//", "/", "- ", "? ", "&a ", "*a", "{a: ", "#", "a: b\n", "- *a\n", "|\n", "!!"),
    *(
        "$[",
        "$[env:A",
        "$[env:A]",
        "$[secret:A;default=",
        ";",
        "\\$[",
        "%7B",
        "%",
        "?",
        "..",
        "/../",
        "@",
        "remote: ",
        "fatal: ",
        "[rejected]",
    ),
    *("[rejected]", "Mon, ", "01 Jan 2026 ", "GMT", "535 5.7.8 ", "repository '", "' not found"),
)
texts = st.tuples(
    st.sampled_from(("", "<", "- &a [1,1,1]\n", "&a ")), st.lists(st.sampled_from(PIECES), min_size=1, max_size=3).map("".join)
)


def seconds(parse: Callable[[str], Any], start: str, piece: str, length: int) -> float:
    text = start + (piece * length)[:length]
    began = time.process_time()
    with suppress(*REFUSALS):
        parse(text)
    return time.process_time() - began


def is_linear(parse: Callable[[str], Any], start: str, piece: str) -> bool:
    """Say whether TIMES the text take no more than twice TIMES the time; what takes its square would take TIMES that."""
    return seconds(parse, start, piece, SHORT * TIMES) <= 2 * TIMES * seconds(parse, start, piece, SHORT) + SLACK


@pytest.mark.parametrize("parser", PARSERS)
@settings(max_examples=40, deadline=None)
@given(text=texts)
def test_a_longer_text_takes_longer_by_its_length_alone(parser: str, text: tuple[str, str]) -> None:
    assert any(is_linear(PARSERS[parser], *text) for _ in range(3)), text


@pytest.mark.parametrize("piece", ["<!--", "<script>", "<title", "<title>", "<head>", "<"])
def test_a_page_of_tags_that_never_end_is_read_at_once(piece: str) -> None:
    assert seconds(PARSERS["a page"], "", piece, 65536) < 1


@pytest.mark.parametrize(
    "text", ["? " * 30_000, "- " * 30_000, "[" * 30_000, "{a: " * 30_000, "- &a [" + "1," * 16_000 + "]\n" + "- *a\n" * 6000]
)
def test_a_variables_file_that_is_nested_or_multiplies_is_refused_at_once(text: str) -> None:
    began = time.process_time()
    with pytest.raises(VariablesFileError):
        parse_variables(text)
    assert time.process_time() - began < 1
