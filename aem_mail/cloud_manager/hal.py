"""Reading HAL lists."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from aem_mail.cloud_manager.answer_fields import Document, Mismatch, is_object, objects, optional_object, whole
from aem_mail.cloud_manager.call import origin

MAX_PAGES: Final = 500
MAX_HREF: Final = 2000

_TEMPLATE: Final = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list: its entries, the number of all entries if it is told, path and query of the next page if there is one."""

    entries: tuple[Document, ...]
    total: int | None
    next_path: str | None


def page_of(document: Document, *, name: str, base_url: str, path: str) -> Page:
    """Read one page of the list ``_embedded.<name>``; raises Mismatch."""
    total = None if document.get("_totalNumberOfItems") is None else whole(document, "_totalNumberOfItems")
    return Page(_entries(document, name, total), total, next_path(document, base_url, path))


def is_last(page: Page, found: int, total: int | None) -> bool:
    """Say whether no entry can follow, with ``found`` entries so far: Adobe gives the list of pipelines a next page on every page.

    A total that is less than what was found is wrong, so that it ends nothing.
    """
    return not page.entries or found == total


def largest(*totals: int | None) -> int | None:
    """The most entries that a page has told of, None where none has: a list that shrinks while it is read may skip an entry."""
    return max((total for total in totals if total is not None), default=None)


def complete(found: Sequence[Document], total: int | None) -> Sequence[Document]:
    """The entries of all pages; fewer than a page says there are is a Mismatch, because absence from a list is taken as proof."""
    if total is not None and len(found) < total:
        raise Mismatch(f"the list gave {len(found)} entries, but says that it has {total}")
    return found


def next_path(document: Document, base_url: str, path: str) -> str | None:
    """Path and query of the next page, or None on the last one.

    ``_links.next`` may be absolute, relative to ``path``, or templated (without values every expression is empty). Another
    origin is a Mismatch: the token goes nowhere else.
    """
    link = _link(document, "next")
    if link is None:
        return None
    href = link.get("href")
    if not isinstance(href, str) or not href.isprintable() or "\\" in href or len(href) > MAX_HREF:
        raise Mismatch("_links.next.href is not a URL")
    try:
        target = urljoin(base_url.rstrip("/") + path, _TEMPLATE.sub("", href))
        same = origin(target) == origin(base_url) and "@" not in urlsplit(target).netloc
    except ValueError:
        raise Mismatch("_links.next.href is not a URL") from None
    if not same:
        raise Mismatch("_links.next leads to another server, to which no credentials are sent")
    parts = urlsplit(target)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _link(document: Document, relation: str) -> Document | None:
    links: Any = optional_object(document, "_links")
    link = (links or {}).get(relation)
    if isinstance(link, list):
        link = link[0] if link else None
    if link is None or is_object(link):
        return link
    raise Mismatch(f"_links.{relation} is not a link")


def _entries(document: Document, name: str, total: int | None) -> tuple[Document, ...]:
    """An empty list may lack ``_embedded``, but then it must show that it is a list, by its links or by a total of 0."""
    embedded = optional_object(document, "_embedded")
    if embedded is not None and embedded.get(name) is not None:
        return objects(embedded, name)
    if total == 0 or (embedded is None and total is None and is_object(document.get("_links"))):
        return ()
    raise Mismatch(f"_embedded.{name} is missing")
