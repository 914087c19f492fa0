"""A report as JUnit XML, in the form that both Ant's and Jenkins' schema take: a test suite for each group, a test case for each entry."""

from datetime import datetime

from aem_mail.reports.document import Document, Entry
from aem_mail.reports.templating import template

LONGEST_MESSAGE = 500


def to_junit(document: Document, made: datetime) -> str:
    """Return the XML. Raises InvalidInput where Jinja2 is not installed.

    What was looked at and found right passes, as does an entry that is good to know; what was not looked at, and what somebody lives
    with, is skipped.
    """
    return template("junit.xml.j2").render(document=document, timestamp=made.strftime("%Y-%m-%dT%H:%M:%S"), message=_message, body=_body)


def _message(entry: Entry) -> str:
    return f"{entry.where}: {entry.text}"[:LONGEST_MESSAGE] if entry.where else entry.text[:LONGEST_MESSAGE]


def _body(entry: Entry) -> str:
    cells = (f"{row[0].text}: {', '.join(cell.text for cell in row[1:])}" for table in entry.tables for row in table.rows)
    lines = (entry.title, entry.where, entry.text, *cells, entry.fix, entry.note, *(one.title for one in entry.snippets))
    return "\n".join(filter(None, lines))
