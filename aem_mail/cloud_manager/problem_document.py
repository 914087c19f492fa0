"""Reading what a server says about a failure: a problem document, or anything else."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from aem_mail.cloud_manager.outcome import NotJson, decode
from aem_mail.cloud_manager.redaction import printable, unescaped
from aem_mail.cloud_manager.vocabulary import MISSING, Vocabulary, known_code, known_type
from aem_mail.errors import Problem

Redact = Callable[[str], str]

TITLE_LIMIT: Final = 300
PROBLEM_LIMIT: Final = 200
PROBLEMS: Final = 200
"""Problems that are read from one document; the text of an error quotes fewer."""

_TITLES: Final = ("title", "detail", "message", "error_description", "error", "error_message", "reason")
_UNSEEN: Final = re.compile(r"<(?:(?P<comment>!--)|(?P<element>script|style|head)\b|(?P<tag>))", re.IGNORECASE)
_ENDS: Final = {name: re.compile(rf"</{name}\s*>", re.IGNORECASE) for name in ("script", "style", "head")} | {
    "comment": re.compile("-->"),
    "tag": re.compile(">"),
}
_TITLE_BEGINS: Final = re.compile(r"<title\b[^<>]*>", re.IGNORECASE)
_TITLE_ENDS: Final = re.compile(r"</title", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ProblemDocument:
    """What can be said of a failure, fit to be shown: one line each, bounded, without secrets and control characters."""

    title: str = ""
    type: str = ""
    problems: tuple[Problem, ...] = ()


def read_problem(body: bytes, redact: Redact) -> ProblemDocument:
    """Read any bytes; what is no JSON object gives its visible text as title. Never raises."""

    def show(text: str, limit: int = PROBLEM_LIMIT) -> str:
        return printable(redact(text), limit)

    try:
        document = decode(body)
    except NotJson:
        return ProblemDocument(title=show(_visible(body.decode(errors="replace")), TITLE_LIMIT))
    if not isinstance(document, dict):
        return ProblemDocument(title=show(document, TITLE_LIMIT) if isinstance(document, str) else "")
    title = next(_titles(document), "")
    problems = [Problem(show(field), show(message.removeprefix(f"{field}: "))) for field, message in _parameters(document)]
    return ProblemDocument(show(title, TITLE_LIMIT), show(_string(document.get("type"))), tuple(dict.fromkeys(problems))[:PROBLEMS])


def read_in_our_words(body: bytes, vocabulary: Vocabulary) -> ProblemDocument:
    """Read any bytes, and quote none of them: what is no word of ``vocabulary``, known type or known code is left out. Never raises."""
    try:
        document = decode(body)
    except NotJson:
        return ProblemDocument()
    if not isinstance(document, dict):
        return ProblemDocument()
    titles = tuple(_titles(document))
    problems = dict.fromkeys(vocabulary.problems(" ".join(titles), _parameters(document)))
    return ProblemDocument(known_code(titles), known_type(_string(document.get("type"))), tuple(problems)[:PROBLEMS])


def _titles(document: dict[str, Any]) -> Iterator[str]:
    return (title for key in _TITLES if isinstance(title := document.get(key), str) and title.strip())


def _parameters(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Pairs of a parameter's name (or nothing) and what is wrong, from all the forms that Adobe's services use."""
    for entry in _entries(document.get("missingParams")):
        kind = _string(entry.get("type")) if isinstance(entry, dict) else ""
        yield _named(entry), f"{MISSING} ({kind})" if kind else MISSING
    for entry in _entries(document.get("invalidParams")):
        yield _named(entry), (_string(entry.get("reason")) if isinstance(entry, dict) else "") or "is not valid"
    for entry in _entries(document.get("errors")):
        if isinstance(entry, dict):
            message = next((_string(entry[key]) for key in ("message", "reason", "detail", "title", "code") if _string(entry.get(key))), "")
            yield _string(entry.get("field")) or _string(entry.get("name")), message or "is not valid"
        elif isinstance(entry, str):
            yield "", entry


def _entries(value: Any) -> list[Any]:
    """The entries of a list, or the values of an object, whose keys then name those that have no name of their own."""
    if isinstance(value, list):
        return value[:PROBLEMS]
    if isinstance(value, dict):
        return [_keyed(key, entry) for key, entry in list(value.items())[:PROBLEMS]]
    return [value] if isinstance(value, str) else []


def _keyed(key: str, entry: Any) -> Any:
    if isinstance(entry, dict):
        return {"name": key, **entry}
    return {"name": key, "message": entry, "reason": entry} if isinstance(entry, str) else {"name": key}


def _named(entry: Any) -> str:
    return _string(entry.get("name")) or _string(entry.get("field")) if isinstance(entry, dict) else _string(entry)


def _string(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _visible(text: str) -> str:
    if "<" not in text:
        return text
    title = _page_title(text)
    return unescaped(_without_tags(text) if title is None else title)


def _page_title(text: str) -> str | None:
    begins = _TITLE_BEGINS.search(text)
    ends = begins and _TITLE_ENDS.search(text, begins.end())
    return text[begins.end() : ends.start()] if begins and ends else None


def _without_tags(text: str) -> str:
    """The text between tags, in one go: what never ends is looked for once, and hides the rest unless it is a mere ``<``."""
    pieces, position = [], 0
    while begins := _UNSEEN.search(text, position):
        pieces.append(text[position : begins.start()])
        kind = (begins["element"] or begins.lastgroup or "tag").lower()
        ends = _ENDS[kind].search(text, begins.end())
        if ends is None:
            return " ".join(pieces if kind != "tag" else [*pieces, text[begins.start() :]])
        position = ends.end()
    return " ".join([*pieces, text[position:]])
