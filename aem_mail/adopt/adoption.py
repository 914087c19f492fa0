"""From what is live in one environment to what declares it, and what stays undeclared."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aem_mail.adopt import declarable
from aem_mail.adopt.declarable import Declared, Undeclared, declared_in, left_in
from aem_mail.adopt.mail import CREDENTIALS, NETWORKING_NAME, Mail, hindrances, services_of
from aem_mail.adopt.mail_rule import MailRule, mail_rule
from aem_mail.adopt.project import Stated
from aem_mail.kinds.advanced_networking import ADVANCED_NETWORKING
from aem_mail.kinds.secret_variable import SECRET_VARIABLE
from aem_mail.live.model import LiveEnvironment
from aem_mail.model import AdvancedNetworking, EgressMode, EnvironmentId, NetworkInfrastructure, PortForward, port_forward_of
from aem_mail.model.statuses import ENVIRONMENT_CHANGING, ENVIRONMENT_UNCHANGEABLE, GONE, INFRASTRUCTURE_FAILED

NOTHING_STATED: Final = Stated()
NO_WAY_OUT: Final = "the program has no network infrastructure that works, so nothing of its networking can be changed"


@dataclass(frozen=True, slots=True)
class Choices:
    """What the user decides; ``egress`` None: managed for the production environment, existing for others.

    ``stated`` is what the AEM project says, which counts where the user says nothing.
    """

    egress: str | None = None
    smtp_port_orig: int | None = None
    from_address: str | None = None
    stated: Stated = NOTHING_STATED

    @property
    def sender(self) -> str | None:
        return self.from_address or self.stated.from_address


@dataclass(frozen=True, slots=True)
class Adoption:
    """What declares an environment: a MailEgress, if one can, and the resources besides it, by kind and name."""

    environment: EnvironmentId
    mail: Mail | None
    resources: tuple[Declared, ...]
    left: tuple[Undeclared, ...]
    notes: tuple[str, ...]

    @property
    def secrets(self) -> tuple[Declared, ...]:
        """The secrets besides the mail's."""
        return tuple(one for one in self.resources if one.kind == SECRET_VARIABLE.name)

    @property
    def is_empty(self) -> bool:
        return self.mail is None and not self.resources


@dataclass(frozen=True, slots=True)
class _ProgramEgress:
    """How the program's traffic leaves: what its infrastructures are, and which of them this stack declares."""

    kind: str | None = None
    primary: Declared | None = None
    others: tuple[Declared, ...] = ()
    left: tuple[Undeclared, ...] = ()

    def egress(self, hosts: Sequence[str]) -> dict[str, Any]:
        mode = EgressMode.EXISTING if self.primary is None else EgressMode.MANAGED
        settings = {"mode": str(mode), **({"kind": self.kind} if self.primary is None else self.primary.arguments)}
        return {**settings, "non_proxy_hosts": list(hosts)} if hosts else settings


def adopt(live: LiveEnvironment, choices: Choices) -> Adoption:
    """Sort everything live into what is declared and what is left.

    Raises InvalidInput where the port that the user names for the mail has no rule.
    """
    environment = EnvironmentId(live.environment.program_id, live.environment.id)
    program_egress = _program_egress(live, choices)
    networking = live.networking if program_egress.kind is not None else AdvancedNetworking(enabled=False)
    hosts, left_hosts = declarable.non_proxy_hosts(environment, networking, program_egress.kind or "")
    rules = declarable.port_forwards(environment, networking)
    variables = declarable.variables(environment, live.variables)
    found = mail_rule([_rule(one) for one in declared_in(rules)], choices.smtp_port_orig, choices.stated.port_orig)
    mail, why = _mail(environment, found, declared_in(variables), program_egress.egress(hosts), choices)
    resources = [*_networking(networking, program_egress, hosts, alone=mail is None), *declared_in(rules), *declared_in(variables)]
    besides = [one for one in resources if mail is None or one.name not in mail.resource_names()]
    unreachable = [] if networking is live.networking else _unreachable(environment, live.networking)
    return Adoption(
        environment,
        mail,
        tuple(besides),
        (*program_egress.left, *left_in(rules), *unreachable, *filter(None, [left_hosts]), *left_in(variables)),
        tuple(_notes(live, program_egress, found, why)),
    )


