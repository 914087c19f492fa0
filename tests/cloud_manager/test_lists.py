"""Where a list ends, whatever its pages say of a next one."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.cloud_manager.client import CloudManager
from aem_mail.errors import UnreadableAnswer

from .clocks import SteppedClock
from .conftest import connection_to
from .simulation import PROGRAM, simulated

BASE = "https://cloudmanager.adobe.io"
MAY_TELL_NO_TOTAL = ("absent", "null")


@dataclass
class Pages:
    """A server of one list, its pages ``size`` long; ``total`` and ``next_`` say what each page tells of the others.

    ``missing`` entries are in the total alone, a negative number of entries is not in it; with ``shrinks`` the first entry goes
    after the first page was read.
    """

    names: list[str]
    size: int
    total: str
    next_: str
    embedded: bool = True
    missing: int = 0
    shrinks: bool = False
    asked: int = 0

    def respond(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/ims/token/v3":
            return httpx.Response(200, json={"access_token": "t", "expires_in": 86400})
        self.asked += 1
        answer = httpx.Response(200, json=self.page(int(request.url.params.get("start", "0"))))
        self.names = self.names[1:] if self.shrinks and self.asked == 1 else self.names
        return answer

    def page(self, start: int) -> dict[str, Any]:
        entries = [{"name": name} for name in self.names[start : start + self.size]]
        links = {"self": {"href": f"/api/program/1/regions?start={start}"}}
        if self.next_ == "always" or start + self.size < len(self.names):
            links["next"] = {"href": f"/api/program/1/regions?start={start + self.size}&limit={self.size}"}
        totals: Mapping[str, dict[str, Any]] = {
            "right": {"_totalNumberOfItems": len(self.names) + self.missing},
            "null": {"_totalNumberOfItems": None},
        }
        embedded = {"_embedded": {"regions": entries}} if entries or self.embedded else {}
        return {"_links": links, **embedded, **totals.get(self.total, {})}

    def listed(self) -> list[str]:
        with CloudManager(connection_to(BASE), clock=SteppedClock(), transport=httpx.MockTransport(self.respond)) as api:
            return api.regions.list("1")


shapes = st.builds(
    Pages,
    names=st.lists(st.text("abc", min_size=1, max_size=3), max_size=12),
    size=st.integers(1, 13),
    total=st.sampled_from(("right", *MAY_TELL_NO_TOTAL)),
    next_=st.sampled_from(("always", "where something follows")),
    embedded=st.booleans(),
)


@given(pages=shapes)
def test_a_list_has_every_entry_once_and_asks_for_no_page_after_the_last(pages: Pages) -> None:
    assert pages.listed() == pages.names

    needed = max(1, -(-len(pages.names) // pages.size))
    one_empty_page_more = pages.total in MAY_TELL_NO_TOTAL and pages.next_ == "always" and bool(pages.names)
    assert pages.asked == needed + one_empty_page_more


@given(pages=shapes.filter(lambda pages: bool(pages.names)), missing=st.integers(1, 500))
def test_a_total_that_never_comes_is_an_error(pages: Pages, missing: int) -> None:
    with pytest.raises(UnreadableAnswer, match=rf"gave {len(pages.names)} entries, but says that it has|_embedded.regions is missing"):
        replace(pages, total="right", missing=missing).listed()


@given(pages=shapes.filter(lambda pages: bool(pages.names)), uncounted=st.integers(1, 13))
def test_a_total_that_is_less_than_what_the_first_page_holds_ends_no_list_early(pages: Pages, uncounted: int) -> None:
    first = min(pages.size, len(pages.names))
    wrong = replace(pages, total="right", embedded=True, missing=first - len(pages.names) - uncounted)

    assert wrong.listed() == pages.names


def test_a_list_that_shrinks_while_it_is_read_proves_no_absence() -> None:
    with pytest.raises(UnreadableAnswer, match="the list gave 2 entries, but says that it has 3"):
        Pages(["a", "b", "c"], 2, "right", "always", shrinks=True).listed()


@pytest.mark.parametrize("count", [0, 1, 3])
def test_the_pipelines_are_listed_in_one_request_though_their_page_names_a_next_one(count: int) -> None:
    pipelines = [{"id": f"4000{number}", "name": f"Deploy {number}", "environmentId": "20001"} for number in range(count)]
    seed = {"programs": {PROGRAM: {"region": "va7", "environments": {"20001": {"type": "dev"}}, "pipelines": pipelines}}}
    with simulated(seed=seed) as (api, simulator):
        assert [pipeline.id for pipeline in api.pipelines.list(PROGRAM)] == [pipeline["id"] for pipeline in pipelines]
        assert [entry["path"] for entry in simulator.journal()].count(f"/api/program/{PROGRAM}/pipelines") == 1
