"""What is there and no stack of the run declares: rules, variables, and hosts where hosts are managed."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from itertools import groupby

from aem_mail.checks.place import Place, rule_place, variable_place
from aem_mail.drift.adoption import foreign_rule, foreign_variable, shared_port
from aem_mail.drift.draft import Draft
from aem_mail.drift.finding import DriftFinding
from aem_mail.drift.homes import Context
from aem_mail.drift.live import environment_of
from aem_mail.kinds import kind_named
from aem_mail.kinds.environment_variable import ENVIRONMENT_VARIABLE
from aem_mail.kinds.port_forward import PORT_FORWARD
from aem_mail.kinds.registry import VARIABLE_KINDS
from aem_mail.kinds.requests import ALL_SERVICES, rule_key, variable_claim
from aem_mail.live.model import EnvironmentAnswers
from aem_mail.model import AdvancedNetworking, EnvironmentId, PortForward, Variable, VariableType, port_forward_of
from aem_mail.model.drift_classes import DriftClass
from aem_mail.model.statuses import GONE
from aem_mail.stack.recorded import RecordedResource
from aem_mail.text.words import listed


@dataclass(slots=True)
class DeclaredKeys:
    """What the stacks of a run declare: claim keys, hosts by environment; what is left over or still being created counts too."""

    keys: set[str] = field(default_factory=set)
    hosts: dict[EnvironmentId, set[str]] = field(default_factory=dict)
    secret_names: set[str] = field(default_factory=set)

    def add(self, resource: RecordedResource) -> None:
        """Add what one resource stands for."""
        environment = environment_of(resource)
        if environment is None:
            return
        kind = kind_named(resource.kind)
        self.keys.update(kind.claim_keys(resource.inputs))
        self.hosts.setdefault(environment, set()).update(kind.hosts(resource.inputs))
        self.secret_names.update(one.key.name for one in kind.variables(resource.inputs) if one.type == VariableType.SECRET_STRING)


def claims_of(resources: Iterable[RecordedResource]) -> DeclaredKeys:
    """Return what these resources declare."""
    claims = DeclaredKeys()
    for resource in resources:
        claims.add(resource)
    return claims


def foreign_rules(environment: EnvironmentId, live: EnvironmentAnswers, claims: DeclaredKeys) -> Sequence[PortForward]:
    """Return the rules of an environment that no stack declares."""
    there = live.networking.port_forwards if isinstance(live.networking, AdvancedNetworking) else ()
    return [rule for rule in map(port_forward_of, there) if rule_key(environment, rule.port_orig) not in claims.keys]


def foreign_variables(environment: EnvironmentId, live: EnvironmentAnswers, claims: DeclaredKeys) -> Sequence[Variable]:
    """Return the variables of an environment that no stack declares."""
    there = live.variables if isinstance(live.variables, tuple) else ()
    return [one for one in there if one.status not in GONE and variable_claim(environment, one.key) not in claims.keys]


def unmanaged(
    live: Mapping[EnvironmentId, EnvironmentAnswers],
    claims: DeclaredKeys,
    context_of: Callable[[EnvironmentId], Context],
    secrets: AbstractSet[str] = frozenset(),
) -> Iterator[Draft]:
    """Yield each foreign rule and variable of environments that are at rest; `pulumi up` leaves them alone.

    ``context_of`` tells how an environment's stack declares, ``secrets`` are not shown.
    """
    for environment, there in live.items():
        context = context_of(environment)
        rules = sorted(foreign_rules(environment, there, claims))
        for port_orig, sharing in groupby(rules, key=lambda rule: rule.port_orig):
            yield _rules(environment, port_orig, list(sharing), context)
        for variable in foreign_variables(environment, there, claims):
            kind = VARIABLE_KINDS.get(variable.type, ENVIRONMENT_VARIABLE).name
            key = variable.key
            finding = _finding(environment, kind, f"{key.service or ALL_SERVICES}/{key.name}", str(key), variable_place(key))
            secret = key.name in claims.secret_names or variable.value in secrets
            yield Draft(finding, foreign_variable(environment, variable, context, secret=secret))


def _rules(environment: EnvironmentId, port_orig: int, rules: Sequence[PortForward], context: Context) -> Draft:
    """Return what is said of the rules on one port; several cannot be declared."""
    finding = _finding(environment, PORT_FORWARD.name, str(port_orig), listed(str(rule) for rule in rules), rule_place(*rules))
    if len(rules) == 1:
        return Draft(finding, foreign_rule(environment, rules[0], context))
    return Draft(replace(finding, message=f"{finding.message} {shared_port(len(rules))}"))


def _finding(environment: EnvironmentId, kind: str, id_: str, thing: str, place: Place) -> DriftFinding:
    return DriftFinding(
        DriftClass.UNMANAGED,
        kind,
        f"{environment.program_id}/{environment.environment_id}/{id_}",
        thing,
        "No stack of this run declares it; `pulumi up` leaves it as it is.",
        program_id=environment.program_id,
        environment_id=environment.environment_id,
        place=place,
    )
