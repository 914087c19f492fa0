"""What the program knows of its run, told to the plugin with each resource: the stack, the resource's URN, and all that is declared.

The engine checks one resource after the other, in a narrow run just before it is changed, and tells none of them its URN. Only the
program knows the rest by then: it has run to its end before its first resource is registered.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any, Final

import pulumi
from pulumi.runtime.settings import SETTINGS

from aem_mail.kinds import claim_keys, kind_named, normalise
from aem_mail.kinds.kind import UNKNOWN_ID, DeclaredInfrastructure, Scope
from aem_mail.kinds.requests import EnablementNeeds
from aem_mail.model import UNKNOWN, EnvironmentId, PortForward, Properties
from aem_mail.resources.base import shared_text
from aem_mail.resources.base.engine_values import known
from aem_mail.resources.base.per_program import PerProgram

NAME: Final = "program"
"""The input that tells it. `check` takes it out, so that it is never recorded, shown or a difference; nothing of it is secret."""


Resources = Mapping[tuple[EnvironmentId, Scope], int]


@dataclass(frozen=True, slots=True)
class RunningProgram:
    """What one resource was told of the run.

    ``stack`` is ``organization/project/stack``, as `pulumi stack export --stack` takes it, and ``urn`` that of the resource itself; both
    are empty where nothing was told. ``owners`` has the logical names by all claim keys of which the address is plain, ``rules`` the port
    forwards of each environment that are plain, with the names of their resources, and ``resources`` how many resources it declares in
    each environment, by their scope; ``whole`` says that these are all, since each address is plain. ``infrastructures`` are those that it
    declares of each program, ``enables`` what enabling each environment needs. ``parallel`` is how many operations the engine runs at a
    time, None where it does not say.
    """

    stack: str = ""
    dry_run: bool = False
    urn: str = ""
    owners: Mapping[str, str] = field(default_factory=dict)
    rules: Mapping[EnvironmentId, Sequence[tuple[str, PortForward]]] = field(default_factory=dict)
    resources: Resources = field(default_factory=dict)
    infrastructures: Mapping[str, Sequence[DeclaredInfrastructure]] = field(default_factory=dict)
    enables: Mapping[EnvironmentId, Sequence[EnablementNeeds]] = field(default_factory=dict)
    whole: bool = False
    parallel: int | None = None


@dataclass(frozen=True)
class DeclaredResource:
    """A resource as the program declares it."""

    kind: str
    logical_name: str
    given: Mapping[str, Any]
    parent: pulumi.Resource | None = None

    @cached_property
    def properties(self) -> Properties:
        return normalise(self.kind, {name: known(value) for name, value in self.given.items()})

    @property
    def claim_keys(self) -> tuple[str, ...]:
        """What it claims, as far as its address is plain; the path of a file is the plugin's to tell."""
        return () if kind_named(self.kind).scope is Scope.PROJECT else claim_keys(self.kind, self.properties)

    @property
    def environment(self) -> str | None:
        parts = [self.properties.get(name) for name in ("program_id", "environment_id")]
        return "/".join(map(str, parts)) if kind_named(self.kind).in_environment and UNKNOWN not in parts else None

    def urn(self, parent: str | None) -> str:
        """Return its URN, given that of its parent; the SDK's own function would wait for what may wait for this resource."""
        (type_,) = kind_named(self.kind).tokens
        before = f"urn:pulumi:{pulumi.get_stack()}::{pulumi.get_project()}::" if parent is None else f"{parent.rpartition('::')[0]}$"
        return f"{before}{type_}::{self.logical_name}"


@dataclass
class _Running:
    """What a program has declared so far, and the URNs of parents."""

    declared: list[DeclaredResource] = field(default_factory=list)
    parents: dict[pulumi.Resource | None, str | None] = field(default_factory=lambda: {None: None})
    _told: tuple[int, str] = (0, "")

    async def urn(self, resource: DeclaredResource) -> str:
        """Return a resource's URN once that of its parent is known, for which its registration waits too."""
        if resource.parent is not None and resource.parent not in self.parents:
            self.parents[resource.parent] = await resource.parent.urn.future()
        return resource.urn(self.parents[resource.parent])

    def told(self) -> str:
        """Return what every resource is told of all: made once, and in a file where it is long, which goes with the program."""
        if self._told[0] != len(self.declared):
            self._told = len(self.declared), shared_text.told(declaration(self.declared), self)
        return self._told[1]


