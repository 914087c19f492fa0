"""HAL, as far as Cloud Manager uses it: links by relation, and lists that may come in pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from aem_mail.simulator.api.call import ApiCall
from aem_mail.simulator.api.fields import FieldProblems

_REL = "http://ns.adobe.com/adobecloud/rel/"
_LARGEST_PAGE = 1000


def links(self_path: str, **related: str) -> dict[str, dict[str, str]]:
    """`_links` with `self` and, under Adobe's relation names, the related paths. Paths have no host, as Adobe's client expects."""
    return {"self": {"href": self_path}} | {f"{_REL}{relation}": {"href": path} for relation, path in related.items()}


def collection(call: ApiCall, name: str, items: Sequence[Any], *, endless: int | None = None, **related: str) -> dict[str, Any]:
    """A list resource: the page that the query's `start` and `limit` ask for, with links to its neighbours.

    `endless` is the page size of a list that names a next page on every page, also where nothing follows.
    """
    start = _whole(call.query, "start", default=0, minimum=0)
    limit = _whole(call.query, "limit", default=call.page_size or endless or _LARGEST_PAGE, minimum=1)
    found = links(_page(call, start, limit) if call.query else call.path, **related)
    if endless or start + limit < len(items):
        found["next"] = {"href": _page(call, start + limit, limit)}
    if start > 0:
        found["prev"] = {"href": _page(call, max(start - limit, 0), limit)}
    return {"_totalNumberOfItems": len(items), "_embedded": {name: list(items[start : start + limit])}, "_links": found}


def _page(call: ApiCall, start: int, limit: int) -> str:
    return f"{call.path}?{urlencode({**call.query, 'start': start, 'limit': limit})}"


def _whole(query: Mapping[str, str], name: str, *, default: int, minimum: int) -> int:
    text = query.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and int(text) >= minimum):
        findings = FieldProblems()
        findings.refuse(name, f"must be a whole number, {minimum} or more", text)
        findings.check()
    return min(int(text), _LARGEST_PAGE) if name == "limit" else int(text)
