"""What is seen of a mail server; every server and every certificate here is a real one, on loopback."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from aem_mail.preflight import Login, PreflightOptions, Seen, Step, StepVerdict, Target, preflight
from aem_mail.preflight.target import exit_code
from tests.preflight.certificates import DAY, GOOD, HOST, NOW, REFUSED, WITH_INTERMEDIATE, Kind, ca_file, soon
from tests.preflight.dns_server import closed_port, name_server
from tests.preflight.servers import (
    PASSWORD,
    USER,
    Script,
    black_hole,
    cut_off,
    endless,
    going_on_in_the_clear,
    hanging_up,
    mail_server,
    many_lines,
    saying,
    scripted_server,
)
from tests.secrets import SecretWatch

ZONE = {HOST: {"A": ["127.0.0.1"]}}
PATIENCE = 1.5
"""Seconds for a step where one is to time out: the others have to be over by then, also on a busy machine."""


@pytest.fixture(scope="module")
def resolver() -> Iterator[tuple[str, int]]:
    with name_server(ZONE) as server:
        yield "127.0.0.1", server.port


@pytest.fixture
def options(resolver: tuple[str, int], tmp_path: Path) -> PreflightOptions:
    return PreflightOptions(resolver=resolver, ca_file=ca_file(tmp_path))


def look(port: int, options: PreflightOptions, **changes: Any) -> Seen:
    """Look at the server on that port; by default with the TLS that ports 587 and 465 want, which a free port cannot say."""
    return asyncio.run(preflight(Target(HOST, port, **{"tls": "starttls", **changes}), options))


def step(seen: Seen, asked: str) -> Step:
    return next(step for step in seen.steps if step.asked.startswith(asked))


def verdicts(seen: Seen) -> dict[str, StepVerdict]:
    return {step.asked.split(" ")[0]: step.verdict for step in seen.steps}


@contextmanager
def listening_on_ipv6_alone() -> Iterator[int]:
    with socket.socket(socket.AF_INET6) as listener:
        try:
            listener.bind(("::1", 0))
        except OSError:
            pytest.skip("this machine has no IPv6")
        listener.listen()
        yield listener.getsockname()[1]


@contextmanager
def serving(kind: Kind, *, implicit: bool) -> Iterator[int]:
    with mail_server(kind.context(), implicit=implicit) as port:
        yield port


@pytest.mark.parametrize("implicit", [False, True])
@pytest.mark.parametrize("kind", [GOOD, WITH_INTERMEDIATE])
def test_a_server_that_aem_can_use_is_clean(kind: Kind, implicit: bool, options: PreflightOptions) -> None:
    with serving(kind, implicit=implicit) as port:
        seen = look(port, options, tls="implicit" if implicit else "starttls")

    assert set(verdicts(seen).values()) == {StepVerdict.OK}
    assert exit_code([seen]) == 0
    assert step(seen, "addresses").answer == "127.0.0.1"
    assert f"for {HOST}; valid from" in step(seen, "TLS").answer
    assert "WKND authority" in step(seen, "TLS").answer
    assert "LOGIN" in step(seen, "AUTH").answer
    assert [one.asked for one in seen.steps].count("STARTTLS") == (not implicit)


@pytest.mark.parametrize("implicit", [False, True])
@pytest.mark.parametrize("kind", REFUSED.values(), ids=REFUSED)
def test_a_certificate_that_is_refused_is_explained_and_the_rest_is_looked_at(
    kind: Kind, implicit: bool, options: PreflightOptions
) -> None:
    login = Login(USER, PASSWORD)

    with serving(kind, implicit=implicit) as port:
        seen = look(port, replace(options, login=login), tls="implicit" if implicit else "starttls")

    refused = step(seen, "TLS")
    assert refused.verdict is (StepVerdict.WARNING if kind.host != HOST else StepVerdict.FAILED)
    assert kind.refused in refused.answer
    assert f"for {kind.host}; valid from" in refused.answer
    assert refused.fix
    assert step(seen, "AUTH").verdict is StepVerdict.OK
    assert step(seen, "login").verdict is StepVerdict.NOT_TRIED
    assert exit_code([seen]) == (0 if kind.host != HOST else 2)


def test_the_dates_of_a_certificate_for_another_name_count(options: PreflightOptions) -> None:
    ended = Kind(host="other.wknd.site", not_before=NOW - 9 * DAY, not_after=NOW - 2 * DAY)

    with serving(ended, implicit=True) as port:
        seen = look(port, options, tls="implicit")

    assert exit_code([seen]) == 2


def test_a_certificate_of_the_chain_that_cannot_be_read_is_left_out(options: PreflightOptions) -> None:
    with serving(Kind(with_unreadable=True), implicit=True) as port:
        seen = look(port, options, tls="implicit")

    assert f"for {HOST}; valid from" in step(seen, "TLS").answer
    assert exit_code([seen]) == 0


@pytest.mark.parametrize(("days", "verdict"), [(29, StepVerdict.WARNING), (30, StepVerdict.OK)])
def test_a_certificate_that_ends_soon_is_a_warning(days: int, verdict: StepVerdict, options: PreflightOptions) -> None:
    with serving(soon(days), implicit=True) as port:
        seen = look(port, options, tls="implicit")

    assert step(seen, "certificate dates").verdict is verdict
    assert f"{days} days left" in step(seen, "certificate dates").answer
    assert exit_code([seen]) == 0


def test_the_machines_own_trust_counts_where_no_file_is_named(options: PreflightOptions) -> None:
    with serving(GOOD, implicit=True) as port:
        seen = look(port, replace(options, ca_file=None), tls="implicit")

    assert step(seen, "TLS").verdict is StepVerdict.FAILED


@pytest.mark.parametrize(("password", "verdict"), [(PASSWORD, StepVerdict.OK), ("wrong horse battery", StepVerdict.FAILED)])
def test_a_login_is_tried_once_over_verified_tls(password: str, verdict: StepVerdict, options: PreflightOptions) -> None:
    with serving(GOOD, implicit=False) as port:
        seen = look(port, replace(options, login=Login(USER, password)))

    assert step(seen, "login (LOGIN)").verdict is verdict
    assert "M08" in step(seen, "login").checks
    assert step(seen, "login").answer.startswith("235" if verdict is StepVerdict.OK else "535")
    SecretWatch(password).text("steps", repr(seen))


def test_the_password_is_never_sent_in_the_clear(options: PreflightOptions) -> None:
    heard: list[bytes] = []

    async def listening(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 hello\r\n")
        while line := await reader.readline():
            heard.append(line)
            writer.write(b"250-mail.wknd.site\r\n250 AUTH PLAIN LOGIN\r\n")

    with scripted_server(listening) as port:
        seen = look(port, replace(options, login=Login(USER, PASSWORD)), tls=None)

    assert [line.split()[0] for line in heard] == [b"EHLO"]
    assert step(seen, "login").verdict is StepVerdict.NOT_TRIED
    assert step(seen, "STARTTLS").verdict is StepVerdict.WARNING


def test_a_server_that_repeats_the_password_does_not_get_it_printed(options: PreflightOptions) -> None:
    async def repeating(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 hello\r\n")
        await reader.readline()
        writer.write(b"250-mail.wknd.site\r\n250 AUTH PLAIN\r\n")
        sent = await reader.readline()
        writer.write(b"535 5.7.8 " + sent.strip() + b" or " + PASSWORD.encode() + b" is wrong\r\n")
        await reader.read()

    with scripted_server(repeating, GOOD.context()) as port:
        seen = look(port, replace(options, login=Login(USER, PASSWORD)), tls="implicit")

    assert step(seen, "login (PLAIN)").answer == "535 5.7.8 AUTH PLAIN *** or *** is wrong"
    SecretWatch(PASSWORD, f"\0{USER}\0{PASSWORD}").text("steps", repr(seen))


@pytest.mark.parametrize(
    "answer",
    [
        lambda sent: b"no SMTP: " + sent + b"\r\n",
        lambda sent: b"535 cut off: " + sent,
        lambda sent: b"".join(b"535-" + sent[at : at + 7] + b"\r\n" for at in range(0, len(sent), 7)) + b"535 is wrong\r\n",
    ],
)
def test_a_server_that_repeats_the_password_outside_of_a_reply_or_over_its_lines_does_not_get_it_printed(
    answer: Callable[[bytes], bytes], options: PreflightOptions
) -> None:
    async def repeating(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 hello\r\n")
        await reader.readline()
        writer.write(b"250-mail.wknd.site\r\n250 AUTH PLAIN\r\n")
        await reader.readline()
        writer.write(answer(PASSWORD.encode()))

    with scripted_server(repeating, GOOD.context()) as port:
        seen = look(port, replace(options, login=Login(USER, PASSWORD)), tls="implicit")

    SecretWatch(PASSWORD).text("answers", " ".join(seen.steps[-1].answer.split()))
    assert seen.steps[-1].verdict is StepVerdict.FAILED


def test_a_server_without_starttls_fails_where_aem_requires_it(options: PreflightOptions) -> None:
    with mail_server(None) as port:
        required, if_offered = look(port, options), look(port, options, tls=None)

    assert (step(required, "STARTTLS").verdict, step(required, "STARTTLS").checks) == (StepVerdict.FAILED, ("M05", "M07"))
    assert step(if_offered, "STARTTLS").verdict is StepVerdict.WARNING


def test_tls_on_a_port_that_begins_without_is_told_from_a_bad_certificate(options: PreflightOptions) -> None:
    with mail_server(None) as port:
        seen = look(port, options, tls="implicit")

    assert step(seen, "TLS").answer.startswith("no TLS: ")
    assert step(seen, "TLS").checks == ("M05",)


def test_a_closed_port_is_refused(options: PreflightOptions) -> None:
    seen = look(closed_port(), options)

    assert (step(seen, "TCP").answer, exit_code([seen])) == ("refused", 2)


@pytest.mark.parametrize(("kind", "verdict", "code"), [("vpn", StepVerdict.WARNING, 0), ("flexiblePortEgress", StepVerdict.FAILED, 2)])
def test_a_private_server_behind_a_vpn_is_out_of_sight(kind: str, verdict: StepVerdict, code: int, options: PreflightOptions) -> None:
    seen = asyncio.run(preflight(Target("127.0.0.1", closed_port(), kind=kind), options))

    assert (step(seen, "TCP").verdict, exit_code([seen])) == (verdict, code)


def test_a_port_that_swallows_everything_ends_in_a_time_out(options: PreflightOptions) -> None:
    with black_hole() as port:
        seen = look(port, replace(options, step_seconds=PATIENCE))

    assert (step(seen, "TCP").answer, exit_code([seen])) == (f"no answer within {PATIENCE} s", 40)


@pytest.mark.parametrize(
    ("script", "asked", "answer", "code"),
    [
        (saying(b""), "greeting", f"no answer within {PATIENCE} s", 40),
        (hanging_up(), "greeting", "closed the connection", 2),
        (saying(b"421 4.7.0 Too many connections\r\n"), "greeting", "421 4.7.0 Too many connections", 2),
        (saying(b"554 go away\r\n"), "greeting", "554 go away", 2),
        (saying(b"HTTP/1.1 400 Bad Request\r\n"), "greeting", "answered something other than SMTP: HTTP/1.1 400 Bad Request", 2),
        (saying(b"\x15\x03\x01\x00\x02\x02\x50\n"), "greeting", "answered something other than SMTP: P", 2),
        (endless, "greeting", "answered with a line of more than 4096 bytes", 2),
        (many_lines, "greeting", "answered with more than 100 lines", 2),
        (hanging_up(b"220 hello\r\n"), "EHLO", "closed the connection", 2),
        (saying(b"220 hello\r\n"), "EHLO", f"no answer within {PATIENCE} s", 40),
        (saying(b"220 hello\r\n", b"502 what?\r\n"), "EHLO", "502 what?", 2),
        (cut_off, "EHLO", "closed the connection", 2),
        (saying(b"220 hello\r\n", b"250-hello\r\n250 STARTTLS\r\n", b"454 4.7.0 not now\r\n"), "STARTTLS", "454 4.7.0 not now", 2),
        (hanging_up(b"220 hello\r\n", b"250-hello\r\n250 STARTTLS\r\n", b"220 go\r\n"), "TLS", "closed the connection", 2),
        (going_on_in_the_clear, "TLS", "no TLS: wrong version number", 2),
    ],
)
def test_a_server_that_misbehaves_is_one_step_that_says_how(
    script: Script, asked: str, answer: str, code: int, options: PreflightOptions
) -> None:
    with scripted_server(script) as port:
        seen = look(port, replace(options, step_seconds=PATIENCE if code == 40 else 10))

    last = seen.steps[-1]
    assert (last.asked, last.answer, exit_code([seen])) == (asked, answer, code)
    assert last.bad
    assert last.effect
    assert last.fix


def test_what_the_checks_know_of_a_refusal_is_said(options: PreflightOptions) -> None:
    with scripted_server(saying(b"421 4.7.0 Too many connections\r\n")) as port:
        seen = look(port, options)

    assert step(seen, "greeting").checks == ("M30",)
    assert "at most 1000" in step(seen, "greeting").fix


def test_a_hostile_greeting_reaches_no_terminal(options: PreflightOptions) -> None:
    hostile = b"220 \x1b[2J\x1b]0;owned\x07\x9b1m hello \xe2\x80\xaeolleh \xff\r\n"

    with scripted_server(hanging_up(hostile)) as port:
        seen = look(port, options)

    assert step(seen, "greeting").answer.isprintable()
    assert "hello" in step(seen, "greeting").answer


def test_what_was_injected_before_tls_is_forgotten(options: PreflightOptions) -> None:
    async def injecting(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 hello\r\n")
        await reader.readline()
        writer.write(b"250-mail.wknd.site\r\n250 STARTTLS\r\n")
        await reader.readline()
        writer.write(b"220 go\r\n250-injected\r\n250 AUTH INJECTED\r\n")
        await writer.drain()
        await writer.start_tls(GOOD.context())
        await reader.readline()
        writer.write(b"250-mail.wknd.site\r\n250 AUTH PLAIN\r\n")
        await reader.read()

    with scripted_server(injecting) as port:
        seen = look(port, replace(options, step_seconds=2))

    assert "INJECTED" not in repr(seen)


@pytest.mark.parametrize(
    ("mechanisms", "verdict"),
    [
        (b"AUTH XOAUTH2", StepVerdict.INFO),
        (b"AUTH=LOGIN", StepVerdict.OK),
        (b"AUTH GSSAPI NTLM", StepVerdict.FAILED),
        (b"SIZE 1", StepVerdict.WARNING),
    ],
)
def test_what_is_offered_is_judged_by_what_aem_can_do(mechanisms: bytes, verdict: StepVerdict, options: PreflightOptions) -> None:
    with scripted_server(saying(b"220 hello\r\n", b"250-hello\r\n250 " + mechanisms + b"\r\n"), GOOD.context()) as port:
        seen = look(port, replace(options, login=None if verdict is StepVerdict.OK else Login(USER, PASSWORD)), tls="implicit")

    assert step(seen, "AUTH").verdict is verdict
    assert step(seen, "AUTH").checks == ("M14", "M15")
    assert verdict is StepVerdict.OK or step(seen, "login").verdict is StepVerdict.NOT_TRIED


def test_the_whole_preflight_has_an_end_however_slow_each_step_is(options: PreflightOptions) -> None:
    began = monotonic()

    with scripted_server(saying(b"")) as port:
        seen = look(port, replace(options, step_seconds=600, total_seconds=0.5))

    assert monotonic() - began < 30
    assert "before the 0.5 s of the whole preflight were over" in seen.steps[-1].answer
    assert exit_code([seen]) == 40


def test_an_address_that_takes_no_connection_is_a_warning_where_another_does(options: PreflightOptions) -> None:
    with name_server({HOST: {"A": ["127.0.0.1"], "AAAA": ["::1"]}}) as both, listening_on_ipv6_alone() as port:
        seen = look(port, replace(options, resolver=("127.0.0.1", both.port), step_seconds=PATIENCE))

    assert step(seen, "addresses").answer == "127.0.0.1, ::1"
    assert step(seen, "TCP 127.0.0.1").verdict is StepVerdict.WARNING
    assert step(seen, "TCP [::1]").verdict is StepVerdict.OK
