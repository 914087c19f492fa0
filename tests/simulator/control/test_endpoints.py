import json
from typing import Any

import httpx
import pytest

from aem_mail.simulator.api.tokens import SCOPES
from aem_mail.simulator.server import Running
from tests import loopback
from tests.simulator.direct import VARIABLES

CHANGE = [{"name": "AB", "value": "x"}]
SERVER: dict[str, Any] = {"host": "smtp.example.com", "port": 587, "tls": "starttls"}


def test_the_control_plane_needs_no_credentials(running: Running) -> None:
    assert loopback.get(f"{running.url}/_sim/state").status_code == 200


def test_the_state_is_shown_and_set(http: httpx.Client) -> None:
    state = http.get("/_sim/state").json()
    state["programs"] = {"7": {"region": "nld2", "environments": {"8": {"type": "dev"}}}}

    answer = http.put("/_sim/state", json=state)

    assert answer.json()["programs"]["7"]["environments"]["8"]["status"] == "ready"
    assert http.get("/api/program/7/environment/8").json()["region"] == "nld2"
    assert http.get("/api/program/10001").status_code == 404


def test_a_reset_leads_back_to_the_seed_without_faults_and_with_an_empty_journal(http: httpx.Client) -> None:
    seed = http.get("/_sim/state").json()
    http.patch(VARIABLES, json=CHANGE)
    http.put("/_sim/smtp", json=[])
    http.post("/_sim/faults", json={"status": 500, "path": "/api/*"})

    assert http.post("/_sim/reset").status_code == 204

    assert http.get("/_sim/state").json() == seed
    assert http.get("/_sim/journal").json() == []
    assert http.patch(VARIABLES, json=CHANGE).status_code == 204


def test_the_journal_is_shown_and_emptied(http: httpx.Client) -> None:
    answer = http.get("/api/programs")
    http.get("/_sim/state")

    (entry,) = http.get("/_sim/journal").json()
    assert (entry["path"], entry["requestId"]) == ("/api/programs", answer.headers["x-request-id"])
    assert set(entry) == {"seq", "method", "path", "query", "status", "applied", "time", "wall", "requestId"}
    assert http.delete("/_sim/journal").status_code == 204
    assert http.get("/_sim/journal").json() == []


def test_the_clock_moves_by_steps(http: httpx.Client) -> None:
    before = http.get("/_sim/clock").json()["clock"]

    assert http.post("/_sim/clock", json={"advance": 90.5}).json() == {"clock": before + 90.5}
    assert http.get("/_sim/state").json()["clock"] == before + 90.5


def test_a_step_ends_a_change(http: httpx.Client) -> None:
    http.patch(VARIABLES, json=CHANGE)

    http.post("/_sim/clock", json={"advance": 300})

    assert http.get(VARIABLES).json()["_embedded"]["variables"][0]["status"] == "ready"


def test_faults_are_shown_with_how_often_they_happened(http: httpx.Client) -> None:
    http.post("/_sim/faults", json={"status": 503, "path": "/api/programs", "times": 3})
    http.get("/api/programs")

    (fault,) = http.get("/_sim/faults").json()
    assert (fault["status"], fault["times"], fault["fired"]) == (503, 3, 1)
    assert http.delete("/_sim/faults").status_code == 204
    assert http.get("/api/programs").status_code == 200


def test_tokens_are_revoked(http: httpx.Client, running: Running) -> None:
    assert http.post("/_sim/tokens/revoke").status_code == 204

    assert http.get("/api/programs").status_code == 401
    assert http.get("/api/programs", headers=running.headers()).status_code == 200


def test_a_rotated_client_secret_alone_gets_tokens_until_a_reset_while_older_tokens_stay_good(running: Running, http: httpx.Client) -> None:
    def answer(client_secret: str) -> int:
        scopes = ",".join(SCOPES)
        form = {"client_id": running.client_id, "client_secret": client_secret, "grant_type": "client_credentials", "scope": scopes}
        return http.post("/ims/token/v3", data=form).status_code

    assert http.put("/_sim/tokens/client-secret", json={"clientSecret": "another"}).status_code == 204

    assert (answer(running.client_secret), answer("another")) == (401, 200)
    assert http.get("/api/programs").status_code == 200
    http.post("/_sim/reset")
    assert (answer(running.client_secret), answer("another")) == (200, 401)


