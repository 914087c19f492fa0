"""Where a project declares its rules and variables: in its stack's configuration, in a file that this names, or in its program."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from aem_mail.drift.live import environment_of
from aem_mail.kinds import Scope
from aem_mail.model import EnvironmentId
from aem_mail.settings.environment import FILE, OF_SETS, RULES, VARIABLES
from aem_mail.settings.keys import BESIDE_THE_MAIL
from aem_mail.stack.recorded import RecordedResource, RecordedStack
from aem_mail.stack.tokens import OF_ENTRY, resource_name, whole_urn

Sets = Mapping[tuple[EnvironmentId, Scope], str]
"""By environment and scope: the name of a set that a stack has there."""


@dataclass(frozen=True, slots=True)
class Home:
    """Where an entry is declared: under a key of the configuration, in a set of the program, or, with neither, as a resource of its own."""

    key: str = ""
    set_name: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """The stack whose resources are adopted, the keys of configuration that it has, and its sets of entries."""

    stack: str = ""
    config: frozenset[str] = frozenset()
    sets: Sets = field(default_factory=dict)

    def configures(self, resource: RecordedResource, key: str) -> bool:
        """Say whether a resource is part of a MailEgress that is declared from this key of the configuration."""
        return resource.component is not None and key in self.config

    def home_of(self, resource: RecordedResource) -> Home:
        """Return where a stack declares what it has recorded."""
        set_name = resource_name(whole_urn(resource.urn)) if OF_ENTRY in resource.urn else ""
        return self._named(set_name)

    def home_for(self, environment: EnvironmentId, scope: Scope) -> Home:
        """Return where this stack would declare another entry of an environment."""
        if self.config.isdisjoint(BESIDE_THE_MAIL):
            return self._named(self.sets.get((environment, scope), ""))
        if scope is Scope.NETWORKING:
            return Home(RULES)
        return Home(FILE if FILE in self.config and VARIABLES not in self.config else VARIABLES)

    def _named(self, set_name: str) -> Home:
        key = OF_SETS.get(set_name, "")
        return Home(key) if key in self.config else Home(set_name=set_name)


def context_of(recorded: RecordedStack) -> Context:
    """Return what a stack tells of how it declares."""
    return Context(recorded.name, recorded.config, dict(_sets(recorded)))


def contexts_of(stacks: Iterable[RecordedStack]) -> Mapping[EnvironmentId, Sequence[Context]]:
    """Return by environment the stacks that have something in it."""
    found: dict[EnvironmentId, list[Context]] = {}
    for recorded in stacks:
        context = context_of(recorded)
        for environment in {*map(environment_of, recorded.resources)} - {None}:
            found.setdefault(cast("EnvironmentId", environment), []).append(context)
    return found


def _sets(recorded: RecordedStack) -> Iterator[tuple[tuple[EnvironmentId, Scope], str]]:
    for one in recorded.resources:
        environment = environment_of(one)
        if environment is not None and OF_ENTRY in one.urn:
            yield (environment, one.scope), resource_name(whole_urn(one.urn))
