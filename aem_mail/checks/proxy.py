"""From AEM to the proxy: host, port, and the port forward that waits there."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from aem_mail.checks.catalogue import CONFIGURATION, check
from aem_mail.checks.egress import tested
from aem_mail.checks.finding import Fault, Severity
from aem_mail.checks.place import rule_place
from aem_mail.checks.subject import PROXY_HOST, ResolvedService, Subject
from aem_mail.kinds.forms import host as host_form
from aem_mail.model.limits import PORT_ORIG_BASE, PORT_ORIG_MAX, PORT_ORIG_MIN
from aem_mail.osgi import PROXY_HOST_PLACEHOLDER

DEFAULT_PORT: Final = "25"
MAIL_PORTS: Final = (25, 465, 587)


@check(
    "M01",
    Severity.ERROR,
    "smtp.host is the mail server itself",
    symptom="Connections to the mail server time out.",
    source="Adobe, e-mail service with advanced networking; generic AEM examples set the real host",
    needs=(CONFIGURATION,),
)
def real_host(subject: Subject) -> Iterator[Fault]:
    """`smtp.host` must resolve to AEM's proxy, which `$[env:AEM_PROXY_HOST;default=proxy.tunnel]` stands for."""
    for service in subject.mail_services():
        host = service.text("smtp.host")
        if host is None or host_form(host) == PROXY_HOST:
            continue
        directly = f"AEM would connect to {service.told('smtp.host')} directly, where it has no way to, and time out."
        effect = directly if host else "AEM would send nothing at all."
        yield Fault(service.where("smtp.host"), effect, f"Set it to {PROXY_HOST_PLACEHOLDER}.")


@check(
    "M02",
    Severity.ERROR,
    "No port forward waits at smtp.port",
    symptom="Connections to the proxy are refused or time out.",
    source="Adobe, e-mail service with advanced networking",
    needs=(CONFIGURATION,),
)
def no_rule(subject: Subject) -> Iterator[Fault]:
    """`smtp.port` must be the `portOrig` of a port forward of the environment, declared or live; never the mail server's own port.

    Where the rules are not known, it must at least be one that a rule can have.
    """
    for service in subject.mail_services():
        port = service.text("smtp.port")
        if port is None or service.rule(subject) is not None:
            continue
        if not subject.knows_rules:
            yield from _impossible(service, port)
            continue
        rules = ", ".join(map(str, sorted(subject.rules.values(), key=lambda rule: rule.port_orig))) or "none"
        there = f"{PROXY_HOST}:{service.told('smtp.port') or DEFAULT_PORT}"
        effect = f"AEM would connect to {there}, where no port forward listens (there are: {rules})."
        own = next((rule for rule in subject.rules.values() if str(rule.port_dest) == port), None)
        fix = "Declare a port forward with that portOrig, or set smtp.port to the portOrig of one that is there."
        if own is not None:
            fix = f"Set it to {own.port_orig}, the portOrig of the rule {own}; {port} is the mail server's own port."
            fix = f"{fix} Then {tested(own.name, own.port_dest)}."
        yield Fault(service.where("smtp.port"), effect, fix)


def _impossible(service: ResolvedService, port: str) -> Iterator[Fault]:
    """Yield the port of the proxy at which no rule can listen, whatever the rules are."""
    possible = port.isascii() and port.isdigit() and PORT_ORIG_MIN <= int(port[:6]) <= PORT_ORIG_MAX
    if possible or host_form(service.text("smtp.host")) != PROXY_HOST:
        return
    there = f"{PROXY_HOST}:{service.told('smtp.port') or DEFAULT_PORT}"
    effect = f"AEM would connect to {there}, where no port forward can listen: a portOrig is from {PORT_ORIG_MIN} to {PORT_ORIG_MAX}."
    such = next((f", such as {PORT_ORIG_BASE + own} for port {own}" for own in MAIL_PORTS if str(own) == port), "")
    yield Fault(service.where("smtp.port"), effect, f"Set it to the portOrig of the rule that leads to the mail server{such}.")


@check(
    "M03",
    Severity.ERROR,
    "A portOrig that Cloud Manager does not take",
    symptom="Cloud Manager refuses the rule with 400, or one of two rules never works.",
    source="Adobe's advanced networking guide; an older one shows 53306",
)
def port_orig_range(subject: Subject) -> Iterator[Fault]:
    """A declared `portOrig` must lie in 30000–30999 and be unique in its environment; no two live rules may share one."""
    declared = subject.declaration.port_forwards if subject.declaration is not None else ()
    for rule in declared:
        if not PORT_ORIG_MIN <= rule.port_orig <= PORT_ORIG_MAX:
            effect = "Cloud Manager would refuse the rule, and AEM's connection would find nobody."
            yield Fault(rule_place(rule), effect, f"Choose a portOrig from {PORT_ORIG_MIN} to {PORT_ORIG_MAX}.")
    for port_orig, times in Counter(rule.port_orig for rule in set(declared)).items():
        if times > 1:
            rules = tuple(rule for rule in sorted(set(declared)) if rule.port_orig == port_orig)
            effect = f"Only one of the {times} rules could be there, and mail of the others would go astray."
            yield Fault(rule_place(*rules), effect, "Give each rule a portOrig of its own.")
    for port_orig, sharing in subject.shared_ports.items():
        effect = f"Nobody can tell which of the {len(sharing)} live rules on {port_orig} AEM's connections take."
        fix = "Remove all but one of them in Cloud Manager: until then nothing on that port is changed from here."
        yield Fault(rule_place(*sharing), effect, fix)


@check(
    "M04",
    Severity.WARNING,
    "A portOrig that suggests another port",
    symptom="TLS errors that seem to contradict the port.",
    source="A mapping 30465 → 587 that circulates in blogs; Adobe's convention is 30000 + the port",
)
def misleading_port(subject: Subject) -> Iterator[Fault]:
    """A `portOrig` of 30025, 30465 or 30587 should lead to that very port, since readers judge `smtp.ssl` by it."""
    for rule in subject.rules.values():
        suggested = rule.port_orig - PORT_ORIG_BASE
        if suggested in MAIL_PORTS and rule.port_dest in MAIL_PORTS and suggested != rule.port_dest:
            effect = f"AEM would reach port {rule.port_dest}, while the number suggests {suggested} and TLS as that port has it."
            fix = f"Use portOrig {PORT_ORIG_BASE + rule.port_dest}, and judge smtp.ssl by port {rule.port_dest}."
            yield Fault(rule_place(rule), effect, subject.fix_of(rule, fix))