_PROGRAMS: Final = PerProgram(_Running)


def declare(kind: str, logical_name: str, given: Mapping[str, Any], parent: pulumi.Resource | None) -> pulumi.Output[dict[str, Any]]:
    """Take note of a resource of the running program, and return the input that tells the plugin of it and of the whole."""
    program, root = _PROGRAMS.running(), pulumi.runtime.get_root_resource()
    resource = DeclaredResource(kind, logical_name, given, None if parent is root else parent)
    program.declared.append(resource)
    return pulumi.Output.from_input(_told(program, resource))


async def _told(program: _Running, resource: DeclaredResource) -> dict[str, Any]:
    return {
        "stack": f"{pulumi.get_organization()}/{pulumi.get_project()}/{pulumi.get_stack()}",
        "dry_run": pulumi.runtime.is_dry_run(),
        "urn": await program.urn(resource),
        "parallel": SETTINGS.parallel or 0,
        "declared": program.told(),
    }


def declaration(resources: Iterable[DeclaredResource]) -> str:
    """Return as JSON who declares which claim key and rule, how many resources there are, and what networking needs."""
    owners: dict[str, str] = {}
    rules: dict[str, list[tuple[str, str, int, int]]] = {}
    counts: dict[str, Counter[str]] = {}
    infrastructures: dict[str, list[tuple[str | None, str | None]]] = {}
    enables: dict[str, list[tuple[bool, str | None, str | None]]] = {}
    whole = True
    for one in resources:
        owners |= dict.fromkeys(one.claim_keys, one.logical_name)
        if one.environment is not None:
            kind = kind_named(one.kind)
            counts.setdefault(one.environment, Counter())[kind.scope.value] += 1
            own = ((one.logical_name, rule.name, rule.port_dest, rule.port_orig) for rule in kind.rules(one.properties))
            rules.setdefault(one.environment, []).extend(own)
            enables.setdefault(one.environment, []).extend(astuple(needs) for needs in kind.enablements(one.properties))
        elif kind_named(one.kind).in_environment:
            whole = False
        else:
            for each in kind_named(one.kind).infrastructures(one.properties):
                infrastructures.setdefault(_program(one.properties), []).append((each.kind, each.region))
    found = {"owners": owners, "rules": rules, "resources": counts, "infrastructures": infrastructures, "enables": enables}
    return json.dumps({**found, "whole": whole})


def taken_out(news: Mapping[str, Any]) -> tuple[dict[str, Any], RunningProgram]:
    """Return the inputs of a resource without what the program told with them, and that; nothing is told where it is not there."""
    told = news.get(NAME)
    inputs = {name: value for name, value in news.items() if name != NAME}
    if not isinstance(told, Mapping):
        return inputs, RunningProgram()
    declared, parallel = _read(str(told["declared"])), told.get("parallel") or None
    run = replace(declared, stack=str(told["stack"]), dry_run=bool(told["dry_run"]), urn=str(told["urn"]), parallel=parallel)
    return inputs, run


@lru_cache(maxsize=4)
def _read(declared: str) -> RunningProgram:
    """Read a declaration, which is the same for all resources of a run. Raises shared_text.TextLost."""
    found = json.loads(shared_text.heard(declared))
    return RunningProgram(
        owners=found["owners"],
        rules={_environment(name): [(owner, PortForward(*rule)) for owner, *rule in one] for name, one in found["rules"].items()},
        resources={(_environment(name), Scope(scope)): n for name, one in found["resources"].items() for scope, n in one.items()},
        infrastructures={program: [DeclaredInfrastructure(*each) for each in one] for program, one in found["infrastructures"].items()},
        enables={_environment(name): [EnablementNeeds(*each) for each in one] for name, one in found["enables"].items()},
        whole=bool(found["whole"]),
    )


def _program(properties: Properties) -> str:
    id_ = properties.get("program_id")
    return id_ if isinstance(id_, str) else UNKNOWN_ID


def _environment(name: str) -> EnvironmentId:
    return EnvironmentId(*name.split("/"))
