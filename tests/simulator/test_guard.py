"""Who may talk to the simulator: programs of this machine, and no page that a browser of this machine shows."""

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.simulator.guard import refusal
from aem_mail.simulator.server import Running

PATHS = ("/_sim/state", "/api/programs")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8765", "127.0.0.1.evil.example", "localhost.evil.example", "192.0.2.1", "[::2]"]
)
def test_a_name_that_was_made_to_lead_here_is_refused(host: str, path: str, running: Running) -> None:
    answer = httpx.get(f"{running.url}{path}", headers={**running.headers(), "Host": host}, trust_env=False)

    assert (answer.status_code, answer.headers["content-type"]) == (403, "application/problem+json")
    assert "programs" not in answer.text


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8765", "localhost", "LOCALHOST:1", "127.9.9.9", "[::1]:8765"])
def test_this_machine_may_be_called_by_any_of_its_names(host: str, running: Running) -> None:
    assert httpx.get(f"{running.url}/_sim/state", headers={"Host": host}, trust_env=False).status_code == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1.evil.example", "http://evil.example:8765"])
def test_a_page_of_another_machine_changes_nothing(origin: str, running: Running) -> None:
    before = running.state()["programs"]

    answer = httpx.put(
        f"{running.url}/_sim/state", headers={"Origin": origin, "Content-Type": "text/plain"}, content=b'{"programs": {}}', trust_env=False
    )

    assert answer.status_code == 403
    assert running.state()["programs"] == before


def test_a_page_of_this_machine_may_ask(running: Running) -> None:
    assert httpx.get(f"{running.url}/_sim/state", headers={"Origin": "http://localhost:3000"}, trust_env=False).status_code == 200


@given(host=st.binary(max_size=30), origin=st.none() | st.binary(max_size=30))
def test_any_header_is_judged(host: bytes, origin: bytes | None) -> None:
    refusal([(b"Host", host), *([] if origin is None else [(b"Origin", origin)])])
