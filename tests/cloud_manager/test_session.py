"""Requests, tokens and repeats, seen from the server."""

import itertools
import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs

import httpx
import pytest

from aem_mail.cloud_manager import wire
from aem_mail.cloud_manager.client import CloudManager
from aem_mail.cloud_manager.pipelines import Pipeline
from aem_mail.cloud_manager.waiting import DONE, WaitVerdict, going_on, wait_for
from aem_mail.errors import (
    ApiError,
    Busy,
    CloudManagerError,
    InvalidInput,
    NoAnswer,
    NobodyListens,
    NotAuthenticated,
    NotPermitted,
    RateLimited,
    ServerError,
    UnreadableAnswer,
)
from aem_mail.model import Connection, Environment, EnvironmentId, VariableChange, VariableKey

from .clocks import SteppedClock
from .conftest import SECRET, connection_to
from .scripted_server import Reply, ScriptedServer, answer, raw, running_scripted_server

ENVIRONMENT = EnvironmentId("1", "2")
READY = {"id": "2", "status": "ready"}
CHANGE = VariableChange(VariableKey(None, "EMAIL_PASSWORD"), "secretString", "hunter2-hunter2")
NO_RULES: dict[str, list[str]] = {"nonProxyHosts": [], "portForwards": []}


def hang(handler: BaseHTTPRequestHandler) -> None:
    """Say nothing until the client has gone."""
    handler.rfile.read(1)


Write = Callable[[CloudManager], object]
WRITES: list[Write] = [
    lambda api: api.variables.patch(ENVIRONMENT, [CHANGE]),
    lambda api: api.advanced_networking.put(ENVIRONMENT, non_proxy_hosts=[], port_forwards=[]),
    lambda api: api.advanced_networking.delete(ENVIRONMENT),
    lambda api: api.network_infrastructures.create("1", {"kind": "flexiblePortEgress", "region": "va7"}),
    lambda api: api.network_infrastructures.update("1", "3", {"kind": "vpn"}),
    lambda api: api.network_infrastructures.delete("1", "3"),
]
every_write = pytest.mark.parametrize(
    "write", WRITES, ids=["patch", "put", "delete", "post", "put-infrastructure", "delete-infrastructure"]
)


def closed_port_url() -> str:
    with running_scripted_server() as gone:
        return gone.url


# -- what is sent


def test_a_request_carries_token_key_and_organization(api: CloudManager, server: ScriptedServer) -> None:
    server.script(answer(200, READY))

    api.environments.get(ENVIRONMENT)

    (request,) = server.requests
    assert (request.method, request.path) == ("GET", "/api/program/1/environment/2")
    expected = {
        "authorization": "Bearer token-1",
        "x-api-key": "client-id-1",
        "x-gw-ims-org-id": "1234@AdobeOrg",
        "accept": "application/json",
    }
    assert request.headers.items() >= expected.items()
    assert request.headers["user-agent"].startswith("aem-mail/")


def test_the_token_is_asked_for_as_oauth_server_to_server(api: CloudManager, server: ScriptedServer) -> None:
    server.script(answer(200, READY))

    api.environments.get(ENVIRONMENT)

    (request,) = server.token_requests
    assert (request.method, request.headers["content-type"]) == ("POST", "application/x-www-form-urlencoded")
    assert parse_qs(request.body.decode()) == {
        "client_id": ["client-id-1"],
        "client_secret": [SECRET],
        "grant_type": ["client_credentials"],
        "scope": ["openid,AdobeID,read_organizations,additional_info.projectedProductContext,read_pc.dma_aem_ams"],
    }
    assert "authorization" not in request.headers


def test_a_body_is_json_and_says_so(api: CloudManager, server: ScriptedServer) -> None:
    server.script(answer(200, READY))

    api.advanced_networking.put(ENVIRONMENT, non_proxy_hosts=[], port_forwards=[])

    assert server.requests[0].headers["content-type"] == "application/json"
    assert json.loads(server.requests[0].body) == NO_RULES


