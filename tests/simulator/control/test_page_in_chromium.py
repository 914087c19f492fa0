"""The page at `/` as a real browser shows it."""

import json
from collections.abc import Iterator
from itertools import pairwise, product
from typing import Final, get_args

import httpx
import pytest

from aem_mail.simulator.control.faults import Action
from aem_mail.simulator.server import LOOPBACK, Running, serving
from aem_mail.simulator.world import SimulatedWorld
from tests.browser import Page, chromium
from tests.hostile import HOSTILE
from tests.simulator.control.test_sending import CREDENTIALS, MESSAGE
from tests.simulator.direct import INFRASTRUCTURES, NETWORKING, RULE, VARIABLES
from tests.simulator.seeds import state_with

MARKUP = [name for name in HOSTILE if "<" in name or "&" in name or "{{" in name]
WIDTHS = (390, 768, 1024, 1280)
SCREENS = list(product(WIDTHS, (False, True)))
EFFECTS: Final[dict[Action, str]] = {
    "answer": "no effect",
    "second-writer": "somebody else writes 0 port forwards first",
    "fail": "the change that it starts fails",
    "unexplained": "answers 400 without a reason while a change or a pipeline is under way",
}

CONTRASTS = """(() => {
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => parts(colour).slice(0, 3).map((each) => each / 255)
    .map((each) => each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4)
    .reduce((sum, each, index) => sum + each * [0.2126, 0.7152, 0.0722][index], 0);
  const behind = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const colour = getComputedStyle(each).backgroundColor;
      if ((parts(colour)[3] ?? 1) === 1) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const poor = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || !element.checkVisibility()) continue;
    const pair = [light(getComputedStyle(element).color), light(behind(element))].sort((one, other) => other - one);
    if ((pair[0] + 0.05) / (pair[1] + 0.05) < 4.5) poor.push(texts.currentNode.data);
  }
  return poor;
})()"""
"""Texts that do not stand out from what is behind them, 4.5 : 1 (WCAG 2.2)."""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with chromium(tmp_path_factory.mktemp("profile")) as page:
        yield page


@pytest.fixture
def page(browser: Page, running: Running) -> Page:
    """The page, shown and live."""
    browser.show(1280)
    browser.complaints.clear()
    browser.open(running.url)
    browser.wait_until("document.getElementById('live')?.textContent === 'live'")
    return browser


@pytest.fixture
def busy(http: httpx.Client) -> httpx.Client:
    """A simulator in which something of everything has happened."""
    http.post(INFRASTRUCTURES, json={"kind": "dedicatedEgressIp", "region": "va7"}).raise_for_status()
    http.post("/_sim/clock", json={"advance": 900})
    http.put(NETWORKING, json={"portForwards": [RULE], "nonProxyHosts": ["intranet.example.com"]}).raise_for_status()
    http.post("/_sim/clock", json={"advance": 600})
    http.patch(VARIABLES, json=[*CREDENTIALS, {"name": "PLAIN", "value": "plain-text-1"}]).raise_for_status()
    http.post("/_sim/clock", json={"advance": 300})
    assert http.post("/_sim/send", json=MESSAGE | {"subject": "Hello"}).json()["delivered"]
    http.post("/_sim/faults", json={"path": "/api/program/*", "status": 503, "times": 2, "headers": {"Retry-After": "5"}})
    return http


def shown(page: Page, part: str) -> str:
    return " ".join(page.evaluate(f"document.querySelector({json.dumps(part)}).innerText").split())


def test_everything_that_is_there_is_shown_and_no_value(busy: httpx.Client, page: Page) -> None:
    page.wait_until("document.querySelectorAll('#mails article').length === 1")

    programs = shown(page, "#programs")
    assert "WKND program 10001, va7" in programs
    assert "dedicatedEgressIp va7 30001 ready" in programs
    assert "AEM_PROXY_HOST:30465 smtp.example.com:465" in programs
    assert "Non-proxy hosts: intranet.example.com" in programs
    assert "EMAIL_PASSWORD secretString all ready" in programs
    mail = shown(page, "#mails")
    assert "Hello" in mail
    assert "From noreply@wknd.site To recipient@example.com Server smtp.example.com:465, TLS: implicit User apikey" in mail
    journal = shown(page, "#journal")
    assert f"PATCH {VARIABLES} 204" in journal
    assert busy.get("/_sim/journal").json()[0]["requestId"] in journal
    assert "* /api/program/* answers 503; sends Retry-After" in shown(page, "#faults")
    everything = page.evaluate("document.documentElement.outerHTML")
    assert not [text for text in ("plain-text-1", "password123", "sha256:") if text in everything]
    assert page.complaints == []


@pytest.mark.parametrize("action", get_args(Action))
def test_a_fault_of_each_kind_is_shown_with_its_effect(action: Action, page: Page, http: httpx.Client) -> None:
    details: dict[str, list[object]] = {"portForwards": []} if action == "second-writer" else {}
    http.post("/_sim/faults", json={"action": action, "path": "/api/program/*", **details}).raise_for_status()

    page.wait_until("document.querySelector('#fault-list li') !== null")

    assert f"/api/program/* {EFFECTS[action]} Happened 0 times" in shown(page, "#faults")
    assert page.evaluate("document.getElementById('live').textContent") == "live"


