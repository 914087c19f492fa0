"""The mail path as one object: mail servers, port forwards and AEM's mail service between them."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from email.message import EmailMessage

from aem_mail.kinds.forms import host
from aem_mail.kinds.hosts import is_private_host
from aem_mail.osgi import PROXY_HOST_PLACEHOLDER
from aem_mail.simulator.mail.access_tokens import AccessTokens
from aem_mail.simulator.mail.authority import Authority
from aem_mail.simulator.mail.client import ProxyRoute, deliver
from aem_mail.simulator.mail.failure import StageFailure
from aem_mail.simulator.mail.forwarder import Forwarder
from aem_mail.simulator.mail.loop_thread import DEADLINE, LoopThread
from aem_mail.simulator.mail.mail_service import PROXY_HOST, PROXY_HOST_VARIABLE, MailSettings, doubts, read_settings
from aem_mail.simulator.mail.mailbox import Mailbox
from aem_mail.simulator.mail.model import AcceptedMail, SendRequest, SendResult
from aem_mail.simulator.mail.name_resolution import name_servers_of, resolve_name
from aem_mail.simulator.mail.smtp_servers import SmtpServers
from aem_mail.simulator.mail.token_client import fetch_access_token
from aem_mail.simulator.mail.token_servers import TokenServers
from aem_mail.simulator.state.values import MailServer, PortForward

DEFAULT_TIMEOUT = 5.0
VPN = "vpn"


class SimulatedMailPath:
    """Sends real mail over real sockets on loopback. Every method may be called from any thread, and blocks.

    `timeout` is how long AEM waits for an answer of the mail server, in seconds; `clock` gives the times of accepted mails, and by it
    tokens expire.
    """

    def __init__(self, *, timeout: float = DEFAULT_TIMEOUT, clock: Callable[[], float] = time.time) -> None:
        self._timeout = timeout
        self._authority = Authority()
        self._mailbox = Mailbox(clock)
        tokens = AccessTokens(clock)
        self._servers = SmtpServers(self._authority, self._mailbox, tokens)
        self._token_servers = TokenServers(self._authority, tokens)
        self._configured: tuple[MailServer, ...] = ()
        self._lifecycle = threading.Lock()
        self._sending = threading.Condition()
        self._forwarders: set[Forwarder] = set()
        self._loop: LoopThread | None = None

    def __enter__(self) -> "SimulatedMailPath":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start the servers configured so far; without effect when running."""
        with self._lifecycle:
            if self._loop is None:
                loop = LoopThread("mail-path")
                loop.start()
                loop.run(self._servers.configure(self._configured))
                loop.run(self._token_servers.open())
                self._loop = loop

    def stop(self) -> None:
        """Cut what is being sent, close every server, listener and thread; accepted mails stay. Without effect when stopped."""
        with self._lifecycle:
            with self._sending:
                loop, self._loop = self._loop, None
                under_way = list(self._forwarders)
            if loop is None:
                return
            for forwarder in under_way:
                loop.run(forwarder.cut())
            with self._sending:
                self._sending.wait_for(lambda: not self._forwarders, DEADLINE)
            loop.run(self._servers.configure(()))
            loop.run(self._token_servers.close())
            loop.stop()

    def configure(self, servers: Sequence[MailServer]) -> None:
        """Let exactly these mail servers exist, now or from `start` on."""
        with self._lifecycle:
            self._configured = tuple(servers)
            self._token_servers.configure([server.oauth for server in servers if server.oauth is not None])
            if self._loop is not None:
                self._loop.run(self._servers.configure(self._configured))

    def servers(self) -> tuple[MailServer, ...]:
        return self._configured

    def mails(self) -> list[AcceptedMail]:
        """Return what the servers accepted, oldest first."""
        return self._mailbox.mails()

    def clear(self) -> None:
        """Forget the accepted mails."""
        self._mailbox.clear()

    def send(self, request: SendRequest) -> SendResult:
        """Let AEM's tier send one message; whatever goes wrong is told by the result's stage."""
        settings: MailSettings | None = None
        doubtful: tuple[str, ...] = ()
        try:
            settings = read_settings(request)
            doubtful = doubts(request)
            rule = find_rule(settings, request)
            with self._route(rule) as route:
                code = deliver(settings, route, _message(settings, request), self._access_token(settings))
        except StageFailure as failure:
            resolved = None if settings is None else settings.resolved
            return SendResult(failure.stage, str(failure), failure.smtp_code, resolved, doubtful)
        return SendResult("done", None, code, settings.resolved, doubtful)

    def _access_token(self, settings: MailSettings) -> str | None:
        if settings.oauth is None:
            return None
        return fetch_access_token(settings.oauth, self._token_servers, self._authority.client_context(), self._timeout)

    @contextlib.contextmanager
    def _route(self, rule: PortForward) -> Iterator[ProxyRoute]:
        forwarder = Forwarder(rule, self._servers)
        loop = self._enter(forwarder)
        try:
            port = loop.run(forwarder.open())
            awaits_tls = self._servers.awaits_tls(rule.name, rule.port_dest)
            trust = self._authority.client_context(compares_names=False)
            yield ProxyRoute(rule, forwarder, port, trust, self._timeout, awaits_tls)
        finally:
            loop.run(forwarder.close())
            with self._sending:
                self._forwarders.discard(forwarder)
                self._sending.notify_all()

    def _enter(self, forwarder: Forwarder) -> LoopThread:
        with self._sending:
            if self._loop is None:
                raise RuntimeError("the mail path is not started")
            self._forwarders.add(forwarder)
            return self._loop


def find_rule(settings: MailSettings, request: SendRequest) -> PortForward:
    """Return the port forward that AEM's connection takes: of several on one port the first.

    Raises StageFailure at `proxy`, or at `connect` beside the proxy and where the infrastructure does not reach.
    """
    address = f"{settings.host}:{settings.port}"
    if PROXY_HOST_VARIABLE in settings.host:
        raise StageFailure("proxy", f"{settings.host} does not resolve: {PROXY_HOST_VARIABLE} is unset, so this is still a placeholder")
    if host(settings.host) != PROXY_HOST:
        cure = f"smtp.host must be {PROXY_HOST_PLACEHOLDER}"
        raise StageFailure("connect", f"connect timed out: AEM has no direct way to {address}; {cure}")
    if request.networking is None:
        raise StageFailure("proxy", f"{PROXY_HOST} does not resolve: advanced networking is not enabled on this environment")
    rules = {rule.port_orig: rule for rule in reversed(request.networking.networking.port_forwards)}
    if settings.port not in rules:
        there = ", ".join(str(port) for port in sorted(rules)) or "none"
        raise StageFailure("proxy", f"nothing listens on {address}: no port forward has this portOrig (there are: {there})")
    rule = replace(rules[settings.port], name=host(rules[settings.port].name))
    infrastructure = request.networking.infrastructure
    if is_private_host(rule.name) and infrastructure.kind != VPN:
        reason = f"{rule.name} is private, and an infrastructure of kind {infrastructure.kind} ends in the internet"
        raise StageFailure("connect", f"the proxy dropped the connection: {reason}")
    resolve_name(rule.name, name_servers_of(infrastructure))
    return rule


def _message(settings: MailSettings, request: SendRequest) -> EmailMessage:
    message = EmailMessage()
    try:
        message["From"] = settings.from_address
        message["To"] = request.to
        message["Subject"] = request.subject
    except ValueError as error:
        raise StageFailure("envelope", f"the message could not be made: {error}") from None
    message.set_content(f"Sent by AEM's {request.tier} tier through {settings.host}:{settings.port}.\n")
    return message