def test_ids_that_are_no_ids_are_never_sent(api: CloudManager, server: ScriptedServer) -> None:
    for bad in ("", "1/2", "..", "1?x", "a", "١"):
        with pytest.raises(InvalidInput):
            api.environments.get(EnvironmentId(bad, "2"))
        with pytest.raises(InvalidInput):
            api.environments.get(EnvironmentId("1", bad))
    for bad in ("", ".", "..", "9" * 5000):
        with pytest.raises(InvalidInput):
            api.network_infrastructures.get("1", bad)
        with pytest.raises(InvalidInput):
            api.pipelines.start(Pipeline(bad, "1", "Deploy", "IDLE"))
        with pytest.raises(InvalidInput) as caught:
            api.pipelines.execution(Pipeline("2", "1", "Deploy", "IDLE"), bad)
        assert len(str(caught.value)) < 200
    assert server.seen == []


def test_an_infrastructures_id_stays_one_part_of_the_path(api: CloudManager, server: ScriptedServer) -> None:
    server.script(answer(204))

    api.network_infrastructures.delete("1", "a/b?c")

    assert server.requests[0].path == "/api/program/1/networkInfrastructure/a%2Fb%3Fc"


# -- the token


def test_all_threads_share_one_token(api: CloudManager, server: ScriptedServer) -> None:
    server.script(answer(200, READY))

    with ThreadPoolExecutor(24) as pool:
        found = list(pool.map(lambda _: api.environments.get(ENVIRONMENT).status, range(48)))

    assert found == ["ready"] * 48
    assert len(server.token_requests) == 1


def test_who_signs_in_ahead_has_the_token_for_all_requests(api: CloudManager, server: ScriptedServer) -> None:
    server.script(answer(200, READY))

    api.prepare()
    assert (len(server.token_requests), server.requests) == (1, [])
    api.environments.get(ENVIRONMENT)

    assert len(server.token_requests) == 1


def test_a_sign_in_ahead_that_fails_is_told_by_the_request(api: CloudManager, server: ScriptedServer) -> None:
    server.script_tokens(answer(400, {"error": "invalid_client"}))

    api.prepare()

    with pytest.raises(NotAuthenticated, match="because signing in to Adobe failed"):
        api.environments.get(ENVIRONMENT)


def test_a_refused_token_is_renewed_once_and_the_request_repeated(api: CloudManager, server: ScriptedServer) -> None:
    server.script(answer(401), answer(200, READY))

    assert api.environments.get(ENVIRONMENT).status == "ready"
    assert [request.token for request in server.requests] == ["token-1", "token-2"]


@every_write
def test_a_write_whose_token_was_refused_is_repeated(write: Write, api: CloudManager, server: ScriptedServer) -> None:
    server.script(answer(401), answer(409))

    with pytest.raises(Busy):
        write(api)
    assert [request.token for request in server.requests] == ["token-1", "token-2"]


def test_a_second_refusal_is_final_and_names_source_and_fix(api: CloudManager, server: ScriptedServer) -> None:
    server.script(answer(401, {"title": "Oauth token is not valid"}, x_request_id="r-1"))

    with pytest.raises(NotAuthenticated) as caught:
        api.environments.get(ENVIRONMENT)

    assert len(server.requests) == 2
    assert str(caught.value) == (
        "Could not read the status of program 1, environment 2: Oauth token is not valid. The credentials came from environment variables. "
        "See in the Adobe Developer Console whether the credential still exists, and set its client id and a valid client secret as "
        "CLOUDMANAGER_CLIENT_ID and CLOUDMANAGER_CLIENT_SECRET; environment variables win over the stack's configuration, also over "
        "what was recorded of it. (HTTP 401, GET /api/program/1/environment/2, request id r-1)"
    )


