"""From the proxy to the mail server: network infrastructure, enablement, and what blocks it."""

from collections.abc import Iterator, Sequence
from typing import Final

from aem_mail.checks.catalogue import DECLARATION, LIVE, check
from aem_mail.checks.finding import Fault, Severity
from aem_mail.checks.place import Place, PlaceKind, environment_place, infrastructure_place, program_place, rule_place, variable_place
from aem_mail.checks.placeholders import readings
from aem_mail.checks.subject import Subject
from aem_mail.kinds.forms import host as host_form
from aem_mail.kinds.hosts import is_ipv4, is_private_host
from aem_mail.kinds.replacement import provisioning
from aem_mail.kinds.vpn import resolvers_outside
from aem_mail.model import Kind, PortForward, VariableKey
from aem_mail.model.statuses import DELETED, HIBERNATED, READY, VARIABLE_CHANGING, VARIABLE_FAILED
from aem_mail.presets import preset_for

WAKE: Final = "Wake it up in Cloud Manager, and wait until it is ready"
OPEN_PORTS: Final = (80, 443)
BEHIND_A_FIXED_ADDRESS: Final = (Kind.DEDICATED_EGRESS_IP, Kind.VPN)


@check(
    "M18",
    Severity.ERROR,
    "A dedicated egress IP that this environment does not use",
    symptom="The mail server rejects AEM's address.",
    source="Adobe, ka-34818",
    needs=(LIVE,),
    network=True,
)
def unused_address(subject: Subject) -> Iterator[Fault]:
    """Where the program has a dedicated egress IP, each environment that sends mail needs advanced networking enabled.

    `aem-mail preflight` also looks whether the address is there, and names it for the mail server's allow-list.
    """
    if subject.kind != Kind.DEDICATED_EGRESS_IP:
        return
    live, network = subject.live, subject.network
    declared = subject.declaration is not None and subject.declaration.enables_networking
    if live is not None and not live.networking.enabled and not declared:
        effect = "AEM would leave by shared addresses, or not at all: advanced networking is not enabled on this environment."
        address = egress_host(live.environment.program_id)
        fix = f"Enable it, and let the mail server accept the address of {address}; see with Cloud Manager's Network Connectivity Test."
        yield Fault(Place(PlaceKind.ADVANCED_NETWORKING), effect, fix)
    if network is not None and network.egress_host is not None and network.egress_addresses == ():
        effect = f"AEM would come from an address that nobody knows yet: {network.egress_host} does not resolve."
        fix = f"Wait until the network infrastructure is ready ({provisioning(subject.kind)}), and check Cloud Manager if it stays so."
        yield Fault(egress_place(network.egress_host), effect, fix)


@check(
    "M20",
    Severity.ERROR,
    "A private mail server without a VPN",
    symptom="The mail host is unreachable.",
    source="Adobe's guide: only a VPN reaches private hosts; a blog that says dedicated egress IP is wrong",
)
def private_target(subject: Subject) -> Iterator[Fault]:
    """A port forward to a private address or a local name needs a network infrastructure of kind vpn."""
    if subject.kind is None or subject.kind == Kind.VPN:
        return
    for rule in subject.rules.values():
        if rule.name and is_private_host(rule.name):
            effect = f"AEM would find no way to {rule.name}: an infrastructure of kind {subject.kind} ends in the internet."
            yield Fault(
                rule_place(rule),
                effect,
                f"Use a network infrastructure of kind vpn, and {tested(rule.name, rule.port_dest)}; or a mail server of the internet.",
            )


@check(
    "M21",
    Severity.ERROR,
    "A name that the VPN cannot resolve",
    symptom="The mail host's name is not resolved.",
    source="Adobe's pages on advanced networking and on the Network Connectivity Test (2026): only its resolvers are asked",
)
def unresolvable(subject: Subject) -> Iterator[Fault]:
    """A VPN asks its own resolvers only, so they must lie in its gateway's address space and know the mail host, a public one too."""
    if subject.kind != Kind.VPN:
        return
    there = subject.live.program.infrastructures if subject.live is not None else ()
    sides = (next((one for one in there if one.kind == Kind.VPN), None), subject.declaration)
    dns = next((one.dns for one in sides if one is not None and one.dns is not None), None)
    connections = next((one.connections for one in sides if one is not None and one.connections), None)
    for problem in resolvers_outside({"dns": dns, "connections": list(connections or ())}):
        effect = f"AEM would resolve no name: {problem.message}."
        yield Fault(Place(PlaceKind.NETWORK_INFRASTRUCTURE, parts=(problem.field,)), effect, "Name a resolver within it, or widen it.")
    for rule in subject.rules.values():
        if rule.name and not is_ipv4(rule.name):
            yield from _unknown_name(rule, tuple((dns or {}).get("resolvers") or ()))


