"""What is declared, compared with what is there: no mail takes a way that is only declared."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from aem_mail.checks.catalogue import CONFIGURATION, DECLARATION, LIVE, check
from aem_mail.checks.finding import Fault, Severity
from aem_mail.checks.place import Place, PlaceKind, rule_place, variable_place
from aem_mail.checks.subject import PROXY_HOST, Declaration, DeclaredVariable, ProjectFile, Subject, TierConfiguration
from aem_mail.live.model import LiveEnvironment
from aem_mail.model import PortForward, Variable, keyed
from aem_mail.osgi import best_matches
from aem_mail.osgi.oauth_provider import as_before
from aem_mail.text.words import listed

NOT_YET: Final = "Declared, not there yet"
NO_MORE: Final = "Declared, no longer there"
WITH_A_VALUE: Final = "It is declared without a value: give it one. "
CREATE: Final = "Run `pulumi up`."
RESTORE: Final = "Run `pulumi up --refresh` to restore it."
ONE_OF_SEVERAL: Final = "Remove it in Cloud Manager: until one rule is left on that port, nothing on it is changed from here (M03)."
TAKEN: Final = '`pulumi up` refuses to overwrite it unless on_conflict="replace" is declared: declare that, or what is there'
RESTORE_OR_DECLARE: Final = "Run `pulumi up --refresh` to restore what is declared, or declare what is there."


@check(
    "M34",
    Severity.ERROR,
    "What is declared is not there, or is different",
    symptom="Mail fails, or leaves by another way than the declared one, although the stack looks right.",
    source="Changes made by hand in Cloud Manager; a check before the first `pulumi up`",
    needs=(DECLARATION, LIVE),
)
def not_as_declared(subject: Subject) -> Iterator[Fault]:
    """Port forwards, variables, advanced networking and the infrastructure that are declared must be there, as they are declared.

    The other checks judge what is there, and what is declared only where nothing is there.
    """
    declaration, live = subject.declaration, subject.live
    if declaration is None or live is None:
        return
    yield from _infrastructure(declaration, live)
    if declaration.enables_networking and not live.networking.enabled:
        yield _missing(declaration, Place(PlaceKind.ADVANCED_NETWORKING), "AEM would have no proxy")
    rules, variables = subject.live_rules, keyed(live.variables)
    for rule in declaration.port_forwards:
        yield from _rule(declaration, rule, [there for there in rules if there.port_orig == rule.port_orig])
    for variable in declaration.variables:
        yield from _variable(declaration, variable, variables.get(variable.key))


@check(
    "M35",
    Severity.ERROR,
    "The OSGi configuration is not the declared one",
    symptom="AEM sends no mail, or sends it differently, after the next deployment.",
    source="Files of the AEM project that were edited, deleted, or hidden by others, after `pulumi up` wrote them",
    needs=(CONFIGURATION,),
)
def other_file(subject: Subject) -> Iterator[Fault]:
    """A file that the stack writes into the AEM project must be there, with the properties that are declared; its form is free.

    A file that nobody declares must not hide it from a tier, such as one in config.author, unless it has the same properties. Before
    the first `pulumi up` this is looked at only where Cloud Manager is asked, too.
    """
    recorded = subject.declaration is None or subject.declaration.recorded
    for declared, there in subject.rendered:
        if there is None:
            effect = f"{NO_MORE if recorded else NOT_YET}: AEM would get no such configuration with the next deployment."
            yield Fault(declared.where(), effect, RESTORE if recorded else CREATE)
        elif there.properties is not None and (different := _different(there, declared)):
            effect = f"AEM would get other values than the declared ones of {listed(different)}."
            yield Fault(there.where(*different), effect, RESTORE_OR_DECLARE if recorded else "Declare these values, or remove the file.")
    for tier in subject.tiers:
        yield from _hiding(tier, {declared.path: declared for declared, _ in subject.rendered})


@check(
    "M36",
    Severity.ERROR,
    "The last `pulumi up` did not come to its end",
    symptom="A part of what mail needs is not there, although the stack is up.",
    source="A `pulumi up` that was refused half-way",
    needs=(DECLARATION,),
)
def unfinished(subject: Subject) -> Iterator[Fault]:
    """Of a MailEgress, advanced networking and the port forward must be recorded, once anything of it is."""
    for component, missing in subject.declaration.unfinished if subject.declaration is not None else ():
        effect = f"{NOT_YET}: AEM has only a part of what its mail needs."
        yield Fault(
            Place(PlaceKind.COMPONENT, (component,), (missing,)), effect, "Run `pulumi up`; `aem-mail plan` says what it is refused for."
        )


def _hiding(tier: TierConfiguration, declared: Mapping[str, ProjectFile]) -> Iterator[Fault]:
    """Yield each file that the tier takes instead of the declared one that it would take otherwise."""
    for pid, (path, *_) in best_matches(declared, tier.run_modes).items():
        taken = tier.file(pid)
        different = [] if taken is None or taken.path in declared else _different(taken, declared[path])
        if taken is not None and different:
            effect = f"On {tier.tier}, AEM takes {taken.path}, not the declared {path}, and with it other values of {listed(different)}."
            yield Fault(
                Place(PlaceKind.FILE, (taken.path,), tuple(different), (tier.tier,)), effect, "Remove the file, or declare what it has."
            )


def _infrastructure(declaration: Declaration, live: LiveEnvironment) -> Iterator[Fault]:
    there = any(declaration.region in (None, one.region) for one in live.program.infrastructures)
    if declaration.manages_infrastructure and not there:
        yield _missing(declaration, Place(PlaceKind.NETWORK_INFRASTRUCTURE), "AEM would have no way out")


def _rule(declaration: Declaration, rule: PortForward, on_port: Sequence[PortForward]) -> Iterator[Fault]:
    if not on_port:
        yield _missing(declaration, rule_place(rule), f"nobody would answer AEM at {PROXY_HOST}:{rule.port_orig}")
    fix = RESTORE_OR_DECLARE if declaration.recorded else f"{TAKEN}, or another port_orig."
    for there in on_port:
        if there != rule:
            effect = f"AEM would reach {there.name}:{there.port_dest} by this port, and {rule.name}:{rule.port_dest} is declared."
            yield Fault(rule_place(there), effect, ONE_OF_SEVERAL if len(on_port) > 1 else fix)


def _variable(declaration: Declaration, variable: DeclaredVariable, there: Variable | None) -> Iterator[Fault]:
    where = variable_place(variable.key)
    if there is None:
        missing = _missing(declaration, where, "AEM would not see it")
        yield missing if variable.restorable else replace(missing, fix=WITH_A_VALUE + missing.fix)
        return
    fix = RESTORE_OR_DECLARE if declaration.recorded else f"{TAKEN}."
    if there.type != variable.type:
        yield Fault(where, f"AEM would see a {there.type}, and a {variable.type} is declared.", fix)
    elif None not in (there.value, variable.value) and there.value != variable.value:
        yield Fault(where, "AEM would see another value than the declared one.", fix)


def _missing(declaration: Declaration, where: Place, consequence: str) -> Fault:
    if declaration.recorded:
        return Fault(where, f"{NO_MORE}: {consequence}.", RESTORE)
    return Fault(where, f"{NOT_YET}: {consequence}.", CREATE)


def _different(there: ProjectFile, declared: ProjectFile) -> list[str]:
    one = there.properties or {}
    other = as_before(declared.properties or {}, one)
    return sorted(key for key in {*one, *other} if one.get(key) != other.get(key))
