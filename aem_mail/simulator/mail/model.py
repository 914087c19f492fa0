"""What goes into the mail path and what comes out, in the forms of the control plane's JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias

from aem_mail.simulator.state.values import Infrastructure, Networking, TlsMode, Variable

Stage: TypeAlias = Literal["config", "variables", "proxy", "connect", "tls", "auth", "envelope", "done"]
Configuration: TypeAlias = Mapping[str, Mapping[str, Any]]
"""Raw properties, placeholders unresolved, by PID."""

DEFAULT_RECIPIENT = "recipient@example.com"
DEFAULT_SUBJECT = "A message from AEM"


@dataclass(frozen=True)
class NetworkingInForce:
    """The advanced networking that carries an environment's connections, and the infrastructure below it."""

    infrastructure: Infrastructure
    networking: Networking


@dataclass(frozen=True)
class SendRequest:
    """What AEM knows at the moment it sends; `networking` None where advanced networking is not enabled."""

    configuration: Configuration
    tier: str
    variables: Sequence[Variable] = ()
    networking: NetworkingInForce | None = None
    to: str = DEFAULT_RECIPIENT
    subject: str = DEFAULT_SUBJECT


@dataclass(frozen=True)
class Resolved:
    """What AEM made of the configuration, without the password; `user` None where it does not log in."""

    host: str
    port: int
    ssl: bool
    user: str | None


@dataclass(frozen=True)
class SendResult:
    """How far the message came; `error` is one sentence, None when delivered, and never holds a password.

    `smtp_code` is the server's last answer where it decided the outcome, `resolved` None if the configuration could not be read.
    """

    stage: Stage
    error: str | None = None
    smtp_code: int | None = None
    resolved: Resolved | None = None

    @property
    def delivered(self) -> bool:
        return self.stage == "done"

    def to_json(self) -> dict[str, Any]:
        return {
            "delivered": self.delivered,
            "stage": self.stage,
            "smtpCode": self.smtp_code,
            "error": self.error,
            "resolved": None if self.resolved is None else asdict(self.resolved),
        }


@dataclass(frozen=True)
class Attachment:
    """What a message has beside its text; `name` is empty where it has none, `size` in bytes."""

    name: str
    type: str
    size: int


@dataclass(frozen=True)
class AcceptedMail:
    """A message that a server accepted; `tls` says how it really came, `time` is in seconds since the epoch, simulated.

    `dkim` are the signatures that it claims to have, as `selector._domainkey.domain`; nobody verifies them.
    """

    seq: int
    time: float
    host: str
    port: int
    tls: TlsMode
    user: str | None
    mail_from: str
    rcpt_to: Sequence[str]
    subject: str
    body: str
    attachments: Sequence[Attachment] = ()
    dkim: Sequence[str] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "seq": self.seq,
            "time": self.time,
            "host": self.host,
            "port": self.port,
            "tls": self.tls,
            "user": self.user,
            "mailFrom": self.mail_from,
            "rcptTo": list(self.rcpt_to),
            "subject": self.subject,
            "body": self.body,
            "attachments": [asdict(each) for each in self.attachments],
            "dkim": list(self.dkim),
        }
