"""Situations to be checked: an AEM project, a declaration and a live environment; by default one from which mail arrives."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal

from aem_mail.checks import Declaration, DeclaredVariable, Subject
from aem_mail.checks.network import NetworkFacts, SenderDomain
from aem_mail.checks.project import configurations, read_files
from aem_mail.checks.subject import TIERS
from aem_mail.live.model import LiveEnvironment, LiveProgram
from aem_mail.model import AdvancedNetworking, Environment, NetworkInfrastructure, PortForward, Variable, VariableKey
from aem_mail.osgi import MAIL_SERVICE_PID, ConfigurationFileError, MailService, load_configuration, render_mail_service, run_modes_of
from aem_mail.simulator.mail import MailPath, NetworkingInForce, SendRequest, SendResult
from aem_mail.simulator.state.secret import Secret
from aem_mail.simulator.state.values import Connection, Infrastructure, MailServer, Networking
from aem_mail.simulator.state.values import PortForward as Forward
from aem_mail.simulator.state.values import Variable as SetVariable
from tests.simulator.mail.mail_requests import variable

TODAY = date(2030, 6, 1)
HOST, PORT, PORT_ORIG = "smtp.sendgrid.com", 465, 30465
STARTTLS = {"smtp_port": "30587", "smtp_ssl": False, "smtp_starttls": True, "smtp_requiretls": True}
MAIL_FILE = f"config/{MAIL_SERVICE_PID}.cfg.json"
USERS = {"apikey": Secret.of("password123")}
SERVERS = (
    MailServer(HOST, 465, "implicit", USERS),
    MailServer(HOST, 587, "starttls", USERS),
    MailServer("relay.example.com", 25, "none"),
    MailServer("10.1.2.3", 465, "implicit", USERS),
    MailServer("mail.corp.internal", 465, "implicit", USERS),
)
DEFAULTS = render_mail_service(MailService(PORT_ORIG, PORT, "noreply@wknd.site", "EMAIL_USERNAME", "EMAIL_PASSWORD"))


@dataclass(frozen=True)
class Situation:
    """What there is: texts of files by path, and what is declared and live."""

    files: Mapping[str, str]
    declaration: Declaration | None
    live: LiveEnvironment | None = None
    environment_type: str = "dev"
    tiers: tuple[str, ...] = TIERS
    network: NetworkFacts | None = None
    others: tuple["Situation", ...] = ()

    def subject(self, directory: Path) -> Subject:
        """Write the project into the directory and return what is to be checked."""
        write(directory, self.files)
        files = read_files(directory)
        tiers = configurations(files, self.environment_type, self.tiers)
        others = tuple(one.subject(directory.with_name(f"{directory.name}-{number}")) for number, one in enumerate(self.others))
        return Subject(self.declaration, tiers, tuple(files.values()), self.live, TODAY, self.network, others)


def healthy(**changes: Any) -> Situation:
    """Return a situation from which mail arrives, but for the changes of its parts."""
    return replace(Situation({MAIL_FILE: mail_file()}, declared()), **changes)


def mail_file(**changes: Any) -> str:
    """Return the mail service's file; `smtp_port="1"` changes `smtp.port`, None removes a property."""
    properties = DEFAULTS | {key.replace("_", "."): value for key, value in changes.items()}
    return json.dumps({key: value for key, value in properties.items() if value is not None})


def with_mail(**changes: Any) -> Situation:
    """Return the healthy situation with other properties of the mail service."""
    return healthy(files={MAIL_FILE: mail_file(**changes)})


def secret(name: str, value: str | None, service: str | None = None) -> DeclaredVariable:
    return DeclaredVariable(VariableKey(service, name), "secretString", value)


def string(name: str, value: str, service: str | None = None) -> DeclaredVariable:
    return DeclaredVariable(VariableKey(service, name), "string", value)


