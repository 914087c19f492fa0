"""No secret reaches an error, a log record or a repr, whatever the server echoes."""

import json
import logging
import traceback
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler

import httpx
import pytest

from aem_mail.cloud_manager.client import CloudManager
from aem_mail.cloud_manager.logs import redacted
from aem_mail.errors import CloudManagerError
from aem_mail.model import Connection, EnvironmentId, VariableChange, VariableKey
from tests import loopback

from .clocks import SteppedClock
from .conftest import SECRET, connection_to
from .scripted_server import Reply, ScriptedServer, answer, raw

VALUE = 'pass"word\\with <odd> {signs} und ümlaut'
SHARED_KEY = "pre-shared-key-of-the-vpn"
SECRETS = (SECRET, "token-1", "token-2", VALUE, SHARED_KEY)
ENVIRONMENT = EnvironmentId("1", "2")

VPN = {"connections": [{"name": "x", "sharedKey": SHARED_KEY}]}
ATTEMPTS: list[tuple[Callable[[CloudManager], object], str]] = [
    (lambda api: api.environments.get(ENVIRONMENT), SECRET),
    (lambda api: api.variables.patch(ENVIRONMENT, [VariableChange(VariableKey(None, "NAME"), "secretString", VALUE)]), VALUE),
    (lambda api: api.variables.patch(ENVIRONMENT, [VariableChange(VariableKey("author", "NAME"), "string", VALUE)]), VALUE),
    (lambda api: api.network_infrastructures.create("1", VPN), SHARED_KEY),
    (lambda api: api.network_infrastructures.update("1", "3", VPN), SHARED_KEY),
]


def echo(status: int, sent: str) -> Reply:
    """The token, the client secret and what else was sent, in every part of the answer."""

    def reply(handler: BaseHTTPRequestHandler) -> None:
        token = handler.headers["Authorization"].removeprefix("Bearer ")
        told = f"{token} {SECRET} {sent} {json.dumps(sent)}"
        document = {
            "title": told,
            "type": told,
            "errors": [{"field": sent, "message": told, "invalidValue": sent}, told],
            "missingParams": [{"name": token, "type": SECRET}],
            "invalidParams": [{"name": sent, "reason": f"{json.dumps(sent)} is no good"}],
        }
        answer(status, document, x_request_id=token, location=f"https://x/?{SECRET}", set_cookie=f"{token} {SECRET}")(handler)

    return reply


def leaked(text: str) -> list[str]:
    forms = [*SECRETS, *(json.dumps(secret)[1:-1] for secret in SECRETS)]
    return [form for form in forms if form in text]


@pytest.fixture
def everything_logged(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.DEBUG):
        for name in ("httpx", "httpcore", "httpcore.http11", "httpcore.connection"):
            caplog.set_level(logging.DEBUG, name)
        yield caplog


@pytest.mark.parametrize(("attempt", "sent"), ATTEMPTS, ids=["get", "secret", "variable", "create-vpn", "update-vpn"])
@pytest.mark.parametrize("status", [200, 302, 400, 401, 403, 404, 409, 422, 429, 500, 503])
def test_an_echoing_server_makes_nothing_known(
    attempt: Callable[[CloudManager], object], sent: str, status: int, server: ScriptedServer, everything_logged: pytest.LogCaptureFixture
) -> None:
    server.script(echo(status, sent))

    try:
        with CloudManager(connection_to(server.url), clock=SteppedClock()) as api:
            shown = repr(attempt(api))
    except CloudManagerError as error:
        shown = "".join(traceback.format_exception(error)) + repr(error) + repr(vars(error))

    assert leaked(shown) == []
    records = [record for record in everything_logged.records if record.name.startswith(("httpx", "httpcore", "aem_mail"))]
    assert any("receive_response_headers.complete" in record.getMessage() for record in records)
    assert leaked("\n".join(f"{record.getMessage()} {record.args}" for record in records)) == []


