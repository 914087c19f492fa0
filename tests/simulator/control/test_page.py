"""The page at `/` and what it is given: everything that happens, and nothing that is secret."""

import json
import tomllib
from importlib.resources import files
from pathlib import Path

import httpx
import pytest

from aem_mail.simulator.control import overview as limits
from aem_mail.simulator.control.overview import overview
from aem_mail.simulator.server import Running
from tests import loopback
from tests.hostile import HOSTILE
from tests.html import Tags
from tests.simulator.direct import INFRASTRUCTURES, MINUTE, NETWORKING, RULE, VARIABLES, Direct
from tests.simulator.seeds import state_with

FILES = ("/", "/_sim/page.css", "/_sim/page.js")
MAIL = {"seq": 1, "time": 0.0, "subject": "", "body": "", "mailFrom": "", "rcptTo": [], "attachments": [], "dkim": []}


@pytest.mark.parametrize("path", FILES)
def test_the_page_is_served_without_credentials_and_brings_all_that_it_needs(path: str, running: Running) -> None:
    answer = loopback.get(f"{running.url}{path}")

    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert "http" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_page_has_no_script_and_no_style_of_its_own_and_asks_nobody_else(running: Running) -> None:
    html = loopback.get(running.url).text

    for tag, attributes in Tags(html).tags:
        assert not any(name.startswith("on") or name == "style" for name in attributes), (tag, attributes)
        assert all(attributes[name] in (*FILES, "data:,") for name in ("src", "href") if name in attributes and tag != "a")
    assert "<script src=" in html
    assert not [name for name in ("innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval(") if name in script()]


@pytest.mark.parametrize("path", FILES)
@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_somebody_elses_page_gets_nothing_of_it(path: str, headers: dict[str, str], running: Running) -> None:
    assert loopback.get(f"{running.url}{path}", headers=headers).status_code == 403


def test_looking_at_the_page_is_no_request_to_the_api(running: Running) -> None:
    for path in (*FILES, "/_sim/overview"):
        loopback.get(f"{running.url}{path}")

    assert running.journal() == []


def test_the_package_brings_the_files_of_the_page() -> None:
    patterns = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text())["tool"]["setuptools"]["package-data"]["aem_mail"]

    package = Path(str(files("aem_mail")))
    shipped = {path for pattern in patterns for path in package.glob(pattern)}
    assert {*(package / "simulator/control/page").iterdir(), package / "text/palette.css"} <= shipped


def test_what_is_changing_is_shown_as_changing(direct: Direct) -> None:
    direct.ask("POST", INFRASTRUCTURES, {"kind": "dedicatedEgressIp", "region": "va7"})
    (before,) = overview(direct.world, [])["programs"][0]["infrastructures"]
    direct.wait(15 * MINUTE)
    direct.ask("PUT", NETWORKING, {"portForwards": [RULE], "nonProxyHosts": ["example.com"]})

    program = overview(direct.world, [])["programs"][0]

    assert (before["kind"], before["status"]) == ("dedicatedEgressIp", "creating")
    assert program["infrastructures"][0]["status"] == "ready"
    environment = program["environments"][0]
    assert environment["status"] == "updating"
    assert environment["networking"]["portForwards"] == [{"portOrig": 30465, "name": "smtp.example.com", "portDest": 465}]
    assert environment["networking"]["nonProxyHosts"] == ["example.com"]
    assert program["environments"][1]["networking"] is None


def test_variables_are_shown_without_their_values(direct: Direct) -> None:
    direct.ask("PATCH", VARIABLES, [{"name": "PLAIN", "value": "plain-text-1"}])
    direct.wait(5 * MINUTE)
    direct.ask("PATCH", VARIABLES, [{"name": "HIDDEN", "value": "secret-text-1", "type": "secretString", "service": "author"}])

    shown = overview(direct.world, [])

    assert shown["programs"][0]["environments"][0]["variables"] == [
        {"name": "PLAIN", "type": "string", "service": None, "status": "ready"},
        {"name": "HIDDEN", "type": "secretString", "service": "author", "status": "creating"},
    ]
    told = json.dumps(shown)
    assert not [text for text in ("plain-text-1", "secret-text-1", "sha256:", "password123") if text in told]


def test_a_secret_in_a_query_is_not_shown(direct: Direct) -> None:
    direct.ask("GET", "/api/programs", query={"client_secret": "secret-text-1"})

    (entry,) = overview(direct.world, [])["journal"]
    assert (entry["path"], entry["status"], "query" in entry) == ("/api/programs", 200, False)


def test_the_latest_come_first_and_no_more_than_can_be_looked_at(direct: Direct) -> None:
    for _ in range(limits.MOST_ENTRIES + 5):
        direct.ask("GET", "/api/programs")
    mails = [MAIL | {"seq": number, "body": "x" * 20_000} for number in range(1, 61)]

    shown = overview(direct.world, mails)

    assert [entry["seq"] for entry in shown["journal"]] == list(range(205, 5, -1))
    assert (shown["requestCount"], shown["mailCount"]) == (205, 60)
    assert [mail["seq"] for mail in shown["mails"]] == list(range(60, 10, -1))
    assert (len(shown["mails"][0]["body"]), shown["mails"][0]["omitted"]) == (10_000, 10_000)


def test_whatever_things_are_called_nothing_turns_the_writing_or_is_a_control_character(http: httpx.Client) -> None:
    for name in (each for each in HOSTILE if each != "\ud83d"):
        http.put("/_sim/state", content=json.dumps(state_with(name))).raise_for_status()

        (program,) = http.get("/_sim/overview").json()["programs"]

        assert all(character.isprintable() or character in "\n\u200c\u200d" for character in program["name"])


def test_half_of_a_surrogate_pair_can_be_shown() -> None:
    shown = overview(Direct().world, [MAIL | {"subject": "\ud83d"}])

    assert shown["mails"][0]["subject"] == "\ufffd"


def script() -> str:
    return files("aem_mail.simulator.control").joinpath("page", "page.js").read_text(encoding="utf-8")
