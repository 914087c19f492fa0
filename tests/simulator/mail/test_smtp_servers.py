import asyncio
import smtplib
import ssl
from collections.abc import Callable, Iterator

import pytest
from aiosmtpd.smtp import Envelope

from aem_mail.simulator.mail.access_tokens import AccessTokens
from aem_mail.simulator.mail.authority import Authority
from aem_mail.simulator.mail.loop_thread import LoopThread
from aem_mail.simulator.mail.mailbox import MOST_MAILS, Mailbox
from aem_mail.simulator.mail.smtp_server import LARGEST_MESSAGE, MOST_RECIPIENTS
from aem_mail.simulator.mail.smtp_servers import LOOPBACK, SmtpServers
from aem_mail.simulator.state.secret import Secret
from aem_mail.simulator.state.values import MailServer

HOST = "smtp.example.com"
USERS = {"apikey": Secret.of("password123")}
STARTTLS, IMPLICIT, PLAIN, OPEN = 587, 465, 2525, 25
Login = Callable[[smtplib.SMTP], object]


class World:
    """Servers with their authority, and clients that know where they listen in truth."""

    def __init__(self, loop: LoopThread) -> None:
        self.authority = Authority()
        self.mailbox = Mailbox(clock=lambda: 0.0)
        self.tokens = AccessTokens(clock=lambda: 0.0)
        self.servers = SmtpServers(self.authority, self.mailbox, self.tokens)
        self.loop = loop
        loop.run(
            self.servers.configure(
                [
                    MailServer(HOST, STARTTLS, "starttls", USERS),
                    MailServer(HOST, IMPLICIT, "implicit", USERS),
                    MailServer(HOST, PLAIN, "none", USERS),
                    MailServer(HOST, OPEN, "none"),
                ]
            )
        )

    def client(self, port: int) -> smtplib.SMTP:
        loopback_port = self.servers.loopback_port(HOST, port)
        assert loopback_port is not None
        client = smtplib.SMTP(LOOPBACK, loopback_port, local_hostname="test", timeout=5)
        client.ehlo()
        return client

    def handshake(self, port: int, name: str, trust: ssl.SSLContext) -> None:
        async def connect() -> None:
            _, writer = await asyncio.open_connection(LOOPBACK, self.servers.loopback_port(HOST, port), ssl=trust, server_hostname=name)
            writer.close()
            await writer.wait_closed()

        self.loop.run(connect())


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    loop = LoopThread("test-servers")
    loop.start()
    world = World(loop)
    yield world
    loop.run(world.servers.configure(()))
    loop.stop()


def plain(password: str) -> Login:
    def login(client: smtplib.SMTP) -> object:
        client.user, client.password = "apikey", password
        return client.auth("PLAIN", client.auth_plain)

    return login


def login_(password: str) -> Login:
    def login(client: smtplib.SMTP) -> object:
        client.user, client.password = "apikey", password
        return client.auth("LOGIN", client.auth_login)

    return login


@pytest.mark.parametrize("mechanism", [plain, login_])
def test_both_mechanisms_take_the_right_password_and_refuse_a_wrong_one(world: World, mechanism: Callable[[str], Login]) -> None:
    with world.client(PLAIN) as client:
        with pytest.raises(smtplib.SMTPAuthenticationError) as raised:
            mechanism("password12")(client)
        assert raised.value.smtp_code == 535
        mechanism("password123")(client)
        client.sendmail("a@example.com", ["b@example.com"], "Subject: x\r\n\r\ny")

    assert world.mailbox.mails()[-1].user == "apikey"


def test_a_starttls_server_takes_no_login_before_tls(world: World) -> None:
    with world.client(STARTTLS) as client:
        assert client.has_extn("starttls")
        assert not client.has_extn("auth")
        with pytest.raises(smtplib.SMTPAuthenticationError) as raised:
            plain("password123")(client)
        assert raised.value.smtp_code == 538


@pytest.mark.parametrize("port", [STARTTLS, PLAIN])
def test_a_server_with_users_takes_no_mail_without_a_login(world: World, port: int) -> None:
    with world.client(port) as client, pytest.raises(smtplib.SMTPSenderRefused) as raised:
        client.sendmail("a@example.com", ["b@example.com"], "Subject: x\r\n\r\ny")

    assert raised.value.smtp_code == 530


def test_a_server_without_users_offers_no_login(world: World) -> None:
    with world.client(OPEN) as client:
        assert not client.has_extn("auth")
        client.sendmail("a@example.com", ["b@example.com"], "Subject: x\r\n\r\ny")

    assert world.mailbox.mails()[-1].user is None


def test_the_certificate_is_for_the_host_and_from_this_authority_only(world: World) -> None:
    world.handshake(IMPLICIT, HOST, world.authority.client_context())

    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        world.handshake(IMPLICIT, "smtp.elsewhere.com", world.authority.client_context())
    with pytest.raises(ssl.SSLCertVerificationError, match=r"self-signed|unable to get"):
        world.handshake(IMPLICIT, HOST, Authority().client_context())
    with pytest.raises(ssl.SSLCertVerificationError):
        world.handshake(IMPLICIT, HOST, ssl.create_default_context())


def test_a_body_of_several_lines_arrives_as_it_was(world: World) -> None:
    with world.client(OPEN) as client:
        client.sendmail("a@example.com", ["b@example.com", "c@example.com"], "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\n\nfirst\n.second\n")

    mail = world.mailbox.mails()[-1]
    assert (mail.subject, mail.body, mail.rcpt_to) == ("Grüße", "first\n.second\n", ("b@example.com", "c@example.com"))


def test_a_message_that_is_too_large_and_recipients_beyond_the_bound_are_refused(world: World) -> None:
    before = world.mailbox.mails()

    with world.client(OPEN) as client, pytest.raises(smtplib.SMTPResponseException) as too_large:
        client.sendmail("a@example.com", ["b@example.com"], "x" * (LARGEST_MESSAGE + 1))
    with world.client(OPEN) as client:
        refused = client.sendmail("a@example.com", [f"{number}@example.com" for number in range(MOST_RECIPIENTS + 1)], "Subject: x\n\ny")

    assert too_large.value.smtp_code == 552
    assert [code for code, _ in refused.values()] == [452]
    (mail,) = world.mailbox.mails()[len(before) :]
    assert len(mail.rcpt_to) == MOST_RECIPIENTS


def test_of_more_mails_than_are_kept_the_oldest_are_forgotten_and_the_numbers_go_on() -> None:
    mailbox = Mailbox(clock=lambda: 0.0)
    for _ in range(MOST_MAILS + 2):
        mailbox.add(MailServer(HOST, OPEN, "none"), "none", None, Envelope())

    numbers = [mail.seq for mail in mailbox.mails()]
    assert (numbers[0], numbers[-1], len(numbers)) == (3, MOST_MAILS + 2, MOST_MAILS)


def test_an_unchanged_server_keeps_its_port(world: World) -> None:
    async def configure_twice() -> list[int | None]:
        servers = SmtpServers(world.authority, world.mailbox, world.tokens)
        ports = []
        for tls in ("starttls", "starttls", "none"):
            await servers.configure([MailServer(HOST, OPEN, "none"), MailServer(HOST, STARTTLS, tls)])
            ports.append(servers.loopback_port(HOST, OPEN))
        await servers.configure(())
        return [*ports, servers.loopback_port(HOST, OPEN)]

    first, second, third, gone = world.loop.run(configure_twice())
    assert first == second == third
    assert gone is None