@check(
    "M22",
    Severity.ERROR,
    "The environment, the infrastructure or a variable is not ready",
    symptom="The rule or the variable is set, and nothing changes.",
    source="Adobe's guide: about ten minutes after each change",
    needs=(LIVE,),
)
def not_ready(subject: Subject) -> Iterator[Fault]:
    """Environment and network infrastructure must be ready before anything is true of them, as must each variable that mail needs.

    Those are the declared ones, and those that the mail configuration of a tier reads.
    """
    if subject.live is None:
        return
    environment, program = subject.live.environment, subject.live.program
    if program.is_going:
        effect = f"AEM would soon send nothing from here: the program is {program.status}."
        yield Fault(program_place(environment.program_id), effect, "Use another program, or undo that in Cloud Manager.")
    if environment.status != READY:
        effect = f"AEM may still use what was before: the environment is {environment.status}."
        fix = f"{WAKE if environment.status == HIBERNATED else 'Wait until it is ready; if it failed, check Cloud Manager'}"
        fix += "; Adobe's support frees one that stays updating." if environment.status == "updating" else "."
        yield Fault(environment_place(environment.id), effect, fix)
    for one in subject.live.program.infrastructures:
        if one.status not in (READY, DELETED):
            details = f" ({one.status_details})" if one.status_details else ""
            effect = f"AEM would find nobody behind its proxy: the infrastructure is {one.status}{details}."
            yield Fault(infrastructure_place(one.id), effect, "Wait until it is ready; if it failed, delete it and create it again.")
    needed = _needed(subject)
    for variable in subject.live.variables:
        if variable.key in needed and variable.status in VARIABLE_FAILED | VARIABLE_CHANGING:
            effect = f"AEM may not have it, or not its last value: the variable is {variable.status}."
            fix = "Wait until it is ready; if it failed, run `pulumi up --refresh`, or set it again where no stack declares it."
            yield Fault(variable_place(variable.key), effect, fix)


@check(
    "M23",
    Severity.ERROR,
    "An infrastructure that Cloud Manager will not create",
    symptom="The creation is refused.",
    source="Adobe, configuring advanced networking",
    needs=(DECLARATION, LIVE),
)
def refused_creation(subject: Subject) -> Iterator[Fault]:
    """Sandbox programs have no advanced networking, and a program has infrastructures of one kind only."""
    declaration, live = subject.declaration, subject.live
    if declaration is None or live is None:
        return
    if live.program.sandbox and (declaration.kind is not None or declaration.enables_networking):
        effect = "Cloud Manager would refuse it: this is a sandbox program, and those have no advanced networking."
        yield Fault(program_place(declaration.program_id), effect, "Use a production program.")
    for one in live.program.infrastructures:
        if declaration.kind is not None and one.kind != declaration.kind and one.status != DELETED:
            effect = f"Cloud Manager would refuse a {declaration.kind}: the program has a {one.kind} in {one.region}."
            yield Fault(infrastructure_place(one.id), effect, f"Declare {one.kind}, or delete it first (all traffic stops).")


@check(
    "M24",
    Severity.WARNING,
    "The mail server among the non-proxy hosts",
    symptom="No effect; other ports of the host may be blocked.",
    source="Adobe's guide: non-proxy hosts concern HTTP and HTTPS",
)
def non_proxy_mail_host(subject: Subject) -> Iterator[Fault]:
    """Non-proxy hosts concern HTTP(S) only, so a mail server does not belong there; an infrastructure for flexible ports has none."""
    declared = subject.declaration.non_proxy_hosts if subject.declaration is not None else None
    there = subject.live.networking.non_proxy_hosts if subject.live is not None else ()
    hosts = dict.fromkeys((*(declared or ()), *map(host_form, there)))
    if hosts and subject.kind == Kind.FLEXIBLE_PORT_EGRESS:
        effect = f"Cloud Manager would refuse them: an infrastructure of kind {subject.kind} has no non-proxy hosts."
        yield Fault(Place(PlaceKind.NON_PROXY_HOSTS), effect, "Remove them, or use a dedicated egress IP.", Severity.ERROR)
    for rule in subject.rules.values():
        covering = next((host for host in hosts if _covers(host, rule)), None)
        if covering is not None:
            effect = f"AEM would send mail to {rule.name} through the port forward anyway; {covering} changes HTTP and HTTPS only."
            where = Place(PlaceKind.NON_PROXY_HOST, (covering,))
            yield Fault(where, effect, "Remove it, unless HTTP to that host should bypass the proxy.")


