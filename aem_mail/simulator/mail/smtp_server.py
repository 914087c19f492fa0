"""One mail server as an aiosmtpd protocol: who may send, and what is kept of it."""

import asyncio
import collections
import json
import logging
import ssl
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from aem_mail.simulator.mail import xoauth2
from aem_mail.simulator.mail.access_tokens import AccessTokens
from aem_mail.simulator.mail.mailbox import Mailbox
from aem_mail.simulator.state.values import MailServer, TlsMode

IDLE_SECONDS = 60.0
LONGEST_AUTH_LINE = 12288
"""Octets of a line with AUTH (RFC 4954); access tokens are far longer than what other commands may have."""
LARGEST_MESSAGE = 256 * 1024
MOST_RECIPIENTS = 100
MECHANISMS = ("LOGIN", "PLAIN", "XOAUTH2")
PASSWORDS_REFUSED = {
    "disabled": "535 5.7.139 Authentication unsuccessful, basic authentication is disabled.",
    "retired": "550 5.7.30 Basic authentication is not supported for Client Submission.",
}
APP_PASSWORD_WANTED = "534 5.7.9 Application-specific password required."  # noqa: S105 - an answer
NO_LOGIN = {"microsoft365": "530 5.7.57 Client not authenticated to send mail."}

# Handshakes that fail are what these servers are for: without a handler Python would print aiosmtpd's warnings of them.
logging.getLogger("mail.log").addHandler(logging.NullHandler())


class QuietSession(Session):
    """aiosmtpd warns of its own use of this property at every login; a plain attribute does not."""

    login_data = None


class SmtpConnection(SMTP):
    """One client's connection to a server, entered in `open_connections` as long as it lasts."""

    line_length_limit = LONGEST_AUTH_LINE

    def __init__(
        self,
        server: MailServer,
        context: ssl.SSLContext | None,
        mailbox: Mailbox,
        tokens: AccessTokens,
        open_connections: set["SmtpConnection"],
    ) -> None:
        reception = Reception(server, mailbox, tokens)
        # aiosmtpd counts as TLS only what began with STARTTLS, so its own `auth_required` cannot judge implicit TLS.
        super().__init__(
            reception,
            hostname=server.host,
            ident="SMTP",
            data_size_limit=LARGEST_MESSAGE,
            enable_SMTPUTF8=True,
            tls_context=context if server.tls == "starttls" else None,
            auth_require_tls=server.tls == "starttls",
            auth_exclude_mechanism=[each for each in MECHANISMS if each not in _offered(server)],
            authenticator=reception.authenticate,
            timeout=IDLE_SECONDS,
            loop=asyncio.get_running_loop(),
        )
        self.command_size_limits = collections.defaultdict(lambda: self.command_size_limit, AUTH=LONGEST_AUTH_LINE)
        self._open_connections = open_connections

    def _create_session(self) -> Session:
        return QuietSession(self.loop)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._open_connections.add(self)

    def connection_lost(self, error: Exception | None) -> None:
        self._open_connections.discard(self)
        super().connection_lost(error)

    def abort(self) -> None:
        for transport in (self._original_transport, self.transport):
            if isinstance(transport, asyncio.WriteTransport):
                transport.abort()


class Reception:
    """The hooks that aiosmtpd calls for one server."""

    def __init__(self, server: MailServer, mailbox: Mailbox, tokens: AccessTokens) -> None:
        self._server = server
        self._mailbox = mailbox
        self._tokens = tokens
        self._provider = None if server.oauth is None else server.oauth.provider

    def authenticate(self, _smtp: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, credentials: Any) -> AuthResult:
        if not isinstance(credentials, LoginPassword):
            return AuthResult(success=False, handled=False)
        if self._server.basic_auth != "accepted":
            refusal = APP_PASSWORD_WANTED if self._provider == "google" else PASSWORDS_REFUSED[self._server.basic_auth]
            return AuthResult(success=False, handled=False, message=refusal)
        password = self._server.users.get(credentials.login.decode("utf-8", "replace"))
        accepted = password is not None and password.matches(credentials.password)
        return AuthResult(success=accepted, handled=False, auth_data=credentials if accepted else None)

    async def auth_XOAUTH2(self, smtp: SMTP, args: list[str]) -> AuthResult:  # noqa: N802 - aiosmtpd finds its mechanisms by these names
        user, token = xoauth2.parsed(args[1] if len(args) > 1 else "")
        fault = xoauth2.fault(self._provider, user, self._tokens.find(token))
        if fault is None:
            return AuthResult(success=True, handled=False, auth_data=LoginPassword(user.encode(), b""))
        if fault.challenge is not None:
            # The client answers the challenge with an empty line, which tells nothing.
            await smtp.challenge_auth(json.dumps(fault.challenge))
        return AuthResult(success=False, handled=False, message=fault.answer)

    async def handle_EHLO(  # noqa: N802 - aiosmtpd finds its hooks by these names
        self, _smtp: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return responses if self._server.wants_login else [line for line in responses if not line.startswith("250-AUTH")]

    async def handle_MAIL(  # noqa: N802
        self, _smtp: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self._server.wants_login and not session.authenticated:
            return NO_LOGIN.get(self._provider or "", "530 5.7.0 Authentication required")
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802
        self, _smtp: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        local_part, _, domain = address.rpartition("@")
        if not local_part or not domain:
            return "550 5.1.3 No such recipient address"
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, smtp: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        user = session.auth_data.login.decode("utf-8") if isinstance(session.auth_data, LoginPassword) else None
        self._mailbox.add(self._server, self._tls_in_use(session), user, envelope)
        return "250 2.0.0 OK"

    def _tls_in_use(self, session: Session) -> TlsMode:
        if self._server.tls == "starttls":
            return "none" if session.ssl is None else "starttls"
        return self._server.tls


def _offered(server: MailServer) -> tuple[str, ...]:
    return server.mechanisms if server.oauth is None else (*server.mechanisms, "XOAUTH2")
