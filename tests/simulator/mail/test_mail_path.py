import re
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from aem_mail.osgi import MAIL_SERVICE_PID
from aem_mail.simulator.mail import Resolved, SendRequest, SendResult, SimulatedMailPath, client
from aem_mail.simulator.state.secret import Secret
from aem_mail.simulator.state.values import MailServer, PortForward
from tests.simulator.mail.mail_requests import (
    PASSWORD,
    USERNAME,
    delivering,
    in_force,
    variable,
    variables_of,
    with_properties,
    with_rules,
    with_variables,
)

USERS = {"apikey": Secret.of("password123"), "üser": Secret.of("pässword")}
SERVERS = (
    MailServer("smtp.sendgrid.com", 465, "implicit", USERS),
    MailServer("smtp.sendgrid.com", 587, "starttls", USERS),
    MailServer("relay.example.com", 25, "none"),
    MailServer("relay.example.com", 2525, "none", USERS),
    MailServer("10.1.2.3", 465, "implicit"),
)
Spoil = Callable[[SendRequest], SendRequest]

MISTAKES: dict[str, tuple[int, Spoil, str, int | None, str]] = {
    "no configuration": (465, lambda r: replace(r, configuration={}), "config", None, "AEM has no configuration for com.day.cq"),
    "the PID with impl": (
        465,
        lambda r: replace(r, configuration={"com.day.cq.mailer.impl.DefaultMailService": r.configuration[MAIL_SERVICE_PID]}),
        "config",
        None,
        r"com\.day\.cq\.mailer\.impl\.DefaultMailService is not its PID",
    ),
    "a file that Felix refuses": (
        465,
        lambda r: with_properties(r, {"smtp.port": None, "smtp.port:Integer": "$[env:PORT;default=30465]"}),
        "config",
        None,
        '"smtp.port:Integer": the value is no Integer',
    ),
    "a port that is no number": (465, lambda r: with_properties(r, {"smtp.port": "$[env:PORT]"}), "config", None, "no port number"),
    "a typed placeholder that does not fit": (
        465,
        lambda r: with_properties(r, {"smtp.port": "$[secret:EMAIL_PASSWORD;type=Integer]"}),
        "config",
        None,
        "smtp.port: the value of .* is no Integer",
    ),
    "no host": (465, lambda r: with_properties(r, {"smtp.host": ""}), "config", None, "smtp.host is empty"),
    "no sender": (465, lambda r: with_properties(r, {"from.address": ""}), "config", None, "from.address is empty"),
    "a sender that is no address": (465, lambda r: with_properties(r, {"from.address": "$[env:FROM]"}), "config", None, "no e-mail"),
    "OAuth without a provider": (465, lambda r: with_properties(r, {"oauth.flow": True}), "config", None, "flow is true, and AEM has no"),
    "a secret known by fingerprint": (
        465,
        lambda r: with_variables(r, USERNAME, variable("EMAIL_PASSWORD", "secretString")),
        "variables",
        None,
        "EMAIL_PASSWORD is not held",
    ),
    "no advanced networking": (465, lambda r: replace(r, networking=None), "proxy", None, "advanced networking is not enabled"),
    "no default for the proxy, no networking": (
        465,
        lambda r: replace(with_properties(r, {"smtp.host": "$[env:AEM_PROXY_HOST]"}), networking=None),
        "proxy",
        None,
        "AEM_PROXY_HOST is unset",
    ),
    "no rules": (465, with_rules, "proxy", None, r"no port forward .* \(there are: none\)"),
    "the mail server's own port": (465, lambda r: with_properties(r, {"smtp.port": "465"}), "proxy", None, r"\(there are: 30465\)"),
    "the mail server's own host": (
        465,
        lambda r: with_properties(r, {"smtp.host": "smtp.sendgrid.com"}),
        "connect",
        None,
        "connect timed out: AEM has no direct way to smtp.sendgrid.com:30465",
    ),
    "a rule to a private host without a VPN": (
        465,
        lambda r: with_rules(r, PortForward("10.1.2.3", 465, 30465)),
        "connect",
        None,
        "10.1.2.3 is private, and an infrastructure of kind flexiblePortEgress ends in the internet",
    ),
    "a rule to a host that is not there": (
        465,
        lambda r: with_rules(r, PortForward("smtp.sendgird.com", 465, 30465)),
        "connect",
        None,
        "smtp.sendgird.com does not resolve",
    ),
    "a rule to a port that is closed": (
        587,
        lambda r: with_rules(r, PortForward("smtp.sendgrid.com", 2525, 30587)),
        "connect",
        None,
        "nothing listens on smtp.sendgrid.com:2525",
    ),
    "TLS from the first byte on 587": (587, lambda r: with_properties(r, {"smtp.ssl": True}), "tls", None, "does not begin with TLS"),
    "no TLS from the first byte on 465": (465, lambda r: with_properties(r, {"smtp.ssl": False}), "tls", None, "waits for TLS"),
    "TLS required where there is none": (25, lambda r: with_properties(r, {"smtp.requiretls": True}), "tls", None, "offers no STARTTLS"),
    "another password": (
        465,
        lambda r: with_variables(r, USERNAME, replace(PASSWORD, value=Secret.of("password124"))),
        "auth",
        535,
        "refused the user 'apikey': 535",
    ),
    "no password": (
        587,
        lambda r: with_variables(r, USERNAME),
        "auth",
        535,
        r"smtp.password reads \$\[secret:EMAIL_PASSWORD\], which is not set",
    ),
    "no user": (587, lambda r: with_properties(r, {"smtp.user": None}), "auth", 530, "the server wants a login: 530"),
    "plain variables read as secrets": (
        465,
        lambda r: with_variables(r, *variables_of("string")),
        "auth",
        535,
        r"but EMAIL_USERNAME is of type string, which only \$\[env:…\] reads",
    ),
    "variables of another tier": (
        465,
        lambda r: with_variables(r, *variables_of("secretString", "publish")),
        "auth",
        535,
        "which is set for publish and not for author",
    ),
    "a recipient that is no address": (465, lambda r: replace(r, to="nobody"), "envelope", 550, "the recipient 'nobody' was refused: 550"),
    "a subject of two lines": (465, lambda r: replace(r, subject="a\r\nBcc: b@c"), "envelope", None, "could not be made"),
}
HOSTS = {465: "smtp.sendgrid.com", 587: "smtp.sendgrid.com", 25: "relay.example.com"}


