"""Situations to be checked: an AEM project, a declaration and a live environment; by default one from which mail arrives."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal

from aem_mail.checks import Declaration, DeclaredVariable, Subject
from aem_mail.checks.network import NetworkFacts, SenderDomain
from aem_mail.checks.project import configurations, parsed_file, read_files
from aem_mail.checks.subject import TIERS
from aem_mail.live.model import LiveEnvironment, LiveProgram
from aem_mail.model import (
    AdvancedNetworking,
    Environment,
    NetworkInfrastructure,
    PortForward,
    Variable,
    VariableKey,
    keyed,
    port_forward_entry,
    port_forward_of,
)
from aem_mail.model.statuses import VARIABLE_FAILED
from aem_mail.osgi import MAIL_SERVICE_PID, ConfigurationFileError, MailService, load_configuration, render_mail_service, run_modes_of
from aem_mail.simulator.mail import NetworkingInForce, SendRequest, SendResult, SimulatedMailPath
from aem_mail.simulator.state.secret import Secret
from aem_mail.simulator.state.values import Infrastructure, MailServer, Networking, VpnConnection
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
    """What there is: texts of files by path, and what is declared and live; ``rendered`` are the files that a stack declares."""

    files: Mapping[str, str]
    declaration: Declaration | None
    live: LiveEnvironment | None = None
    environment_type: str = "dev"
    tiers: tuple[str, ...] = TIERS
    network: NetworkFacts | None = None
    others: tuple["Situation", ...] = ()
    rendered: Mapping[str, str] = field(default_factory=dict)

    def subject(self, directory: Path) -> Subject:
        """Write the project into the directory and return what is to be checked."""
        write(directory, self.files)
        there = read_files(directory)
        rendered = {path: parsed_file(path, text, directory.resolve()) for path, text in self.rendered.items()}
        files, pairs = rendered | there, tuple((file, there.get(path)) for path, file in rendered.items())
        tiers = configurations(files, self.environment_type, self.tiers)
        others = tuple(one.subject(directory.with_name(f"{directory.name}-{number}")) for number, one in enumerate(self.others))
        return Subject(self.declaration, tiers, tuple(files.values()), self.live, TODAY, self.network, others, pairs)


def healthy(**changes: Any) -> Situation:
    """Return a situation from which mail arrives, except for the changes of its parts."""
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
    """Return a live environment that is ready and has what `declared` declares, except for the changes."""
    return live_of(declared(), **changes)


def live_of(declaration: Declaration, **changes: Any) -> LiveEnvironment:
    """Return a live environment that is ready and has what is declared, except for the changes."""
    ready = LiveEnvironment(
        Environment("20001", "10001", "dev", "dev", "ready", "va7"),
        networking=enabled(*declaration.port_forwards),
        variables=tuple(
            Variable(one.key, one.type, "ready", None if one.type == "secretString" else one.value) for one in declaration.variables
        ),
        program=LiveProgram((infrastructure(declaration.kind or "flexiblePortEgress"),), sandbox=False),
    )
    program = {name: changes.pop(name) for name in ("infrastructures", "sandbox") if name in changes}
    return replace(ready, program=replace(ready.program, **program), **changes)


def enabled(*rules: PortForward) -> AdvancedNetworking:
    """Return advanced networking with these rules."""
    return AdvancedNetworking(True, "30001", port_forwards=tuple(map(port_forward_entry, rules)))


def believed(**changes: Any) -> NetworkFacts:
    """Return what a preflight sees of a domain that receivers believe, except for the changes."""
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

    mail_path: SimulatedMailPath
    directory: Path
    sent: list[SendResult] = field(default_factory=list)

    def send(self, situation: Situation, tier: str) -> SendResult:
        subject = situation.subject(self.directory)
        try:
            configuration = load_configuration(self.directory, run_modes_of(tier, situation.environment_type))
        except ConfigurationFileError as error:
            return SendResult("config", str(error))
        return self.mail_path.send(SendRequest(configuration, tier, list(map(_set, _variables(subject))), _networking(subject)))


def _set(declared: DeclaredVariable) -> SetVariable:
    type_: Literal["string", "secretString"] = "string" if declared.type == "string" else "secretString"
    return variable(declared.key.name, type_, declared.key.service, declared.value)


def _variables(subject: Subject) -> list[DeclaredVariable]:
    """Return the variables of the live environment, without one of what is declared; secrets have the values that are declared."""
    declared = {} if subject.declaration is None else {one.key: one for one in subject.declaration.variables}
    if subject.live is None:
        return list(declared.values())
    values = {key: variable.value for key, variable in declared.items() if variable.type == "secretString"}
    there = keyed([one for one in subject.live.variables if one.status not in VARIABLE_FAILED]).items()
    return [DeclaredVariable(key, one.type, values.get(key) if one.value is None else one.value) for key, one in there]


def _networking(subject: Subject) -> NetworkingInForce | None:
    declaration, live = subject.declaration, subject.live
    if live is None:
        on, rules = declaration is not None and declaration.enables_networking, () if declaration is None else declaration.port_forwards
        kind = None if declaration is None else declaration.kind
    else:
        kind = next((one.kind for one in live.program.infrastructures), None)
        on = live.networking.enabled and all(one.status == "ready" for one in live.program.infrastructures)
        rules = tuple(map(port_forward_of, live.networking.port_forwards))
    if not on or kind is None:
        return None
    forwards = tuple(Forward(rule.name, rule.port_dest, rule.port_orig) for rule in rules)
    return NetworkingInForce(_infrastructure(kind, declaration), Networking((), forwards))


def _infrastructure(kind: str, declaration: Declaration | None) -> Infrastructure:
    declared_connections = () if declaration is None else declaration.connections or ()
    connections = tuple(VpnConnection("vpn", each["gateway"], {}, Secret.of("a-key")) for each in declared_connections)
    return Infrastructure("30001", kind, "va7", dns=None if declaration is None else declaration.dns, connections=connections)


def shown(name: str, service: str | None = None, type_: str = "secretString", value: str | None = None) -> Variable:
    """Return a variable as Cloud Manager shows it."""
    return Variable(VariableKey(service, name), type_, "ready", value)