def test_one_request_renews_the_token_once_at_most(api: CloudManager, server: ScriptedServer) -> None:
    server.script(answer(401), answer(503), answer(401))

    with pytest.raises(NotAuthenticated):
        api.environments.get(ENVIRONMENT)
    assert [request.token for request in server.requests] == ["token-1", "token-2", "token-2"]


def test_a_refused_ready_token_is_final_at_once(server: ScriptedServer, clock: SteppedClock) -> None:
    server.script(answer(401))
    ready = Connection(server.url, server.url, "1234@AdobeOrg", "key", None, "ready-token", "the stack's configuration")

    with (
        CloudManager(ready, clock=clock) as api,
        pytest.raises(NotAuthenticated, match=r"the stack's configuration.*CLOUDMANAGER_ACCESS_TOKEN"),
    ):
        api.environments.get(ENVIRONMENT)
    assert [request.token for request in server.seen] == ["ready-token"]


def test_the_token_is_renewed_in_the_middle_of_a_long_wait(api: CloudManager, server: ScriptedServer, clock: SteppedClock) -> None:
    server.token_life = 600
    ends = clock.now() + 3000
    server.script(answer(200, {"id": "2", "status": "updating"}))

    def verdict(environment: Environment) -> WaitVerdict:
        return DONE if clock.now() >= ends else going_on(environment.status)

    wait_for(lambda: api.environments.get(ENVIRONMENT), verdict, what="it", deadline=5000, clock=clock)

    used = list(dict.fromkeys(request.token for request in server.requests))
    assert used == [f"token-{number}" for number in range(1, 7)]


SIGN_IN_FAILURES: list[tuple[Reply, type[CloudManagerError], str]] = [
    (
        answer(400, {"error": "invalid_client", "error_description": "invalid client_secret"}),
        NotAuthenticated,
        "failed: invalid_client. What",
    ),
    (answer(401, {"error": "invalid_client"}), NotAuthenticated, "invalid_client"),
    (answer(403), NotAuthenticated, "Forbidden"),
    (answer(500), ServerError, "Internal Server Error"),
    (answer(429), RateLimited, "Too Many Requests"),
    (answer(200, "<html>"), UnreadableAnswer, "it is not JSON"),
    (answer(200, {"access_token": "x"}), UnreadableAnswer, "expires_in is missing"),
    (answer(302, location="https://login.example.com"), UnreadableAnswer, "redirect"),
    (raw(b""), NoAnswer, "gave no answer"),
]


@pytest.mark.parametrize(("reply", "kind", "text"), SIGN_IN_FAILURES)
def test_a_failed_sign_in_sends_no_write_and_names_it(
    reply: Reply, kind: type[CloudManagerError], text: str, api: CloudManager, server: ScriptedServer
) -> None:
    server.script_tokens(reply)

    with pytest.raises(kind, match=text) as caught:
        api.variables.patch(ENVIRONMENT, [CHANGE])

    assert "Could not change variable EMAIL_PASSWORD of program 1, environment 2, because signing in to Adobe failed" in str(caught.value)
    assert not caught.value.outcome_unknown
    assert server.requests == []


def test_signing_in_is_repeated_when_ims_fails_for_a_moment(api: CloudManager, server: ScriptedServer) -> None:
    server.script_tokens(answer(503), raw(b""), answer(200, {"access_token": "t", "expires_in": 100}))
    server.script(answer(200, READY))

    assert api.environments.get(ENVIRONMENT).status == "ready"


# -- reads are repeated, writes are not


@pytest.mark.parametrize(
    "reply",
    [
        answer(429, retry_after="1"),
        answer(408),
        answer(500),
        answer(502, "<html>Bad gateway"),
        answer(503),
        answer(504),
        raw(b""),
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"),
        raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"),
        raw(b'HTTP/1.1 200 OK\r\n\r\n{"id": "2", "sta'),
        raw(b"no HTTP at all\r\n\r\n"),
    ],
)
def test_a_read_outlives_what_passes(reply: Reply, api: CloudManager, server: ScriptedServer) -> None:
    server.script(reply, reply, answer(200, READY))

    assert api.environments.get(ENVIRONMENT).status == "ready"
    assert len(server.requests) == 3


