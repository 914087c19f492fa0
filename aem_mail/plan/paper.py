"""Cloud Manager in memory, as far as the rollout talks to it: what is sent is noted and in force at once, nothing is ever under way.

So a plan is the rollout itself, carried out on paper. What is read of a program is as the world has it; a region or a production
environment that a new infrastructure needs counts as there, since whoever asks Cloud Manager asks for those by themselves.
"""

import builtins
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from aem_mail.cloud_manager.pipelines import Pipeline
from aem_mail.errors import NotFound
from aem_mail.live.model import LiveEnvironment, LiveProgram
from aem_mail.model import (
    AdvancedNetworking,
    Environment,
    EnvironmentId,
    NetworkInfrastructure,
    Program,
    Variable,
    VariableChange,
    VariableType,
    keyed,
)
from aem_mail.model.statuses import ENVIRONMENT_CHANGING, GONE, INFRASTRUCTURE_PENDING, READY
from aem_mail.plan.world import World
from aem_mail.plan.writes import InfrastructureWrite, Patch, Writes

EnvironmentWrite = str | Patch
Taken = tuple[Mapping[EnvironmentId, Writes], Mapping[str, tuple[InfrastructureWrite, ...]]]
"""What was sent to each environment and for each program."""


class Paper:
    """One run's Cloud Manager; ``regions`` are those that are to be usable."""

    def __init__(self, world: World, regions: Collection[str]) -> None:
        sheet = _Sheet(world, sorted(regions))
        self._sheet = sheet
        self.programs = _Programs(sheet)
        self.regions = _Regions(sheet)
        self.environments = _Environments(sheet)
        self.network_infrastructures = _NetworkInfrastructures(sheet)
        self.advanced_networking = _AdvancedNetworkings(sheet)
        self.variables = _Variables(sheet)
        self.pipelines = _Pipelines(sheet)

    def environment(self, environment: EnvironmentId) -> LiveEnvironment:
        """Return what is there by now."""
        return self._sheet.environment(environment)

    def written(self) -> Taken:
        """Return what was sent since it was taken the last time."""
        sent, built = self._sheet.sent, self._sheet.built
        return {environment: _writes(one) for environment, one in sent.items()}, {id_: tuple(one) for id_, one in built.items()}

    def taken(self) -> Taken:
        """Return what was sent since the last time this was asked."""
        written = self.written()
        self._sheet.sent, self._sheet.built = {}, {}
        return written


class PaperClock:
    """Time that passes only where somebody waits."""

    def __init__(self) -> None:
        self._now = 0.0

    def now(self) -> float:
        return self._now

    def sleep(self, seconds: float) -> None:
        self._now += seconds


class NoLock:
    """Nobody else writes on this paper."""

    @contextmanager
    def held(self, timeout: float, report: Callable[[str], None]) -> Iterator[None]:
        yield


class _Sheet:
    """What is there, and what was sent."""

    def __init__(self, world: World, regions: builtins.list[str]) -> None:
        self._world = world
        self._environments: dict[EnvironmentId, LiveEnvironment] = {}
        self._programs: dict[str, LiveProgram] = {}
        self.regions = regions
        self.sent: dict[EnvironmentId, list[EnvironmentWrite]] = {}
        self.built: dict[str, list[InfrastructureWrite]] = {}

    def environment(self, environment: EnvironmentId) -> LiveEnvironment:
        return self._environments.get(environment) or self._world.environment(environment)

    def program(self, program_id: str) -> LiveProgram:
        if program_id not in self._programs:
            there = self._world.program(program_id)
            settled = tuple(map(_settled, (one for one in there.infrastructures if one.status not in GONE)))
            self._programs[program_id] = replace(there, infrastructures=settled)
        return self._programs[program_id]

    def own_environments(self, program_id: str) -> list[EnvironmentId]:
        known = {*self._world.environments, *self._environments}
        return sorted(one for one in known if one.program_id == program_id)

    def change(self, environment: EnvironmentId, write: EnvironmentWrite, live: LiveEnvironment) -> None:
        self._environments[environment] = live
        self.sent.setdefault(environment, []).append(write)

    def build(self, program_id: str, write: InfrastructureWrite, infrastructures: Sequence[NetworkInfrastructure]) -> None:
        self._programs[program_id] = replace(self.program(program_id), infrastructures=tuple(infrastructures))
        self.built.setdefault(program_id, []).append(write)


class _Noun:
    def __init__(self, sheet: _Sheet) -> None:
        self._sheet = sheet


class _Programs(_Noun):
    def get(self, program_id: str) -> Program:
        program = self._sheet.program(program_id)
        return Program(program_id, program_id, program.sandbox, program.status)


class _Regions(_Noun):
    def list(self, program_id: str) -> builtins.list[str]:
        return self._sheet.regions