@check(
    "M25",
    Severity.INFO,
    "A port forward for a port that is open",
    symptom="None.",
    source="Adobe's guide: ports 80 and 443 need no rule",
)
def open_port(subject: Subject) -> Iterator[Fault]:
    """Destination ports 80 and 443 are open without a port forward."""
    for rule in subject.rules.values():
        if rule.port_dest in OPEN_PORTS:
            yield Fault(rule_place(rule), f"AEM would reach port {rule.port_dest} without it too.", subject.fix_of(rule, "Drop the rule."))


@check(
    "M32",
    Severity.WARNING,
    "A kind of environment that behaves differently",
    symptom="What works elsewhere does not work here.",
    source="Adobe's page on rapid development environments; to be tested with Adobe",
    needs=(LIVE,),
)
def special_environment(subject: Subject) -> Iterator[Fault]:
    """Rapid development environments and those of sandbox programs are no proof for dev, stage and prod."""
    if subject.live is None:
        return
    environment = subject.live.environment
    if environment.type == "rde":
        effect = "AEM may send differently than on dev, stage and prod: a rapid development environment is built without a pipeline."
        yield Fault(environment_place(environment.id), effect, "Try it on a dev environment too.")
    if subject.live.program.sandbox:
        effect = "AEM has no advanced networking here, so mail cannot leave: this is a sandbox program."
        yield Fault(program_place(environment.program_id), effect, "Use a production program.")


@check(
    "M33",
    Severity.INFO,
    "An allow-list that does not guard SMTP",
    symptom="Mail is accepted from any address, although an allow-list is set.",
    source="Postmark's note on IP allow-listing: it covers the API, not SMTP",
)
def idle_allow_list(subject: Subject) -> Iterator[Fault]:
    """A fixed egress address guards nothing where the mail server's allow-list does not cover SMTP."""
    for rule in subject.rules.values():
        preset = preset_for(rule.name)
        if preset.guards_smtp is False and subject.kind in BEHIND_A_FIXED_ADDRESS:
            effect = f"AEM's fixed address would not be looked at by {preset.title}'s allow-list, which covers its API only."
            yield Fault(rule_place(rule), effect, "Guard the token instead; for mail alone, flexible port egress is enough.")


def tested(host: str, port: int) -> str:
    """Return the advice to have Cloud Manager connect from where AEM's mail leaves; no machine outside sees that."""
    return f"run Cloud Manager's Network Connectivity Test for {host}, port {port}, and give its copied result to `aem-mail explain`"


def egress_host(program_id: str) -> str:
    """Return the name whose A record is a program's dedicated egress IP."""
    return f"p{program_id}.external.adobeaemcloud.com"


def egress_place(host: str) -> Place:
    return Place(PlaceKind.EGRESS_ADDRESS, (host,))


def _needed(subject: Subject) -> frozenset[VariableKey]:
    """Return the variables that are declared, and those that a tier's mail configuration reads."""
    declared = () if subject.declaration is None else subject.declaration.variables
    read = (subject.seen_by(tier.tier).get(one.placeholder.name) for tier in subject.tiers for one in readings(tier))
    return frozenset(one.key for one in (*declared, *read) if one is not None)


def _unknown_name(rule: PortForward, resolvers: Sequence[str]) -> Iterator[Fault]:
    private = is_private_host(rule.name)
    if private and not resolvers:
        effect = f"AEM would ask public name servers for {rule.name}, which do not know it."
        yield Fault(rule_place(rule), effect, "Add resolvers that know it to the VPN's dns.resolvers.")
    if resolvers and not private:
        effect = f"AEM would ask only the VPN's resolvers ({', '.join(resolvers)}) for {rule.name}, and never public name servers."
        fix = f"Make sure that they know it: {tested(rule.name, rule.port_dest)}."
        yield Fault(rule_place(rule), effect, fix, Severity.WARNING)


def _covers(host: str, rule: PortForward) -> bool:
    return host == rule.name or (host.startswith("*.") and rule.name.endswith(host[1:]))
