"""What only a real connection can show."""

import socket
import threading
import time

import httpx
import pytest

from aem_mail.simulator.server import Running, listening_socket, running_simulator
from tests import loopback
from tests.simulator.direct import NETWORKING, VARIABLES

LONG = 60.0


def test_every_answer_has_a_request_id_and_every_refusal_is_a_problem_document(http: httpx.Client) -> None:
    good = http.get("/api/programs")
    bad = [
        http.get("/nowhere"),
        http.post("/api/programs"),
        http.put(NETWORKING, json={"a": 1}),
        http.get("/api/programs", headers={"authorization": ""}),
    ]
    bad += [http.post("/ims/token/v3")]

    assert [answer.status_code for answer in bad] == [404, 405, 400, 401, 400]
    assert {answer.headers["content-type"] for answer in bad} == {"application/problem+json"}
    assert all(answer.json()["status"] == answer.status_code and answer.json()["title"] for answer in bad)
    assert all(len(answer.headers["x-request-id"]) == 32 for answer in [good, *bad])


def test_a_patch_is_answered_204_without_a_body(http: httpx.Client) -> None:
    answer = http.patch(VARIABLES, json=[{"name": "AB", "value": "x"}])

    assert (answer.status_code, answer.content) == (204, b"")


@pytest.mark.parametrize("drop", ["before", "after"])
def test_a_dropped_answer_is_a_closed_connection(drop: str, http: httpx.Client) -> None:
    http.post("/_sim/faults", json={"method": "PATCH", "drop": drop, "times": 1})

    with pytest.raises(httpx.RemoteProtocolError):
        http.patch(VARIABLES, json=[{"name": "AB", "value": "x"}])

    assert len(http.get(VARIABLES).json()["_embedded"]["variables"]) == (1 if drop == "after" else 0)


def test_a_change_whose_answer_is_late_and_then_dropped_is_applied_at_once(http: httpx.Client) -> None:
    http.post("/_sim/faults", json={"method": "PATCH", "drop": "after", "latency": 5, "times": 1})

    with pytest.raises(httpx.ReadTimeout):
        http.patch(VARIABLES, json=[{"name": "AB", "value": "x"}], timeout=0.2)

    assert len(http.get(VARIABLES).json()["_embedded"]["variables"]) == 1


def test_latency_is_real_and_holds_up_nobody_else(http: httpx.Client, running: Running) -> None:
    http.post("/_sim/faults", json={"path": "/api/programs", "latency": 2, "times": 1})
    answered: list[str] = []

    def ask() -> None:
        loopback.get(f"{running.url}/api/programs", headers=running.headers(), timeout=LONG).raise_for_status()
        answered.append("slow")

    slow = threading.Thread(target=ask)
    began = time.monotonic()
    slow.start()
    while not running.world.faults.to_json()[0]["fired"]:
        time.sleep(0.001)
    http.get("/api/program/10001").raise_for_status()
    answered.append("other")
    slow.join()

    assert answered == ["other", "slow"]
    assert time.monotonic() - began >= 2


def test_a_body_is_not_read_beyond_its_limit(http: httpx.Client) -> None:
    assert http.patch(VARIABLES, content=b" " * (3 * 1024 * 1024)).status_code == 413


def test_a_crash_of_the_simulator_is_a_problem_document_too(running: Running, http: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running.world, "record", lambda **_: 1 / 0)

    answer = http.get("/api/programs")

    assert (answer.status_code, answer.json()["title"]) == (500, "Internal error of the simulator")


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::"])  # noqa: S104 - that it is refused is the point
def test_only_loopback_is_served(host: str) -> None:
    with pytest.raises(ValueError, match="loopback only"):
        listening_socket(host, 0)


def test_a_taken_port_is_an_error() -> None:
    with listening_socket("127.0.0.1", 0) as first:
        first.listen()
        with pytest.raises(OSError, match="in use"):
            listening_socket("127.0.0.1", first.getsockname()[1])


def test_a_simulator_ends_with_its_context_and_frees_its_port() -> None:
    with running_simulator() as running:
        assert loopback.get(f"{running.url}/api/programs").status_code == 401
        port = httpx.URL(running.url).port
        assert port is not None

    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_simulated_time_passes_by_the_scale() -> None:
    with (
        running_simulator(time_scale=6000) as running,
        loopback.client(base_url=running.url, headers=running.headers()) as http,
    ):
        http.patch(VARIABLES, json=[{"name": "AB", "value": "x"}])
        deadline = time.monotonic() + LONG
        while http.get(VARIABLES).json()["_embedded"]["variables"][0]["status"] != "ready":
            assert time.monotonic() < deadline
            time.sleep(0.01)


def test_the_secrets_of_a_running_simulator_are_not_in_its_repr(running: Running) -> None:
    assert running.client_secret not in repr(running)
    assert running.client_secret not in repr(running.world.credential)


def test_many_writers_at_once_get_one_change_accepted(running: Running) -> None:
    outcomes: list[int] = []

    def write(number: int) -> None:
        headers = running.headers()
        answer = httpx.patch(f"{running.url}{VARIABLES}", headers=headers, json=[{"name": f"V_{number}", "value": "x"}], trust_env=False)
        outcomes.append(answer.status_code)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == [204] + [409] * 7