class _Environments(_Noun):
    def list(self, program_id: str) -> builtins.list[Environment]:
        own = [self.get(one) for one in self._sheet.own_environments(program_id)]
        production = [Environment("", program_id, "production", "prod", "ready", region) for region in self._sheet.regions or [""]]
        return [*own, *self._sheet.program(program_id).users, *production]

    def get(self, environment: EnvironmentId) -> Environment:
        there = self._sheet.environment(environment).environment
        return replace(there, status=READY) if there.status in ENVIRONMENT_CHANGING else there


class _NetworkInfrastructures(_Noun):
    def list(self, program_id: str) -> builtins.list[NetworkInfrastructure]:
        return [*self._sheet.program(program_id).infrastructures]

    def get(self, program_id: str, infrastructure_id: str) -> NetworkInfrastructure:
        found = next((one for one in self.list(program_id) if one.id == infrastructure_id), None)
        if found is None:
            raise NotFound(f"Network infrastructure {infrastructure_id} of program {program_id} is not there.", status=404)
        return found

    def create(self, program_id: str, body: Mapping[str, Any]) -> NetworkInfrastructure:
        made = _changed(NetworkInfrastructure(f"new in {body['region']}", body["kind"], body["region"], "ready"), body)
        self._sheet.build(program_id, _write("POST", made), [*self.list(program_id), made])
        return made

    def update(self, program_id: str, infrastructure_id: str, body: Mapping[str, Any]) -> NetworkInfrastructure:
        made = _changed(replace(self.get(program_id, infrastructure_id), status=READY), body)
        others = [one for one in self.list(program_id) if one.id != infrastructure_id]
        self._sheet.build(program_id, _write("PUT", made), [*others, made])
        return made

    def delete(self, program_id: str, infrastructure_id: str) -> None:
        gone = self.get(program_id, infrastructure_id)
        self._sheet.build(program_id, _write("DELETE", gone), [one for one in self.list(program_id) if one is not gone])


class _AdvancedNetworkings(_Noun):
    def get(self, environment: EnvironmentId) -> AdvancedNetworking:
        users = self._sheet.program(environment.program_id).users
        if any(one.id == environment.environment_id for one in users):
            return AdvancedNetworking(enabled=True)
        return self._sheet.environment(environment).networking

    def put(
        self,
        environment: EnvironmentId,
        *,
        non_proxy_hosts: Sequence[str],
        port_forwards: Sequence[Mapping[str, Any]],
        other_fields: Mapping[str, Any] | None = None,
    ) -> Environment:
        live = self._sheet.environment(environment)
        document = AdvancedNetworking(
            True, live.networking.network_infrastructure_id, tuple(non_proxy_hosts), tuple(port_forwards), other_fields or {}
        )
        return self._sent(environment, "PUT", replace(live, networking=document))

    def delete(self, environment: EnvironmentId) -> Environment:
        live = self._sheet.environment(environment)
        return self._sent(environment, "DELETE", replace(live, networking=AdvancedNetworking(enabled=False)))

    def _sent(self, environment: EnvironmentId, method: str, live: LiveEnvironment) -> Environment:
        self._sheet.change(environment, method, live)
        return _Environments(self._sheet).get(environment)


class _Variables(_Noun):
    def list(self, environment: EnvironmentId) -> builtins.list[Variable]:
        return [*self._sheet.environment(environment).variables]

    def patch(self, environment: EnvironmentId, changes: Sequence[VariableChange]) -> None:
        live = self._sheet.environment(environment)
        there = keyed(live.variables)
        for change in changes:
            there.pop(change.key, None)
            if change.value:
                value = None if change.type == VariableType.SECRET_STRING else change.value
                there[change.key] = Variable(change.key, change.type, "ready", value)
        keys = tuple(sorted((change.key for change in changes), key=str))
        self._sheet.change(environment, Patch(keys, live.environment.tiers), replace(live, variables=tuple(there.values())))


class _Pipelines(_Noun):
    def list(self, _program_id: str) -> builtins.list[Pipeline]:
        return []


def _settled(live: NetworkInfrastructure) -> NetworkInfrastructure:
    return replace(live, status=READY) if live.status in INFRASTRUCTURE_PENDING else live


def _changed(live: NetworkInfrastructure, body: Mapping[str, Any]) -> NetworkInfrastructure:
    return replace(
        live,
        is_primary_region=body["isPrimaryRegion"],
        address_space=tuple(body.get("addressSpace", live.address_space)),
        dns=body.get("dns", live.dns),
        connections=tuple(body.get("connections", live.connections)),
    )


def _write(method: str, infrastructure: NetworkInfrastructure) -> InfrastructureWrite:
    return InfrastructureWrite(method, infrastructure.kind, infrastructure.region)


def _writes(sent: Sequence[EnvironmentWrite]) -> Writes:
    return Writes(
        tuple(write for write in sent if isinstance(write, str)),
        tuple(write for write in sent if isinstance(write, Patch)),
    )
