"""What goes into the mail path and what comes out, in the forms of the control plane's JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, TypeAlias

from aem_mail.simulator.state.oauth_client import OAuthClient

TlsMode: TypeAlias = Literal["implicit", "starttls", "none"]
BasicAuth: TypeAlias = Literal["accepted", "disabled", "retired"]
Stage: TypeAlias = Literal["config", "variables", "proxy", "connect", "tls", "auth", "envelope", "done"]
Configuration: TypeAlias = Mapping[str, Mapping[str, Any]]
"""Raw properties, placeholders unresolved, by PID."""

PASSWORD_MECHANISMS = ("LOGIN", "PLAIN")
DEFAULT_RECIPIENT = "recipient@example.com"
DEFAULT_SUBJECT = "A message from AEM"


@dataclass(frozen=True)
class SmtpServer:
    """A mail server; with `users` (passwords by name) or `oauth` it requires a login, without both it takes everybody.

    `basic_auth` says what becomes of passwords: `disabled` (the tenant's or the mailbox's choice) and `retired` (the provider's)
    refuse the right ones too. `mechanisms` are those for passwords; XOAUTH2 is there with `oauth`, the application whose users have
    mailboxes here.
    """

    host: str
    port: int
    tls: TlsMode
    users: Mapping[str, str] = field(default_factory=dict, repr=False)
    basic_auth: BasicAuth = "accepted"
    mechanisms: tuple[str, ...] = PASSWORD_MECHANISMS
    oauth: OAuthClient[str] | None = None

    @property
    def address(self) -> tuple[str, int]:
        return self.host, self.port

    @property
    def wants_login(self) -> bool:
        return bool(self.users) or self.oauth is not None


@dataclass(frozen=True)
class PortForward:
    """`AEM_PROXY_HOST:port_orig` leads to `name:port_dest`."""

    name: str
    port_dest: int
    port_orig: int


@dataclass(frozen=True)
class NameServers:
    """A VPN's resolvers, the domains that they are asked for, and the address ranges (CIDR) that the VPN routes to."""

    resolvers: Sequence[str] = ()
    domains: Sequence[str] = ()
    reachable: Sequence[str] = ()

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> NameServers:
        return cls(*(tuple(document.get(name) or ()) for name in ("resolvers", "domains", "addressSpace")))


@dataclass(frozen=True)
class Networking:
    """The advanced networking that is in force in an environment; `name_servers` are a VPN's, None where it declares none."""

    kind: str
    port_forwards: Sequence[PortForward] = ()
    non_proxy_hosts: Sequence[str] = ()
    name_servers: NameServers | None = None


@dataclass(frozen=True)
class Variable:
    """An environment variable; `service` None stands for all tiers, `value` None for a secret known by its fingerprint only."""

    name: str
    type: Literal["string", "secretString"]
    service: str | None = None
    value: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class SendRequest:
    """What AEM knows at the moment it sends; `networking` None where advanced networking is not enabled."""

    configuration: Configuration
    tier: str
    variables: Sequence[Variable] = ()
    networking: Networking | None = None
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
class AcceptedMail:
    """A message that a server accepted; `tls` says how it really came, `time` is in seconds since the epoch, simulated."""

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
        }