def test_a_program_that_is_not_ready_and_what_cloud_manager_may_refuse_are_shown(page: Page, http: httpx.Client) -> None:
    http.patch(VARIABLES, json=[{"name": "LONG", "value": "x" * 600, "type": "secretString"}]).raise_for_status()
    page.wait_until("document.querySelector('#journal').innerText.includes('Cloud Manager may refuse this: LONG has 600 characters')")

    http.put("/_sim/state", json={"programs": {"7": {"region": "va7", "status": "deleting"}}}).raise_for_status()
    page.wait_until("document.querySelector('#programs h3').innerText.includes('program 7')")

    assert page.evaluate("document.querySelector('#programs h3 .pill.warning').textContent") == "deleting"


def test_what_happens_is_shown_without_a_reload(page: Page, http: httpx.Client) -> None:
    assert "Nothing has been asked yet." in shown(page, "#journal")
    page.evaluate("window.sameDocument = true")

    http.patch(VARIABLES, json=[{"name": "NEW_ONE", "value": "x"}]).raise_for_status()
    page.wait_until("document.querySelector('#programs').innerText.includes('NEW_ONE')")
    http.post("/_sim/reset")
    page.wait_until("!document.querySelector('#programs').innerText.includes('NEW_ONE')")

    assert "Nothing has been asked yet." in shown(page, "#journal")
    assert page.evaluate("window.sameDocument")


def test_focus_and_what_was_folded_stay_while_other_things_happen(busy: httpx.Client, page: Page) -> None:
    page.wait_until("document.querySelector('#mails summary') !== null")
    page.evaluate("document.querySelector('#mails summary').click(), document.querySelector('#mails summary').focus()")

    assert busy.post("/_sim/send", json=MESSAGE | {"subject": "Again"}).json()["delivered"]
    page.wait_until("document.querySelectorAll('#mails article').length === 2")

    assert page.evaluate("[...document.querySelectorAll('#mails details')].map((each) => each.open)") == [True, False]
    assert page.evaluate("document.activeElement.innerText").startswith("Hello")


@pytest.mark.parametrize("name", MARKUP)
def test_what_others_wrote_is_text_and_nothing_runs(name: str, page: Page, http: httpx.Client) -> None:
    http.put("/_sim/state", content=json.dumps(state_with(name))).raise_for_status()
    http.post("/_sim/faults", json={"path": name, "latency": 0.1})
    elements = "document.querySelectorAll('img, iframe, script:not([src]), object').length"

    page.wait_until("document.querySelector('#programs h3').innerText.includes('program 7')")

    assert page.evaluate(elements) == 0
    assert page.evaluate("document.querySelector('#programs h3 bdi').textContent") == name
    assert page.evaluate("document.querySelector('#faults code').textContent") == f"* {name}"
    assert page.complaints == []


@pytest.mark.parametrize(("width", "dark"), SCREENS)
def test_the_page_fits_its_screen_and_can_be_read(width: int, dark: bool, busy: httpx.Client, page: Page) -> None:
    page.wait_until("document.querySelectorAll('#mails article').length === 1")
    page.show(width, dark=dark)

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(CONTRASTS) == []
    assert (page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(246, 247, 249)") is not dark


@pytest.mark.parametrize("width", WIDTHS)
def test_names_of_any_length_fit_too(width: int, page: Page, http: httpx.Client) -> None:
    http.put("/_sim/state", json=state_with("x" * 3000)).raise_for_status()
    page.show(width)

    page.wait_until("document.querySelector('#programs h3').innerText.includes('program 7')")

    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_it_has_landmarks_headings_and_headers_and_is_used_by_keys(busy: httpx.Client, page: Page) -> None:
    page.wait_until("document.querySelectorAll('#mails article').length === 1")

    for landmark in ("header", "nav[aria-label]", "main", "section[aria-labelledby]"):
        assert page.evaluate(f"document.querySelector({json.dumps(landmark)}) !== null"), landmark
    levels = page.evaluate("[...document.querySelectorAll('h1, h2, h3, h4')].map((each) => Number(each.tagName[1]))")
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert page.evaluate("[...document.querySelectorAll('table')].every((each) => each.querySelector('thead th[scope=col]'))")
    assert page.evaluate("[...document.querySelectorAll('tbody tr')].every((each) => each.querySelector('th[scope=row]'))")
    page.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the programs"
    page.press("Enter")
    assert page.evaluate("document.activeElement.id") == "programs"


def test_a_simulator_that_has_ended_is_told(browser: Page) -> None:
    with serving(SimulatedWorld(), 0, LOOPBACK) as simulator:
        browser.open(simulator.url)
        browser.wait_until("document.getElementById('live')?.textContent === 'live'")

    browser.wait_until("document.getElementById('live').textContent === 'no answer'")
