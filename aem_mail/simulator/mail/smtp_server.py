"""One mail server as an aiosmtpd protocol: who may send, and what is kept of it."""

import asyncio
import hmac
import logging
import ssl
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from aem_mail.simulator.mail.mailbox import Mailbox
from aem_mail.simulator.mail.model import SmtpServer, TlsMode

IDLE_SECONDS = 60.0

# Handshakes that fail are what these servers are for: without a handler Python would print aiosmtpd's warnings of them.
logging.getLogger("mail.log").addHandler(logging.NullHandler())


class QuietSession(Session):
    """aiosmtpd warns of its own use of this property at every login; a plain attribute does not."""

    login_data = None


class Connection(SMTP):
    """One client's connection to a server, entered in `open_connections` as long as it lasts."""

    def __init__(self, server: SmtpServer, context: ssl.SSLContext | None, mailbox: Mailbox, open_connections: set["Connection"]) -> None:
        reception = Reception(server, mailbox)
        # aiosmtpd counts as TLS only what began with STARTTLS, so its own `auth_required` cannot judge implicit TLS.
        super().__init__(
            reception,
            hostname=server.host,
            ident="SMTP",
            enable_SMTPUTF8=True,
            tls_context=context if server.tls == "starttls" else None,
            auth_require_tls=server.tls == "starttls",
            authenticator=reception.authenticate,
            timeout=IDLE_SECONDS,
            loop=asyncio.get_running_loop(),
        )
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

    def __init__(self, server: SmtpServer, mailbox: Mailbox) -> None:
        self._server = server
        self._mailbox = mailbox

    def authenticate(self, _smtp: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, credentials: Any) -> AuthResult:
        if not isinstance(credentials, LoginPassword):
            return AuthResult(success=False, handled=False)
        password = self._server.users.get(credentials.login.decode("utf-8", "replace"))
        accepted = password is not None and hmac.compare_digest(password.encode(), credentials.password)
        return AuthResult(success=accepted, handled=False, auth_data=credentials if accepted else None)

    async def handle_EHLO(  # noqa: N802 - aiosmtpd finds its hooks by these names
        self, _smtp: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return responses if self._server.users else [line for line in responses if not line.startswith("250-AUTH")]

    async def handle_MAIL(  # noqa: N802
        self, _smtp: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self._server.users and not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802
        self, _smtp: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        local_part, _, domain = address.rpartition("@")
        if not local_part or not domain:
            return "550 5.1.3 No such recipient address"
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