@pytest.fixture(scope="module")
def started() -> Iterator[SimulatedMailPath]:
    with SimulatedMailPath(clock=lambda: 1000.5) as mail_path:
        mail_path.configure(SERVERS)
        yield mail_path


@pytest.fixture
def mail_path(started: SimulatedMailPath) -> SimulatedMailPath:
    started.clear()
    return started


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_stops_the_mail_where_it_does_in_aem_and_its_cure_delivers(mail_path: SimulatedMailPath, mistake: str) -> None:
    port_dest, spoil, stage, smtp_code, error = MISTAKES[mistake]
    cured = delivering(HOSTS[port_dest], port_dest)

    failed = mail_path.send(spoil(cured))

    assert (failed.stage, failed.smtp_code, failed.delivered) == (stage, smtp_code, False)
    assert re.search(error, failed.error or "")
    assert mail_path.mails() == []
    assert mail_path.send(cured).delivered


@pytest.mark.parametrize(
    ("name", "port_dest", "tls", "user"),
    [
        ("smtp.sendgrid.com", 465, "implicit", "apikey"),
        ("smtp.sendgrid.com", 587, "starttls", "apikey"),
        ("relay.example.com", 25, "none", None),
        ("relay.example.com", 2525, "none", "apikey"),
        ("10.1.2.3", 465, "implicit", None),
    ],
)
def test_what_we_render_delivers_on_every_kind_of_port(
    mail_path: SimulatedMailPath, name: str, port_dest: int, tls: str, user: str | None
) -> None:
    request = replace(delivering(name, port_dest, "publish"), to="you@example.org", subject="Grüße")
    if name == "10.1.2.3":
        request = replace(request, networking=in_force(PortForward(name, port_dest, 30000 + port_dest), kind="vpn"))

    result = mail_path.send(request)

    assert result == SendResult("done", None, 250, Resolved("proxy.tunnel", 30000 + port_dest, port_dest == 465, "apikey"))
    assert [mail.to_json() for mail in mail_path.mails()] == [
        {
            "seq": 1,
            "time": 1000.5,
            "host": name,
            "port": port_dest,
            "tls": tls,
            "user": user,
            "mailFrom": "noreply@wknd.site",
            "rcptTo": ["you@example.org"],
            "subject": "Grüße",
            "body": f"Sent by AEM's publish tier through proxy.tunnel:{30000 + port_dest}.\n",
            "attachments": [],
            "dkim": [],
        }
    ]


@pytest.mark.parametrize("port_dest", [465, 587])
def test_names_and_addresses_beyond_ascii_arrive(mail_path: SimulatedMailPath, port_dest: int) -> None:
    request = with_variables(delivering(port_dest=port_dest), *variables_of("secretString", values=("üser", "pässword")))

    assert mail_path.send(with_properties(request, {"from.address": "WKND <grüße@wknd.site>"})).delivered
    assert [(mail.user, mail.mail_from) for mail in mail_path.mails()] == [("üser", "grüße@wknd.site")]


