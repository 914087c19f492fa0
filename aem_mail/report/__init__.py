"""Reports as pages: one model, which an HTML page and a JUnit file are made of, whatever is reported."""

from aem_mail.report.html import to_html
from aem_mail.report.junit import to_junit
from aem_mail.report.page import Cell, Entry, Group, Level, Outcome, Page, Picture, Skipped, Snippet, Table

__all__ = ["Cell", "Entry", "Group", "Level", "Outcome", "Page", "Picture", "Skipped", "Snippet", "Table", "to_html", "to_junit"]
