"""Who may talk to the simulator: programs of this machine, and no page that a browser of this machine shows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.simulator.api.guard import refusal
from aem_mail.simulator.server import Running
from tests import loopback

PATHS = ("/_sim/state", "/api/programs")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8765", "127.0.0.1.evil.example", "localhost.evil.example", "192.0.2.1", "[::2]"]
)
def test_a_name_that_was_made_to_lead_here_is_refused(host: str, path: str, running: Running) -> None:
    answer = loopback.get(f"{running.url}{path}", headers={**running.headers(), "Host": host})

    assert (answer.status_code, answer.headers["content-type"]) == (403, "application/problem+json")
    assert "programs" not in answer.text


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8765", "localhost", "LOCALHOST:1", "127.9.9.9", "[::1]:8765"])
def test_this_machine_may_be_called_by_any_of_its_names(host: str, running: Running) -> None:
    assert loopback.get(f"{running.url}/_sim/state", headers={"Host": host}).status_code == 200


FOREIGN = (
    *({"Origin": origin} for origin in ("https://evil.example", "null", "http://127.0.0.1.evil.example", "http://evil.example:8765", "")),
    *({"Origin": origin} for origin in ("http://localhost:3000", "http://127.0.0.1", "http://127.0.0.1:1", "https://[::1]:8765")),
    *({"Sec-Fetch-Site": site} for site in ("cross-site", "same-site", "Cross-Site", "", "other")),
    {"Origin": "{url}", "Sec-Fetch-Site": "same-site"},
    {"Origin": "http://localhost:3000", "Sec-Fetch-Site": "same-origin"},
)
OWN: tuple[dict[str, str], ...] = (
    {},
    {"Origin": "{url}"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": "{url}", "Sec-Fetch-Site": "same-origin"},
)


@pytest.mark.parametrize("headers", FOREIGN)
def test_somebody_elses_page_changes_nothing_and_reads_nothing(headers: dict[str, str], running: Running) -> None:
    before = running.state()["programs"]
    told = {name: value.format(url=running.url) for name, value in headers.items()}

    put = loopback.put(f"{running.url}/_sim/state", headers={**told, "Content-Type": "text/plain"}, content=b'{"programs": {}}')
    reads = [loopback.get(f"{running.url}{path}", headers={**running.headers(), **told}) for path in PATHS]

    assert [answer.status_code for answer in (put, *reads)] == [403] * 3
    assert running.state()["programs"] == before


@pytest.mark.parametrize("headers", OWN)
def test_a_program_an_address_that_was_typed_and_what_its_answer_asks_for_are_let_in(headers: dict[str, str], running: Running) -> None:
    told = {name: value.format(url=running.url) for name, value in headers.items()}

    for path in PATHS:
        assert loopback.get(f"{running.url}{path}", headers={**running.headers(), **told}).status_code == 200


def test_one_good_header_does_not_hide_a_bad_one_of_its_name() -> None:
    host = (b"host", b"127.0.0.1:1")

    assert refusal([host, (b"host", b"evil.example")]) is not None
    assert refusal([host, (b"origin", b"https://evil.example"), (b"origin", b"http://127.0.0.1:1")]) is not None
    assert refusal([host, (b"sec-fetch-site", b"cross-site"), (b"sec-fetch-site", b"none")]) is not None


@given(host=st.binary(max_size=30), origin=st.none() | st.binary(max_size=30), site=st.none() | st.binary(max_size=12))
def test_any_header_is_judged(host: bytes, origin: bytes | None, site: bytes | None) -> None:
    refusal([(b"Host", host), *((name, value) for name, value in ((b"Origin", origin), (b"Sec-Fetch-Site", site)) if value is not None)])