def test_the_text_of_a_protocol_error_is_not_quoted(
    api: CloudManager, server: ScriptedServer, everything_logged: pytest.LogCaptureFixture
) -> None:
    server.script(raw(f"HTTP/1.1 200 OK\r\nX-Echo: {SECRET}\r\nBad Header {SECRET}\r\n\r\n".encode()))

    with pytest.raises(CloudManagerError) as caught:
        api.environments.get(ENVIRONMENT)

    assert leaked(str(caught.value)) == []
    assert leaked("\n".join(record.getMessage() for record in everything_logged.records)) == []


def test_a_library_that_is_yet_to_come_is_kept_from_logging_what_it_hears(everything_logged: pytest.LogCaptureFixture) -> None:
    """By a logger whose name nobody knows."""

    class Talkative(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            logging.getLogger("another.library").warning("receive return_value=(b'HTTP/1.1', 200, b'OK', [(b'x', b'%s')])", "its own words")
            logging.getLogger("another.library").warning("sent with %s", SECRET)
            return httpx.Response(401)

    with (
        CloudManager(connection_to("http://127.0.0.1:9"), clock=SteppedClock(), transport=Talkative()) as api,
        pytest.raises(CloudManagerError),
    ):
        api.environments.get(ENVIRONMENT)

    said = [record.getMessage() for record in everything_logged.records if record.name == "another.library"]
    assert set(said) == {"receive status=200", "sent with ***"}


def test_a_record_that_cannot_be_formatted_ends_no_request(everything_logged: pytest.LogCaptureFixture) -> None:
    def logs_badly(_: httpx.Request) -> httpx.Response:
        logging.getLogger("another.library").warning("a %d", SECRET)
        return httpx.Response(401)

    transport = httpx.MockTransport(logs_badly)
    with (
        CloudManager(connection_to("http://127.0.0.1:9"), clock=SteppedClock(), transport=transport) as api,
        pytest.raises(CloudManagerError, match="401"),
    ):
        api.environments.get(ENVIRONMENT)

    said = [record.getMessage() for record in everything_logged.records if record.name == "another.library"]
    assert set(said) == {"(a record that cannot be formatted)"}


def test_a_request_within_another_leaves_the_rest_of_that_one_redacted(everything_logged: pytest.LogCaptureFixture) -> None:
    with redacted():
        with redacted():
            pass
        logging.getLogger("another.library").warning("x return_value=%s", "a value")

    assert everything_logged.records[-1].getMessage() == "x"


def test_what_is_logged_outside_of_a_request_stays_as_it_is(api: CloudManager, everything_logged: pytest.LogCaptureFixture) -> None:
    with pytest.raises(CloudManagerError):
        api.environments.get(ENVIRONMENT)

    logging.getLogger("another.library").warning("x return_value=%s", "a value")

    assert everything_logged.records[-1].getMessage() == "x return_value=a value"


def test_the_library_would_log_what_it_hears(server: ScriptedServer, everything_logged: pytest.LogCaptureFixture) -> None:
    """Were httpcore to stop logging the headers of answers, the tests above would prove nothing."""
    server.script(answer(200, {}, x_echo="unguarded-text"))
    loopback.get(f"{server.url}/api/x")

    assert any("unguarded-text" in record.getMessage() for record in everything_logged.records)


def test_a_ready_token_is_guarded_too(server: ScriptedServer, clock: SteppedClock, everything_logged: pytest.LogCaptureFixture) -> None:
    server.script(echo(401, "nothing"))
    with CloudManager(Connection(server.url, server.url, "org", "key", None, "token-2", ""), clock=clock) as api:
        with pytest.raises(CloudManagerError) as caught:
            api.environments.get(ENVIRONMENT)
        assert "token-2" not in repr(api) + repr(vars(caught.value)) + str(caught.value)
    assert "token-2" not in "\n".join(record.getMessage() for record in everything_logged.records)