def dripping(*parts: bytes) -> Reply:
    """Send the first part, and then the last ones again and again, each in good time, until the client has gone."""

    def reply(handler: BaseHTTPRequestHandler) -> None:
        first, *drops = parts
        with suppress(OSError):
            handler.wfile.write(first)
            for drop in itertools.islice(itertools.cycle(drops), 3000):
                handler.wfile.write(drop)
                time.sleep(0.01)

    return reply


@pytest.mark.parametrize(
    "reply",
    [
        dripping(b"HTTP/1.1 2", b"0"),
        dripping(b"HTTP/1.1 200 OK\r\n", b"x-h", b": y\r\n"),
        dripping(b"HTTP/1.1 200 OK\r\nx-long: ", b"y"),
        dripping(b"HTTP/1.1 200 OK\r\n\r\n{", b" "),
        dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
    ids=["status", "headers", "one header", "body", "interim answers"],
)
def test_an_answer_that_drips_ends_with_the_requests_deadline(
    reply: Reply, server: ScriptedServer, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "MAX_SECONDS", 0.3)
    server.script(reply)
    began = time.monotonic()

    with CloudManager(connection_to(server.url), clock=clock) as api, pytest.raises(NoAnswer, match="no answer in time"):
        api.advanced_networking.delete(ENVIRONMENT)

    assert time.monotonic() - began < 10


def test_a_read_that_times_out_is_repeated(api: CloudManager, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "TIMEOUT", httpx.Timeout(0.05))
    server.script(hang, answer(200, READY))

    assert api.environments.get(ENVIRONMENT).status == "ready"


@pytest.mark.parametrize("status", [400, 403, 404, 409, 418, 422])
def test_a_refused_read_is_not_repeated(status: int, api: CloudManager, server: ScriptedServer) -> None:
    server.script(answer(status))

    with pytest.raises(ApiError) as caught:
        api.environments.get(ENVIRONMENT)
    assert (caught.value.status, len(server.requests)) == (status, 1)


@every_write
@pytest.mark.parametrize(
    "reply",
    [
        answer(500),
        answer(503, retry_after="1"),
        answer(504),
        answer(408),
        answer(303, location="/elsewhere"),
        raw(b""),
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"),
        raw(b"no HTTP at all\r\n\r\n"),
    ],
)
def test_a_write_that_may_have_been_applied_is_sent_once_and_says_so(
    write: Write, reply: Reply, api: CloudManager, server: ScriptedServer, clock: SteppedClock
) -> None:
    server.script(reply)

    with pytest.raises(CloudManagerError) as caught:
        write(api)

    assert caught.value.outcome_unknown
    assert "Whether it was applied anyway is not known" in str(caught.value)
    assert (len(server.requests), clock.sleeps) == (1, [])


@every_write
@pytest.mark.parametrize("status", [400, 403, 404, 409, 422])
def test_a_refused_write_is_sent_once_and_was_not_applied(write: Write, status: int, api: CloudManager, server: ScriptedServer) -> None:
    server.script(answer(status))

    with pytest.raises(ApiError) as caught:
        write(api)

    assert (caught.value.status, caught.value.outcome_unknown, len(server.requests)) == (status, False, 1)


@every_write
def test_a_write_is_repeated_after_429(write: Write, api: CloudManager, server: ScriptedServer, clock: SteppedClock) -> None:
    server.script(answer(429, retry_after="5"), answer(403))

    with pytest.raises(NotPermitted):
        write(api)
    assert len(server.requests) == 2
    assert clock.sleeps[0] >= 5


@every_write
def test_a_write_that_never_left_is_repeated_and_was_not_applied(write: Write, clock: SteppedClock) -> None:
    ready = Connection(closed_port_url(), closed_port_url(), "1234@AdobeOrg", "key", None, "ready-token", "")

    with CloudManager(ready, clock=clock) as api, pytest.raises(NoAnswer, match="Connection refused") as caught:
        write(api)

    assert not caught.value.outcome_unknown
    assert len(clock.sleeps) == 1


def test_a_simulator_that_is_not_there_is_named_at_once_with_the_command_that_starts_it(clock: SteppedClock) -> None:
    url = closed_port_url()

    with CloudManager(connection_to(url), clock=clock) as api, pytest.raises(NobodyListens) as caught:
        api.environments.get(ENVIRONMENT)

    port = url.rpartition(":")[2]
    steps = f"start the simulator with `aem-mail simulate --env` in the project, or with `aem-mail simulate --port {port}`"
    assert f"{steps}, or set CLOUDMANAGER_BASE_URL" in str(caught.value)
    assert sum(clock.sleeps) < 1


@pytest.mark.parametrize("write", WRITES[1:5])
def test_a_write_with_an_unreadable_answer_has_an_unknown_outcome(write: Write, api: CloudManager, server: ScriptedServer) -> None:
    for reply in (answer(200, "<html>"), answer(200, []), answer(204), answer(200, {"id": 7})):
        server.script(reply)
        with pytest.raises(UnreadableAnswer) as caught:
            write(api)
        assert caught.value.outcome_unknown


# -- answers that go wrong


def test_a_redirect_is_not_followed(api: CloudManager, server: ScriptedServer) -> None:
    with running_scripted_server() as elsewhere:
        server.script(answer(302, location=f"{elsewhere.url}/api/x"))
        with pytest.raises(UnreadableAnswer, match=f"a redirect to {elsewhere.url}/api/x, which is not followed"):
            api.environments.get(ENVIRONMENT)
        assert elsewhere.seen == []


def test_an_answer_of_any_size_is_read_up_to_a_bound(api: CloudManager, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "MAX_BODY", 1000)
    server.script(answer(200, {"id": "2", "status": "x" * 1000}))

    with pytest.raises(UnreadableAnswer, match="longer than any that the API gives"):
        api.environments.get(ENVIRONMENT)


def test_cookies_are_not_kept(api: CloudManager, server: ScriptedServer) -> None:
    server.script(answer(200, READY, set_cookie="session=1; Path=/"))

    api.environments.get(ENVIRONMENT)
    api.environments.get(ENVIRONMENT)

    assert "cookie" not in server.requests[-1].headers


def test_a_huge_problem_document_is_quoted_in_part(api: CloudManager, server: ScriptedServer) -> None:
    server.script(answer(400, {"title": "no", "errors": [{"message": "x" * 5000}] * 1000}))

    with pytest.raises(ApiError) as caught:
        api.environments.get(ENVIRONMENT)
    assert len(str(caught.value)) < 10_000


@pytest.mark.parametrize(
    "document",
    [
        [],
        "text",
        7,
        None,
        {},
        {"id": "2"},
        {"id": 2, "status": "ready"},
        {"id": "2", "status": None},
        {"id": "2", "status": ["ready"]},
        {**READY, "region": 1},
    ],
)
def test_wrong_types_are_an_unreadable_answer(document: object, api: CloudManager, server: ScriptedServer) -> None:
    server.script(answer(200, document))

    with pytest.raises(UnreadableAnswer, match="the answer cannot be read"):
        api.environments.get(ENVIRONMENT)


@pytest.mark.parametrize("number", [10**30, -(10**4000), 1e308])
def test_absurd_numbers_are_refused_and_not_written_out(number: float, api: CloudManager, server: ScriptedServer) -> None:
    server.script(answer(200, {"_embedded": {"regions": []}, "_totalNumberOfItems": number}))
    with pytest.raises(UnreadableAnswer, match="_totalNumberOfItems is a number of more than 64 bits") as caught:
        api.regions.list("1")
    assert len(str(caught.value)) < 400

    server.script_tokens(answer(200, {"access_token": "t", "expires_in": number}))
    with CloudManager(connection_to(server.url)) as another, pytest.raises(UnreadableAnswer, match="expires_in is a number of more than"):
        another.regions.list("1")


def test_unknown_fields_break_nobody(api: CloudManager, server: ScriptedServer) -> None:
    server.script(answer(200, {**READY, "_links": {"x": 1}, "new": {"deep": [None]}, "id2": 3}))

    assert api.environments.get(ENVIRONMENT) == Environment("2", "1", "", "", "ready")


# -- lists


def page(*names: str, following: str | None = None, total: int | None = None) -> Reply:
    links = {} if following is None else {"next": {"href": following}}
    return answer(200, {"_embedded": {"regions": [{"name": name} for name in names]}, "_links": links, "_totalNumberOfItems": total})


def test_all_pages_of_a_list_are_read(api: CloudManager, server: ScriptedServer) -> None:
    server.script(
        page("a", "b", following="/api/program/1/regions?start=2", total=5),
        page("c", "d", following=f"{server.url}/api/program/1/regions?start=4", total=5),
        page("e", total=5),
    )

    assert api.regions.list("1") == ["a", "b", "c", "d", "e"]
    assert [request.path for request in server.requests][1:] == ["/api/program/1/regions?start=2", "/api/program/1/regions?start=4"]


def test_one_page_that_fails_for_a_moment_is_read_again(api: CloudManager, server: ScriptedServer) -> None:
    server.script(page("a", following="?start=1"), answer(500), page("b"))

    assert api.regions.list("1") == ["a", "b"]


def test_a_next_page_elsewhere_gets_no_token(api: CloudManager, server: ScriptedServer) -> None:
    with running_scripted_server() as elsewhere:
        server.script(page("a", following=f"{elsewhere.url}/api/program/1/regions?start=1"))
        with pytest.raises(UnreadableAnswer, match="leads to another server"):
            api.regions.list("1")
        assert elsewhere.seen == []


def test_pages_that_lead_back_are_an_error(api: CloudManager, server: ScriptedServer) -> None:
    server.script(page("a", following="?start=1"), page("b", following="/api/program/1/regions"))

    with pytest.raises(UnreadableAnswer, match="no end"):
        api.regions.list("1")
    assert len(server.requests) == 2


def test_pages_without_end_are_an_error(api: CloudManager, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aem_mail.cloud_manager.hal.MAX_PAGES", 5)
    server.script(*(page("a", following=f"?start={number}") for number in range(9)))

    with pytest.raises(UnreadableAnswer, match="no end"):
        api.regions.list("1")
    assert len(server.requests) == 5


def test_a_list_that_lost_entries_proves_nothing(api: CloudManager, server: ScriptedServer) -> None:
    server.script(page("a", total=2))

    with pytest.raises(UnreadableAnswer, match="gave 1 entries, but says that it has 2"):
        api.regions.list("1")


# -- the client itself


def test_nothing_is_sent_before_the_first_request_and_a_closed_client_opens_again(server: ScriptedServer) -> None:
    server.script(answer(200, READY))
    client = CloudManager(connection_to(server.url + "/"))
    assert server.seen == []

    client.environments.get(ENVIRONMENT)
    client.close()
    client.close()
    assert client.environments.get(ENVIRONMENT).status == "ready"
    client.close()


def test_a_transport_of_the_caller_is_used() -> None:
    def respond(request: httpx.Request) -> httpx.Response:
        grant = {"access_token": "t", "expires_in": 5}
        return httpx.Response(200, json=grant if request.url.path == "/ims/token/v3" else READY)

    with CloudManager(connection_to("https://cloudmanager.adobe.io"), transport=httpx.MockTransport(respond)) as api:
        assert api.environments.get(ENVIRONMENT).status == "ready"
