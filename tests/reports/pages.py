"""Pages to be written, among them such whose every text is hostile."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain
from typing import Any

from hypothesis import strategies as st

from aem_mail.reports.document import (
    LEVELS,
    Cell,
    Code,
    Document,
    Entry,
    Group,
    Heading,
    Items,
    Outcome,
    Paragraph,
    Skipped,
    Snippet,
    Table,
)
from aem_mail.reports.mail_path.model import State
from tests.hostile import NAMES

MADE = datetime(2030, 6, 1, 9, 30, tzinfo=UTC)
FAILURE = Entry("M05", "M05", State.ERROR, Outcome.FAILURE, "No TLS", "config/x, smtp.ssl", "AEM would wait.", "Set it to true.")
WARNING = Entry("M07", "M07", State.WARNING, Outcome.PASSED, "Port 25", "port forward 30025", "AEM would talk in plain text.")
IGNORED = replace(FAILURE, outcome=Outcome.SKIPPED, note="Ignored until 2030-12-31: we test it; mail-team.")
UNKNOWN = Entry("drift:unknown", "unknown", State.UNKNOWN, Outcome.ERROR, "Not read", "environment 20001", "It could not be read.")


def plain_rows(*rows: tuple[str, ...]) -> tuple[tuple[Cell, ...], ...]:
    """Return rows in which nothing stands out."""
    return tuple(tuple(map(Cell, row)) for row in rows)


def page(*groups: Group, **changes: Any) -> Document:
    """Return a page of these groups."""
    return replace(Document("aem-mail check", groups, "1 error"), **changes)


def group(*entries: Entry, **changes: Any) -> Group:
    """Return a group of these entries."""
    return replace(Group("environment 20001", "program 10001", ("WKND dev", "dev"), entries), **changes)


def tables() -> st.SearchStrategy[Table]:
    rows = st.lists(st.tuples(st.builds(Cell, NAMES), st.builds(Cell, NAMES, st.none() | st.sampled_from(LEVELS), NAMES)), max_size=2)
    return st.builds(Table, st.tuples(NAMES, NAMES), rows.map(tuple), NAMES)


def entries() -> st.SearchStrategy[Entry]:
    some = st.lists(tables(), max_size=1).map(tuple)
    snippets = st.lists(st.builds(Snippet, NAMES, NAMES), max_size=1).map(tuple)
    return st.builds(Entry, NAMES, NAMES, st.sampled_from(LEVELS), st.sampled_from(Outcome), *[NAMES] * 5, some, snippets, NAMES)


def pages() -> st.SearchStrategy[Document]:
    """Draw a page with texts that somebody else chose."""
    names = st.lists(NAMES, max_size=2).map(tuple)
    skipped = st.lists(st.builds(Skipped, NAMES, NAMES), max_size=2).map(tuple)
    groups = st.lists(
        st.builds(Group, NAMES, NAMES, names, st.lists(entries(), max_size=3).map(tuple), st.just(()), names, names, skipped), max_size=3
    )
    plain = st.lists(
        st.one_of(st.builds(Heading, NAMES), st.builds(Paragraph, NAMES), st.builds(Items, names), st.builds(Code, names)), max_size=2
    )
    blocks = st.tuples(plain, groups, st.lists(tables(), max_size=2), plain).map(lambda parts: tuple(chain(*parts)))
    return st.builds(Document, NAMES, blocks, NAMES, noun=NAMES)