@pytest.mark.parametrize("body", [{}, {"clientSecret": ""}, {"clientSecret": 1}, {"clientSecret": "two words"}, {"secret": "x"}, []])
def test_what_is_no_client_secret_is_refused_and_not_shown(body: Any, http: httpx.Client) -> None:
    refusal = http.put("/_sim/tokens/client-secret", json=body)

    assert refusal.status_code == 400
    assert "two words" not in refusal.text


def test_mail_servers_are_set_and_shown_without_their_passwords(http: httpx.Client) -> None:
    grant = {"refreshToken": "refresh-token-1", "scopes": ["https://mail.google.com/"], "expiresAt": 2e9, "revoked": True}
    oauth = {"provider": "google", "clientId": "an-id", "clientSecret": "client-secret-1", "users": {"me": grant}}
    servers = [
        {"host": "mail.example.com", "port": 25, "tls": "none", "users": {"me": "pass-word-1"}},
        {"host": "smtp.gmail.com", "port": 465, "tls": "implicit", "basicAuth": "disabled", "mechanisms": ["PLAIN"], "oauth": oauth},
    ]

    shown = http.put("/_sim/smtp", json=servers)

    assert not [secret for secret in ("pass-word-1", "refresh-token-1", "client-secret-1") if secret in shown.text]
    assert set(shown.json()[0]) == {"host", "port", "tls", "users"}
    assert shown.json()[1]["oauth"]["users"]["me"]["scopes"] == ["https://mail.google.com/"]
    assert shown.json() == http.get("/_sim/smtp").json() == http.get("/_sim/state").json()["smtp"]
    assert http.put("/_sim/smtp", json=shown.json()).json() == shown.json()


@pytest.mark.parametrize(
    ("method", "path", "body", "name"),
    [
        ("PUT", "state", {"programs": {}, "x": 1}, "x"),
        ("PUT", "state", None, "body"),
        ("POST", "clock", {"advance": -1}, "advance"),
        ("POST", "clock", {"advance": "1"}, "advance"),
        ("POST", "clock", {"advance": 1, "forward": 1}, "forward"),
        ("POST", "faults", {"when": "now"}, "when"),
        ("PUT", "smtp", {}, "smtp"),
        ("PUT", "smtp", [{"host": "Mail", "port": 1, "tls": "none"}], "smtp[0].host"),
        ("PUT", "smtp", [SERVER | {"basicAuth": "off"}], "smtp[0].basicAuth"),
        ("PUT", "smtp", [SERVER | {"mechanisms": ["CRAM-MD5"]}], "smtp[0].mechanisms"),
        ("PUT", "smtp", [SERVER | {"users": {"me": f"sha256:{'0' * 64}"}}], "smtp[0].users.me"),
        ("PUT", "smtp", [SERVER | {"oauth": {"provider": "google", "tenant": "x"}}], "smtp[0].oauth.tenant"),
        ("PUT", "smtp", [SERVER | {"oauth": {"provider": "microsoft365"}}], "smtp[0].oauth.tenant"),
        ("PUT", "smtp", [SERVER | {"oauth": {"provider": "yahoo"}}], "smtp[0].oauth.provider"),
        ("PUT", "smtp", [SERVER | {"oauth": {"users": {"me": {"scopes": "x"}}}}], "smtp[0].oauth.users.me.scopes"),
        ("POST", "send", {"programId": 7}, "programId"),
    ],
)
def test_a_wrong_order_is_refused_with_a_problem_document(method: str, path: str, body: Any, name: str, http: httpx.Client) -> None:
    answer = http.request(method, f"/_sim/{path}", content=None if body is None else json.dumps(body))

    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert name in [each["name"] for each in answer.json()["invalidParams"]]


def test_what_the_control_plane_does_not_know_is_refused(http: httpx.Client) -> None:
    assert http.get("/_sim/nowhere").status_code == 404
    assert http.get("/_sim").status_code == 404
    wrong = http.post("/_sim/state")
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "GET, PUT")
    assert http.put("/_sim/state", content=b"{").status_code == 400