def _program_egress(live: LiveEnvironment, choices: Choices) -> _ProgramEgress:
    there = [one for one in live.program.infrastructures if one.status not in GONE]
    usable = [one for one in there if one.status not in INFRASTRUCTURE_FAILED]
    broken = tuple(_broken(one) for one in there if one.status in INFRASTRUCTURE_FAILED)
    if not usable:
        return _ProgramEgress(left=broken)
    primary = _primary(live, usable)
    if (choices.egress or (EgressMode.MANAGED if live.environment.type == "prod" else EgressMode.EXISTING)) == EgressMode.EXISTING:
        return _ProgramEgress(primary.kind, left=broken)
    judged = declarable.infrastructures(live.environment.program_id, usable)
    declared = declared_in(judged)
    by_mail = next((one for one in declared if one.arguments["region"] == primary.region), None)
    others = tuple(one for one in declared if one is not by_mail)
    return _ProgramEgress(primary.kind, by_mail, others, (*broken, *left_in(judged)))


def _primary(live: LiveEnvironment, usable: Sequence[NetworkInfrastructure]) -> NetworkInfrastructure:
    return min(usable, key=lambda one: (not one.is_primary_region, one.region != live.environment.region, one.region))


def _mail(
    environment: EnvironmentId, found: MailRule, variables: Sequence[Declared], egress: Mapping[str, Any], choices: Choices
) -> tuple[Mail | None, str]:
    """Return the MailEgress, or why there is none."""
    if found.rule is None:
        return None, ""
    services = services_of([one for one in variables if one.kind == SECRET_VARIABLE.name])
    if not services:
        return None, f"{' and '.join(CREDENTIALS)} are not both there as secrets for the same service"
    mail = Mail(found.rule, services, egress, choices.sender)
    return (mail, "") if not (faults := hindrances(environment, mail)) else (None, "; ".join(faults))


def _networking(networking: AdvancedNetworking, program_egress: _ProgramEgress, hosts: Sequence[str], *, alone: bool) -> list[Declared]:
    """Return infrastructures and enablement; a MailEgress, without which they are ``alone``, declares the primary one itself."""
    infrastructures = [*([program_egress.primary] if alone and program_egress.primary is not None else []), *program_egress.others]
    if not networking.enabled:
        return infrastructures
    arguments: dict[str, Any] = {"non_proxy_hosts": list(hosts)} if hosts else {}
    if program_egress.primary is None:
        arguments["infrastructure_kind"] = program_egress.kind
    return [*infrastructures, Declared(ADVANCED_NETWORKING.name, NETWORKING_NAME, arguments)]


def _unreachable(environment: EnvironmentId, networking: AdvancedNetworking) -> list[Undeclared]:
    return [declarable.left_rule(environment, port_forward_of(entry), NO_WAY_OUT) for entry in networking.port_forwards]


def _broken(one: NetworkInfrastructure) -> Undeclared:
    details = f" ({one.status_details})" if one.status_details else ""
    return Undeclared(f"network infrastructure {one.id} ({one.kind} in {one.region})", f"its status is {one.status}{details}")


def _rule(one: Declared) -> PortForward:
    return PortForward(one.arguments["name"], one.arguments["port_dest"], one.arguments["port_orig"])


def _notes(live: LiveEnvironment, program_egress: _ProgramEgress, found: MailRule, why: str) -> Iterator[str]:
    status = live.environment.status
    if status in ENVIRONMENT_CHANGING:
        yield f"The environment is {status}: what was read may change with it. Run this again once it is ready."
    elif status in ENVIRONMENT_UNCHANGEABLE:
        yield f"The environment cannot be changed now: {ENVIRONMENT_UNCHANGEABLE[status]}."
    if program_egress.kind is None:
        yield "The program has no network infrastructure that works (a sandbox program can have none), so only variables are declared."
    elif not live.networking.enabled:
        yield "Advanced networking is not enabled on this environment, so no mail can leave it, and nothing of its networking is declared."
    else:
        yield found.reason
    if why:
        yield f"No MailEgress declares it, but it is declared by itself: {why.removesuffix('.')}."
    if program_egress.kind is not None and program_egress.primary is None:
        yield "The network infrastructure is used, not declared: it belongs to one stack of the program (--egress managed)."
