"""A server that repeats what it was sent, in any form and at any place, makes none of it known to who reads errors and logs."""

import json
import logging
import traceback
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import pytest

from aem_mail.cloud_manager.client import CloudManager
from aem_mail.cloud_manager.redaction import Mask
from aem_mail.errors import ApiError, CloudManagerError
from aem_mail.model import Connection, EnvironmentId, VariableChange, VariableKey

from .clocks import SteppedClock
from .conftest import SECRET
from .scripted_server import Reply, ScriptedServer, answer, raw, running_scripted_server
from .spellings import PART, SPELLINGS, shown_of

VALUE: Final = "Zq7/x+K9<w>&'m\"v\\2 ümläut$%Rt5"
ENVIRONMENT: Final = EnvironmentId("1", "2")
VPN: Final = {"kind": "vpn", "connections": [{"name": "office", "sharedKey": VALUE}]}
Attempt = Callable[[CloudManager], object]


def variable(type_: str) -> VariableChange:
    return VariableChange(VariableKey(None, "EMAIL_PASSWORD"), type_, VALUE)


ATTEMPTS: Final[Mapping[str, Attempt]] = {
    "a secret": lambda api: api.variables.patch(ENVIRONMENT, [variable("secretString")]),
    "a variable": lambda api: api.variables.patch(ENVIRONMENT, [variable("string")]),
    "a new VPN": lambda api: api.network_infrastructures.create("1", VPN),
    "a VPN": lambda api: api.network_infrastructures.update("1", "3", VPN),
    "a sign-in": lambda api: api.environments.get(ENVIRONMENT),
}


def document(told: str, status: int) -> bytes:
    named = {"name": told, "field": told, "type": told, "reason": told, "message": told, "code": told, "invalidValue": told}
    lists: dict[str, Any] = {"errors": [named, told, {told: told}], "missingParams": [named], "invalidParams": [named, {"name": "value"}]}
    texts = dict.fromkeys(("type", "title", "detail", "message", "error", "error_description", "error_code", "reason"), told)
    return json.dumps({**texts, "status": status, told: told, **lists}).encode()


def keyed(told: str, status: int) -> bytes:
    return json.dumps({"title": f"value {told}", "errors": {told: told, f"[0].{told}": {"message": told}}, "status": status}).encode()


def page(told: str, _: int) -> bytes:
    return f"<html><head><title>Error: {told}</title></head><body><p>value {told}</p></body></html>".encode()


def cut(told: str, status: int) -> bytes:
    return document(told, status)[:-3]


BODIES: Final = (document, keyed, page, cut)
STATUSES: Final = (400, 401, 403, 409, 422, 500, 302, 201)


def echo(status: int, told: str, body: bytes) -> Reply:
    """What was told, in the reason of the status and every header, the body after them."""
    line = " ".join(told.split()).encode()
    names = (b"x-request-id", b"x-debug-id", b"location", b"retry-after", b"www-authenticate", b"set-cookie", b"x-echo")
    headers = b"".join(name + b": " + line + b"\r\n" for name in names)
    return raw(b"HTTP/1.1 %d %b\r\n%bcontent-length: %d\r\n\r\n%b" % (status, line, headers, len(body), body))


def broken(told: str) -> Reply:
    """An answer that is not HTTP, which the library's errors quote."""
    return raw(b"HTTP/1.1 200 OK\r\n" + " ".join(told.split()).encode() + b"\r\n\r\n")


def everything_of(error: BaseException | None) -> Iterator[str]:
    """Return all that a log or a debugger could show of an error and of those behind it."""
    while error is not None:
        yield "".join(traceback.format_exception(error))
        yield f"{error!r} {vars(error)!r}"
        error = error.__cause__ or error.__context__


def refused(attempt: Attempt, server: ScriptedServer, reply: Reply) -> str:
    """Return all that is shown of a call that is answered like this."""
    server.script(reply)
    server.script_tokens(*([reply] if attempt is ATTEMPTS["a sign-in"] else []))
    connection = Connection(server.url, server.url, "1234@AdobeOrg", "client-id-1", VALUE, None, "environment variables")
    try:
        with CloudManager(connection, clock=SteppedClock()) as api:
            return repr(attempt(api))
    except CloudManagerError as error:
        return "\n".join(everything_of(error))


@pytest.fixture(scope="module")
def echoing() -> Iterator[ScriptedServer]:
    with running_scripted_server() as running:
        yield running


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Callable[[], str]:
    for name in ("httpx", "httpcore", "httpcore.http11", "httpcore.connection", "aem_mail"):
        caplog.set_level(logging.DEBUG, name)
    return lambda: "\n".join(f"{record.getMessage()} {record.args}" for record in caplog.records if record.name != "asyncio")


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_an_echo_of_a_secret_is_shown_nowhere(attempt: str, spelling: str, echoing: ScriptedServer, logged: Callable[[], str]) -> None:
    told = SPELLINGS[spelling](VALUE)
    at = list(SPELLINGS).index(spelling) + 2 * list(ATTEMPTS).index(attempt)
    replies = [echo(STATUSES[each % len(STATUSES)], told, BODIES[each % len(BODIES)](told, 400)) for each in (at, at + 3)]

    shown = [refused(ATTEMPTS[attempt], echoing, reply) for reply in (*replies, broken(told))]

    assert shown_of(VALUE, "\n".join(shown)) == []
    assert shown_of(VALUE, logged()) == []


def test_an_echo_is_found_where_it_is_shown() -> None:
    """Were it not, the test above would prove nothing."""
    for name, spell in SPELLINGS.items():
        assert name in shown_of(VALUE, f"what was sent ({spell(VALUE)}) is no good"), name


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_credential_is_masked_in_every_form_where_an_answer_is_quoted(spelling: str) -> None:
    told = SPELLINGS[spelling](SECRET)

    assert shown_of(SECRET, Mask([SECRET])(f"before {told} after")) == []


@pytest.mark.parametrize(
    ("request_id", "shown"),
    [
        ("QeFkS5jDo1Y9hGg0GZ4bSY4sbnaTwEaM", True),
        ("f81d4fae-7dec-11d0-a765-00a0c91e6bf6", True),
        (f"r-{SECRET[:PART]}", False),
        (SECRET.encode().hex(), False),
        (SECRET.encode().hex(":"), False),
        ("has spaces", False),
        ("x" * 65, False),
        ("<b>", False),
    ],
)
def test_a_request_id_is_shown_where_it_is_one(request_id: str, shown: bool, api: CloudManager, server: ScriptedServer) -> None:
    server.script(answer(404, x_request_id=request_id))

    with pytest.raises(ApiError) as caught:
        api.environments.get(ENVIRONMENT)

    assert caught.value.request_id == (request_id if shown else None)
    assert str(caught.value).endswith(f"request id {request_id if shown else 'not shown'})")