USERNAME, PASSWORD = secret("EMAIL_USERNAME", "apikey"), secret("EMAIL_PASSWORD", "password123")


def declared(*rules: PortForward, **changes: Any) -> Declaration:
    """Return a declaration of everything that the mail service needs, with other rules where some are given."""
    complete = Declaration(
        "10001",
        "20001",
        kind="flexiblePortEgress",
        enables_networking=True,
        port_forwards=rules or (PortForward(HOST, PORT, PORT_ORIG),),
        variables=(USERNAME, PASSWORD),
    )
    return replace(complete, **changes)


def live(**changes: Any) -> LiveEnvironment:
    """Return a live environment that is ready and has networking enabled, without rules and variables."""
    ready = LiveEnvironment(
        Environment("20001", "10001", "dev", "dev", "ready", "va7"),
        networking=AdvancedNetworking(enabled=True, network_infrastructure_id="30001"),
        program=LiveProgram((infrastructure(),), sandbox=False),
    )
    program = {name: changes.pop(name) for name in ("infrastructures", "sandbox") if name in changes}
    return replace(ready, program=replace(ready.program, **program), **changes)


def believed(**changes: Any) -> NetworkFacts:
    """Return what a preflight sees of a domain that receivers believe, but for the changes."""
    sender = SenderDomain("wknd.site", "smtp.example.com", exists=True, spf=("v=spf1 -all",), dmarc=("v=DMARC1; p=none",))
    return NetworkFacts(sender=replace(sender, **changes))


def infrastructure(kind: str = "flexiblePortEgress", status: str = "ready", **more: Any) -> NetworkInfrastructure:
    return NetworkInfrastructure("30001", kind, "va7", status, **more)


def write(directory: Path, files: Mapping[str, str]) -> None:
    for path, text in files.items():
        (directory / path).parent.mkdir(parents=True, exist_ok=True)
        (directory / path).write_text(text, encoding="utf-8")


@dataclass
class Aem:
    """AEM's stand-in, which reads a situation's project from disk and sends one message."""

    mail_path: MailPath
    directory: Path
    sent: list[SendResult] = field(default_factory=list)

    def send(self, situation: Situation, tier: str) -> SendResult:
        subject = situation.subject(self.directory)
        try:
            configuration = load_configuration(self.directory, run_modes_of(tier, situation.environment_type))
        except ConfigurationFileError as error:
            return SendResult("config", str(error))
        variables = [_set(one) for one in subject.variables.values()]
        return self.mail_path.send(SendRequest(configuration, tier, variables, _networking(subject)))


def _set(declared: DeclaredVariable) -> SetVariable:
    type_: Literal["string", "secretString"] = "string" if declared.type == "string" else "secretString"
    return variable(declared.key.name, type_, declared.key.service, declared.value)


def _networking(subject: Subject) -> NetworkingInForce | None:
    enabled = subject.declaration is not None and subject.declaration.enables_networking
    if subject.live is not None:
        ready = all(one.status == "ready" for one in subject.live.program.infrastructures)
        enabled = ready and (enabled or subject.live.networking.enabled)
    if not enabled or subject.kind is None:
        return None
    rules = tuple(Forward(rule.name, rule.port_dest, rule.port_orig) for rule in subject.rules.values())
    return NetworkingInForce(_infrastructure(subject.kind, subject.declaration), Networking((), rules))


def _infrastructure(kind: str, declaration: Declaration | None) -> Infrastructure:
    declared_connections = () if declaration is None else declaration.connections or ()
    connections = tuple(Connection("vpn", each["gateway"], {}, Secret.of("a-key")) for each in declared_connections)
    return Infrastructure("30001", kind, "va7", dns=None if declaration is None else declaration.dns, connections=connections)


def shown(name: str, service: str | None = None, type_: str = "secretString", value: str | None = None) -> Variable:
    """Return a variable as Cloud Manager shows it."""
    return Variable(VariableKey(service, name), type_, "ready", value)
