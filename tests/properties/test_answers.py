"""Whatever a server answers, each call of the client returns or raises an error of ours, soon, and without a secret."""

import json
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aem_mail.cloud_manager.client import CloudManager
from aem_mail.model import Connection, EnvironmentId, VariableChange, VariableKey
from tests.cloud_manager.clocks import SteppedClock
from tests.cloud_manager.scripted_server import Reply, ScriptedServer, raw, running_scripted_server
from tests.properties.hostile import CANARY, deep, json_bytes, spoiled, taken, texts, values
from tests.secrets import SecretWatch

E: Final = EnvironmentId("10001", "20001")
CALLS: Final[Mapping[str, Callable[[CloudManager], Any]]] = {
    "list programs": lambda api: api.programs.list(),
    "get program": lambda api: api.programs.get("10001"),
    "list regions": lambda api: api.regions.list("10001"),
    "list environments": lambda api: api.environments.list("10001"),
    "get environment": lambda api: api.environments.get(E),
    "list infrastructures": lambda api: api.network_infrastructures.list("10001"),
    "get infrastructure": lambda api: api.network_infrastructures.get("10001", "3"),
    "create infrastructure": lambda api: api.network_infrastructures.create("10001", {"connections": [{"sharedKey": CANARY}]}),
    "delete infrastructure": lambda api: api.network_infrastructures.delete("10001", "3"),
    "get networking": lambda api: api.advanced_networking.get(E),
    "put networking": lambda api: api.advanced_networking.put(E, non_proxy_hosts=[], port_forwards=[]),
    "list variables": lambda api: api.variables.list(E),
    "patch variables": lambda api: api.variables.patch(E, [VariableChange(VariableKey(None, "AB"), "secretString", CANARY)]),
}
LISTS: Final = ("programs", "regions", "environments", "networkInfrastructures", "networkingConfigurations", "variables")
GOOD: Final = json.dumps({"_embedded": {"variables": [{"name": "AB", "type": "string", "value": "x"}]}, "_totalNumberOfItems": 1}).encode()

ENTRY_FIELDS: Final = (
    *("id", "name", "type", "value", "service", "status", "kind", "region", "programId", "statusDetails", "capabilities"),
    *("connections", "dns", "addressSpace", "isPrimaryRegion", "environmentId", "advancedNetworkingEnabled", "portForwards"),
    "nonProxyHosts",
)

entries = st.dictionaries(st.sampled_from(ENTRY_FIELDS), values(), max_size=6)
links = values() | st.fixed_dictionaries(
    {"next": values() | st.fixed_dictionaries({"href": texts | st.sampled_from(("?page=2", "/api/x", "//h/"))})}
)
documents = st.dictionaries(st.sampled_from(("_links", "_embedded", "_totalNumberOfItems")), values(), max_size=3) | st.fixed_dictionaries(
    {"_embedded": st.dictionaries(st.sampled_from(LISTS), st.lists(entries, max_size=3) | values(), max_size=2)},
    optional={"_links": links, "_totalNumberOfItems": values() | st.integers(0, 3)},
)
problems = st.dictionaries(
    st.sampled_from(("title", "type", "status", "errors", "missingParams", "invalidParams", "detail", "error_description")),
    values(),
    max_size=5,
)
bodies = (
    spoiled(GOOD)
    | (documents | entries | problems | values()).map(json_bytes)
    | st.binary(max_size=80)
    | texts.map(lambda text: text.encode("utf-8", "surrogatepass"))
    | st.sampled_from(
        (b"[" * 200_000, b'{"a":' * 100_000, json_bytes(deep(400)), b"<html><title>x" * 3000, b"<script" * 9000, b"<!--" * 16000)
    )
)
statuses = st.sampled_from((200, 200, 200, 201, 204, 299, 301, 400, 401, 403, 404, 409, 418, 422, 429, 500, 503, 599, 999))
header_values = st.sampled_from(("-1", "1e9", "soon", "Thu, 99 Foo", "9" * 400, "", "application/xml", "é", "a" * 9000, CANARY))
headers = st.dictionaries(
    st.sampled_from(
        ("Retry-After", "Content-Type", "Location", "x-request-id", "Date", "Set-Cookie", "Content-Encoding", "Content-Length")
    ),
    header_values | st.sampled_from(("gzip", "deflate", "5", "999999")),
    max_size=3,
)


def reply(status: int, more: Mapping[str, str], body: bytes) -> Reply:
    """Return an answer, its length right unless a header says otherwise; the connection ends with it."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in {"Content-Length": str(len(body)), "Connection": "close", **more}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)
        handler.close_connection = True

    return answer


replies = (
    st.builds(reply, statuses, headers, bodies)
    | st.binary(max_size=60).map(raw)
    | bodies.map(lambda body: raw(b"HTTP/1.1 200 OK\r\n\r\n" + body))
)


@pytest.fixture(scope="module")
def server() -> Iterator[ScriptedServer]:
    with running_scripted_server() as running:
        yield running


def called(server: ScriptedServer, call: str) -> None:
    connection = Connection(server.url, server.url, "org@AdobeOrg", "client", CANARY, None, "environment variables")
    with CloudManager(connection, clock=SteppedClock()) as api:
        found = taken(lambda: CALLS[call](api))
    SecretWatch(CANARY).text("what the call returned", repr(found) if found is not None and not isinstance(found, Exception) else "")


@settings(max_examples=150)
@given(call=st.sampled_from(sorted(CALLS)), answers=st.lists(replies, min_size=1, max_size=3))
def test_any_answer_is_read_or_refused(call: str, answers: list[Reply], server: ScriptedServer) -> None:
    server.script_tokens()
    server.script(*answers)

    called(server, call)


@given(answers=st.lists(replies, min_size=1, max_size=2))
def test_any_answer_of_the_token_endpoint_is_read_or_refused(answers: list[Reply], server: ScriptedServer) -> None:
    server.script(reply(200, {}, GOOD))
    server.script_tokens(*answers)

    called(server, "list variables")


@pytest.mark.parametrize("href", ["?", "?page=1", "/api/program/10001/environment/20001/variables", ""])
def test_a_list_whose_pages_lead_in_circles_ends(href: str, server: ScriptedServer) -> None:
    server.script_tokens()
    server.script(reply(200, {}, json_bytes({"_embedded": {"variables": []}, "_links": {"next": {"href": href}}})))

    called(server, "list variables")


def test_a_list_without_end_ends(server: ScriptedServer) -> None:
    server.script_tokens()
    pages = [json_bytes({"_embedded": {"variables": []}, "_links": {"next": {"href": f"?page={number}"}}}) for number in range(600)]
    server.script(*(reply(200, {}, page) for page in pages))
    before = len(server.requests)

    called(server, "list variables")

    assert len(server.requests) - before < 600