def test_starttls_is_used_whatever_the_flag_says(mail_path: SimulatedMailPath) -> None:
    request = with_properties(delivering(port_dest=587), {"smtp.starttls": False, "smtp.requiretls": False})

    assert mail_path.send(request).delivered
    assert [mail.tls for mail in mail_path.mails()] == ["starttls"]


def test_the_default_takes_over_where_adobes_tutorial_mixes_the_kinds(mail_path: SimulatedMailPath) -> None:
    request = with_properties(delivering(), {"smtp.user": "$[env:EMAIL_USERNAME;default=apikey]"})

    assert mail_path.send(request).delivered
    wrong_default = mail_path.send(with_properties(request, {"smtp.user": "$[env:EMAIL_USERNAME;default=nobody]"}))
    assert (wrong_default.stage, wrong_default.resolved) == ("auth", Resolved("proxy.tunnel", 30465, True, "nobody"))
    assert "EMAIL_USERNAME is of type secretString, which only $[secret:…] reads" in (wrong_default.error or "")


def test_a_password_is_in_no_result_and_no_log(mail_path: SimulatedMailPath, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    for port_dest in (465, 587, 2525):
        host = "relay.example.com" if port_dest == 2525 else "smtp.sendgrid.com"
        for password in ("password123", "not the password"):
            request = with_variables(delivering(host, port_dest), USERNAME, replace(PASSWORD, value=Secret.of(password)))
            result = mail_path.send(request)
            assert password not in repr((request, result, mail_path.servers(), mail_path.mails()))
    assert "AUTH" in caplog.text
    for secret in ("password123", "cGFzc3dvcmQxMjM=", "bm90IHRoZSBwYXNzd29yZA==", "AGFwaWtleQBwYXNzd29yZDEyMw=="):
        assert secret not in caplog.text


def test_new_servers_replace_the_old_ones() -> None:
    with SimulatedMailPath() as mail_path:
        mail_path.configure(SERVERS)
        assert mail_path.send(delivering()).delivered

        mail_path.configure([MailServer("smtp.sendgrid.com", 465, "implicit", {"apikey": Secret.of("rotated")})])

        assert mail_path.send(delivering()).stage == "auth"
        assert mail_path.send(delivering(port_dest=587)).stage == "connect"
        assert [server.users for server in mail_path.servers()] == [{"apikey": Secret.of("rotated")}]
        assert [mail.seq for mail in mail_path.mails()] == [1]


@pytest.mark.parametrize("name", ["SMTP.SendGrid.com", "smtp.sendgrid.com."])
def test_a_name_is_resolved_in_any_spelling(name: str, mail_path: SimulatedMailPath) -> None:
    for port_dest in (465, 587):
        assert mail_path.send(delivering(name, port_dest)).delivered
    assert mail_path.send(with_properties(delivering(name), {"smtp.host": "PROXY.Tunnel"})).delivered


def test_many_threads_send_at_once(mail_path: SimulatedMailPath) -> None:
    requests = [replace(delivering(port_dest=(465, 587)[number % 2]), subject=str(number)) for number in range(24)]

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(mail_path.send, requests))

    assert {result.stage for result in results} == {"done"}
    assert sorted(int(mail.subject) for mail in mail_path.mails()) == list(range(24))
    assert [mail.seq for mail in mail_path.mails()] == list(range(1, 25))


def test_starting_and_stopping_is_quick_repeatable_and_leaves_nothing_behind() -> None:
    threads = threading.active_count()
    mail_path = SimulatedMailPath()
    mail_path.configure(SERVERS)
    began = time.monotonic()
    for _ in range(2):
        mail_path.start()
        mail_path.start()
        assert mail_path.send(delivering()).delivered
        mail_path.stop()
        mail_path.stop()

    assert time.monotonic() - began < 30
    assert threading.active_count() == threads
    assert len(mail_path.mails()) == 2


def test_stopping_ends_a_conversation_that_is_under_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "HOPELESS_SECONDS", 60)
    mail_path = SimulatedMailPath()
    mail_path.configure(SERVERS)
    mail_path.start()
    with ThreadPoolExecutor(1) as pool:
        hanging = pool.submit(mail_path.send, with_properties(delivering(), {"smtp.ssl": False}))
        deadline = time.monotonic() + 60
        while not any(forwarder._tasks for forwarder in tuple(mail_path._forwarders)):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        began = time.monotonic()
        mail_path.stop()
        result = hanging.result()

    assert time.monotonic() - began < 30
    assert result.stage == "tls"


def test_a_mail_path_that_is_not_started_says_so() -> None:
    with pytest.raises(RuntimeError, match="not started"):
        SimulatedMailPath().send(delivering())
