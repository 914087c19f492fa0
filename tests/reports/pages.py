"""Pages to be written, among them such whose every text is hostile."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from aem_mail.reports.page import Cell, Entry, Group, Level, Outcome, Page, Skipped, Snippet, Table
from tests.hostile import NAMES

MADE = datetime(2030, 6, 1, 9, 30, tzinfo=UTC)
FAILURE = Entry("M05", "M05", Level.ERROR, Outcome.FAILURE, "No TLS", "config/x, smtp.ssl", "AEM would wait.", "Set it to true.")
WARNING = Entry("M07", "M07", Level.WARNING, Outcome.PASSED, "Port 25", "port forward 30025", "AEM would talk in the clear.")
IGNORED = replace(FAILURE, outcome=Outcome.SKIPPED, note="Ignored until 2030-12-31: we test it; mail-team.")
UNKNOWN = Entry("drift:unknown", "unknown", Level.ERROR, Outcome.ERROR, "Not read", "environment 20001", "It could not be read.")


def page(*groups: Group, **changes: Any) -> Page:
    """Return a page of these groups."""
    return replace(Page("aem-mail check", "1 error.", MADE, groups), **changes)


def group(*entries: Entry, **changes: Any) -> Group:
    """Return a group of these entries."""
    return replace(Group("environment 20001", "program 10001", ("WKND dev", "dev"), entries), **changes)


def tables() -> st.SearchStrategy[Table]:
    rows = st.lists(st.tuples(st.builds(Cell, NAMES), st.builds(Cell, NAMES, st.none() | st.sampled_from(Level), NAMES)), max_size=2)
    return st.builds(Table, NAMES, st.tuples(NAMES, NAMES), rows.map(tuple))


def entries() -> st.SearchStrategy[Entry]:
    some = st.lists(tables(), max_size=1).map(tuple)
    snippets = st.lists(st.builds(Snippet, NAMES, NAMES), max_size=1).map(tuple)
    return st.builds(Entry, NAMES, NAMES, st.sampled_from(Level), st.sampled_from(Outcome), *[NAMES] * 5, some, snippets)


def pages() -> st.SearchStrategy[Page]:
    """Draw a page with texts that somebody else chose."""
    names = st.lists(NAMES, max_size=2).map(tuple)
    skipped = st.lists(st.builds(Skipped, NAMES, NAMES), max_size=2).map(tuple)
    groups = st.lists(
        st.builds(Group, NAMES, NAMES, names, st.lists(entries(), max_size=3).map(tuple), st.just(()), names, names, skipped), max_size=3
    )
    return st.builds(Page, NAMES, NAMES, st.just(MADE), groups.map(tuple), NAMES, st.lists(tables(), max_size=2).map(tuple), NAMES, names)
