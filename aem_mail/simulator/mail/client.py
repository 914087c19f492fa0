"""AEM's mail service as an SMTP client: through one port forward to the mail server, one stage after the other."""

import contextlib
import smtplib
import socket
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import parseaddr

from aem_mail.simulator.mail.answers import at_stage, decoded, plain, reply
from aem_mail.simulator.mail.failure import StageFailure
from aem_mail.simulator.mail.forwarder import Forwarder
from aem_mail.simulator.mail.login import log_in
from aem_mail.simulator.mail.mail_service import MailSettings
from aem_mail.simulator.mail.smtp_servers import LOOPBACK
from aem_mail.simulator.state.values import PortForward

HELO_NAME = "aem.localhost"
HOPELESS_SECONDS = 0.3
AUTH_REQUIRED = 530


@dataclass(frozen=True)
class ProxyRoute:
    """How to reach the mail server: the rule, its listener, whom to trust, and how long to wait for an answer (seconds).

    `awaits_tls` says that the server will not speak before it got a TLS handshake.
    """

    rule: PortForward
    forwarder: Forwarder
    loopback_port: int
    trust: ssl.SSLContext
    timeout: float
    awaits_tls: bool

    @property
    def target(self) -> str:
        return f"{self.rule.name}:{self.rule.port_dest}"


class ProxiedSmtp(smtplib.SMTP):
    """Dials the route's listener, but talks to the mail server behind it, whose certificate it verifies without a look at its names.

    AEM knows its proxy's name alone, and javax.mail 1.6.2, by which it sends, compares no names unless it is told to.
    """

    def __init__(self, route: ProxyRoute, *, implicit_tls: bool) -> None:
        self._route = route
        self._implicit_tls = implicit_tls
        # Where the silence is certain, nothing is learned by waiting longer.
        patience = HOPELESS_SECONDS if route.awaits_tls and not implicit_tls else route.timeout
        super().__init__(route.rule.name, route.rule.port_dest, HELO_NAME, patience)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        connection = socket.create_connection((LOOPBACK, self._route.loopback_port), timeout)
        if not self._implicit_tls:
            return connection
        try:
            return self._route.trust.wrap_socket(connection, server_hostname=host)
        except BaseException:
            connection.close()
            raise


def deliver(settings: MailSettings, route: ProxyRoute, message: EmailMessage, access_token: str | None) -> int:
    """Send the message and return the server's code; raises StageFailure. Without an access token AEM logs in with the password."""
    with contextlib.closing(_connect(settings, route)) as client:
        _secure(client, settings, route)
        log_in(client, settings, route.target, access_token)
        code = _send(client, settings, message)
        with contextlib.suppress(smtplib.SMTPException, OSError):
            client.quit()
    return code


def _connect(settings: MailSettings, route: ProxyRoute) -> ProxiedSmtp:
    try:
        return ProxiedSmtp(route, implicit_tls=settings.ssl)
    except smtplib.SMTPResponseException as error:
        raise StageFailure("connect", f"{route.target} answered {reply(error)}", error.smtp_code) from None
    except (OSError, smtplib.SMTPException) as error:
        if route.forwarder.refusal is not None:
            raise StageFailure("connect", f"the proxy dropped the connection: {route.forwarder.refusal}") from None
        raise StageFailure("tls", _why_no_greeting(error, settings, route)) from None


def _why_no_greeting(error: Exception, settings: MailSettings, route: ProxyRoute) -> str:
    if settings.ssl:
        hint = "" if isinstance(error, ssl.SSLCertVerificationError) else "; smtp.ssl is true, but this port does not begin with TLS"
        return f"no TLS with {route.target}: {plain(error)}{hint}"
    if route.awaits_tls:
        return f"{route.target} sends no greeting: it waits for TLS, but smtp.ssl is false"
    return f"{route.target} sent no greeting: {plain(error)}"


def _secure(client: ProxiedSmtp, settings: MailSettings, route: ProxyRoute) -> None:
    with at_stage("tls", route.target):
        client.ehlo()
        if settings.ssl:
            return
        if client.has_extn("starttls"):
            client.starttls(context=route.trust)
            client.ehlo()
        elif settings.require_tls:
            raise StageFailure("tls", f"smtp.requiretls is true, but {route.target} offers no STARTTLS")


def _send(client: ProxiedSmtp, settings: MailSettings, message: EmailMessage) -> int:
    sender, recipient = parseaddr(settings.from_address)[1], parseaddr(str(message["To"]))[1]
    try:
        client.send_message(message, sender, [recipient])
    except smtplib.SMTPRecipientsRefused as error:
        code, answer = next(iter(error.recipients.values()))
        raise StageFailure("envelope", f"the recipient {recipient!r} was refused: {code} {decoded(answer)}", code) from None
    except smtplib.SMTPResponseException as error:
        if error.smtp_code == AUTH_REQUIRED:
            raise StageFailure("auth", _with_unset(f"the server wants a login: {reply(error)}", settings), error.smtp_code) from None
        raise StageFailure("envelope", f"the sender {sender!r} or the message was refused: {reply(error)}", error.smtp_code) from None
    except (OSError, ValueError, smtplib.SMTPException) as error:
        raise StageFailure("envelope", f"the message could not be sent: {plain(error)}") from None
    return 250


def _with_unset(reason: str, settings: MailSettings) -> str:
    return "; ".join([reason, *settings.unset])
