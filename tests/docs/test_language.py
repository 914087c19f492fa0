"""Messages, docstrings and pages are in plain current English: no text has a word of the list, which says what to write instead."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.docs.markdown import REPOSITORY, pages

INSTEAD: Final = {
    r"mend(s|ed|ing|able)?": "fix",
    r"in (the|its|their) way": "blocked by",
    r"to the letter": "unchanged, as it is",
    r"let (it|them) stand": "keep",
    r"live with (it|them|that|for a while)|to live with": "ignore, keep",
    r"declarations? wins?|let the declarations? win": "restore what is declared, replace",
    r"person's word": "requires approval",
    r"anew": "again",
    r"once more": "again",
    r"all the same,?(?=[.;:]| is| are| has)|all the same$": "anyway",
    r"otherwise than": "differently from, not as",
    r"(is|are|be|behaves?|configured|declared|sends it) otherwise": "different, differently",
    r"as a matter of course": "always, because it has to be",
    r"to be had|for want of|at hand": "available, without, here",
    r"of use with": "works with",
    r"whosever|whomever|whatsoever|wheresoever": "whose, whom, any, wherever",
    r"(there|where|here)(in|of|upon|with|from|unto|tofore)": "in it, of it, with it",
    r"hence(forth)?|whence|thence|thither|hither|forthwith": "so, from where, from now on",
    r"lest|albeit|whilst|amongst|nought|aught|ought to": "so that not, although, while, among, nothing",
    r"encipher(s|ed|ing|ment)?": "encrypt",
    r"(is|are|was) wanted (gone|disabled|enabled)": "the stack removes, disables, enables",
    r"ways? of (the|a|an) (e-)?mail|mail's way": "mail path",
    r"in the clear": "in plain text",
    r"but for": "except for",
    r"leave (it|them|the \w+) away": "leave out, remove",
    r"dates have moved|moved: ": "changed",
    r"see that (it|this|the)": "check that, make sure that",
    r"look into (Cloud Manager|the server)": "check",
    r"for good": "permanently",
    r"hold(s|ing)? (it|them|environments?|the environments?.{,20}) against|held against": "compare with",
    r"let (it|the \w+|\w+Url) be": "set to",
}
"""The words that no text has, as patterns, and what to write instead."""

PATTERN: Final = re.compile("|".join(rf"(?:(?<![\w-])(?:{words})(?![\w-]))" for words in INSTEAD), re.IGNORECASE)
CODE_QUOTES: Final = re.compile(r"`[^`]+`")
CODE: Final = ("aem_mail", "tools")
TEXTS: Final = (".jinja", ".yaml", ".yml", ".sh", ".rego", ".json", ".html")


def blamed(text: str) -> list[str]:
    """Return what of a text is on the list. A line break is a space; names in code quotes are left alone."""
    return [found[0] for found in PATTERN.finditer(CODE_QUOTES.sub("…", " ".join(text.split())))]


def strings(path: Path) -> Iterator[tuple[str, str]]:
    """Yield every text in a module, docstrings too, with its place. The parts of an f-string are one text, with a gap for each value."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    parts = {part for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield (
                f"{path.relative_to(REPOSITORY)}:{node.lineno}",
                "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values),
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in parts:
            yield f"{path.relative_to(REPOSITORY)}:{node.lineno}", node.value


def files() -> list[Path]:
    """Return what else users read: pages, templates, the forges' files, data, and the Makefile with its help."""
    others = [
        path for folder in (*CODE, "pipelines", "docs", "examples") for path in (REPOSITORY / folder).rglob("*") if path.suffix in TEXTS
    ]
    return [*pages(), REPOSITORY / "Makefile", *sorted(others)]


@pytest.mark.parametrize("folder", CODE)
def test_no_text_of_the_code_has_a_word_of_the_list(folder: str) -> None:
    texts = [found for path in sorted((REPOSITORY / folder).rglob("*.py")) for found in strings(path)]

    assert texts
    assert {place: words for place, text in texts if (words := blamed(text))} == {}


def test_no_page_and_no_file_has_a_word_of_the_list() -> None:
    found = {str(path.relative_to(REPOSITORY)): blamed(path.read_text(encoding="utf-8")) for path in files()}

    assert {path: words for path, words in found.items() if words} == {}


@pytest.mark.parametrize(
    "text",
    [
        "Mend the file.",
        "Something stands in\n  its way.",
        "The declaration wins.",
        "Delete it and create it anew",
        "kept to the letter.",
        "It is there otherwise than declared.",
        "The others are looked at all the same.",
        "Secrets lie there in the clear",
    ],
)
def test_each_old_word_is_found_across_a_line_break_and_in_any_case(text: str) -> None:
    assert blamed(text) != []


@pytest.mark.parametrize(
    "text", ["We recommend it; an amendment follows.", "Move it away.", "all the same rules", "otherwise run it", "was `mend`"]
)
def test_plain_words_that_hold_or_resemble_an_old_one_are_left_alone(text: str) -> None:
    assert blamed(text) == []
