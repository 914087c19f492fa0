"""One run of the rollout on paper."""

from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, fields
from typing import Any, Final

from aem_mail.errors import AemMailError
from aem_mail.kinds import Scope, claim_keys, decide, kind_named
from aem_mail.kinds.kind import DeclaredInfrastructure
from aem_mail.kinds.requests import Answer, EnablementNeeds, NetworkingRequest, Operation, Origin, PutRule
from aem_mail.model import EnvironmentId, NetworkInfrastructure
from aem_mail.plan.adopted import finds_its_thing
from aem_mail.plan.changes import Change
from aem_mail.plan.order import Batch, Round
from aem_mail.plan.paper import NoLock, Paper, PaperClock
from aem_mail.plan.requests import hides_connections, infrastructure_of, request_of
from aem_mail.plan.world import World
from aem_mail.rollout.access import Access
from aem_mail.rollout.batch import Lane, carry_out
from aem_mail.rollout.claims import Claims, Holders
from aem_mail.rollout.gathering import Pending
from aem_mail.rollout.infrastructure import Infrastructures
from aem_mail.rollout.networking_lane import NetworkingLane
from aem_mail.rollout.program_access import ProgramAccess
from aem_mail.rollout.required_infrastructure import DeclaredNetworking
from aem_mail.rollout.variables_lane import VariablesLane
from aem_mail.rollout.vpn_connections import declared_before
from aem_mail.rollout.wanted_infrastructure import WantedInfrastructure

PATIENCE: Final = 1.0
"""Seconds that a wait may take where nothing is ever under way."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A change that would fail, and why."""

    change: Change
    error: AemMailError


class PaperRun:
    """What was carried out so far: refusals and notes, and the ``environments`` and ``programs`` that it was about.

    ``adopted`` are the URNs of what is created where Cloud Manager shows it as declared, so that nothing is sent for it.
    """

    def __init__(self, world: World, changes: Sequence[Change], claims: Claims, width: int | None = None) -> None:
        regions = {str(change.wanted["region"]) for change in changes if change.wanted.get("region") is not None}
        self.paper = Paper(world, regions)
        self.refusals: list[Refusal] = []
        self.notes: list[str] = []
        self.environments: set[EnvironmentId] = set()
        self.programs: set[str] = set()
        self.adopted: set[str] = set()
        self._world = world
        self._enabling = {change.environment for change in changes if _stays(change) and kind_named(change.kind).enables}
        self._rules = _rules(changes)
        self._networking = _networking(changes)
        self._claims = claims
        self._width = width
        self._clock = PaperClock()
        self._infrastructures = Infrastructures(self._program)
        self._lanes: dict[tuple[EnvironmentId, bool], Lane[Any, Any]] = {}
        self._held: dict[Lane[Any, Any], list[Pending[Any]]] = {}
        self._asking: dict[Pending[Any], Change] = {}

    def change(self, rounds: Iterable[Round]) -> None:
        """Carry out one round after the other. A change that is refused is left out: the plan names all that blocks it."""
        for round_ in rounds:
            for batch in round_:
                self._carry_out(batch)
            if self._width is not None and sum(map(len, self._held.values())) >= self._width:
                self.settle()

    def settle(self) -> None:
        """Have decided what was held, as no further request of this phase is to be expected."""
        for lane, held in list(self._held.items()):
            self._send(lane, held, finally_=True)

    def _carry_out(self, batch: Batch) -> None:
        environment = batch[0].environment
        if environment is None:
            for change in batch:
                self._build(change)
            return
        self.environments.add(environment)
        networking = batch[0].scope is Scope.NETWORKING
        lane = self._lane(environment, networking)
        live = self.paper.environment(environment)
        asked: dict[Pending[Any], Change] = {
            Pending(request_of(change, live.variables, place), PATIENCE): change for place, change in enumerate(batch)
        }
        self._asking |= asked
        self._send(lane, [*self._held.pop(lane, ()), *asked], finally_=False)

    def _send(self, lane: Lane[Any, Any], batch: Sequence[Pending[Any]], *, finally_: bool) -> None:
        held = list(carry_out(lane, batch, finally_, lambda _: ()))
        self._held.pop(lane, None)
        if held:
            self._held[lane] = held
        for pending in batch:
            if pending not in held:
                self._hear(self._asking.pop(pending), pending.future)

    def _hear(self, change: Change, future: "Future[Answer]") -> None:
        error = future.exception()
        if isinstance(error, AemMailError):
            self.refusals.append(Refusal(change, error))
        elif error is not None:
            raise error
        else:
            self._take(change, future.result())

    def _take(self, change: Change, answer: Answer) -> None:
        if change.operation is Operation.DELETE:
            self.notes += [answer.note] if answer.note else []
            return
        for key in claim_keys(change.kind, change.wanted):
            self._claims.arrived(key)
        if finds_its_thing(change, answer, self._world, self.paper):
            self.adopted.add(change.urn)

    def _build(self, change: Change) -> None:
        self.programs.add(change.program_id)
        try:
            answer = self._built(change)
        except AemMailError as error:
            self.refusals.append(Refusal(change, error))
        else:
            self._take(change, answer)

    def _built(self, change: Change) -> Answer:
        created = change.recorded.get("origin") == Origin.CREATED
        if change.operation is Operation.DELETE:
            region = str(change.recorded["region"])
            replacing = change.replacement
            return Answer(
                note=self._infrastructures.delete(change.program_id, region, created=created, replacing=replacing, timeout=PATIENCE)
            )
        wanted = infrastructure_of(change)
        if hides_connections(change):
            wanted = _Unseen(**{one.name: getattr(wanted, one.name) for one in fields(wanted)})
        if change.operation is Operation.CREATE:
            answer = self._infrastructures.create(wanted, PATIENCE)
        else:
            changed, ours = decide(change.kind, change.recorded, change.wanted).changed, declared_before(change.recorded)
            answer = self._infrastructures.update(wanted, rewrite="connections" in changed, timeout=PATIENCE, created=created, ours=ours)
        if answer.unready is not None:
            raise answer.unready
        return answer

    def _lane(self, environment: EnvironmentId, networking: bool) -> Lane[Any, Any]:
        key = environment, networking
        if key not in self._lanes:
            self._lanes[key] = self._new_lane(environment, networking)
        return self._lanes[key]

    def _new_lane(self, environment: EnvironmentId, networking: bool) -> Lane[Any, Any]:
        access = Access(self.paper, environment, NoLock(), self._clock, _nothing, PATIENCE)
        asked = environment.program_id in self._world.asked
        if not networking:
            return VariablesLane(access, self._holders, lambda: self._networking.get(environment) if asked else None)
        lane = NetworkingLane if asked else _WithoutInfrastructure
        return lane(access, lambda: environment in self._enabling, self._holders, lambda: self._rules.get(environment, ()))

    def _holders(self, _: Collection[str]) -> Holders:
        return self._claims.holders()

    def _program(self, program_id: str, timeout: float) -> ProgramAccess:
        return ProgramAccess(self.paper, program_id, NoLock(), self._clock, _nothing, timeout)


class _Unseen(WantedInfrastructure):
    """A VPN whose connections a preview hides: they may be other ones than those that are there, and then they are sent."""

    def differs(self, live: NetworkInfrastructure) -> bool:
        return True


class _WithoutInfrastructure(NetworkingLane):
    """Networking of a program that nobody asked for its infrastructure: it counts as there."""

    def admit(self, batch: Sequence[Pending[NetworkingRequest]]) -> Sequence[Pending[NetworkingRequest]]:
        return batch


def _stays(change: Change) -> bool:
    return change.operation is not Operation.DELETE


def _rules(changes: Iterable[Change]) -> dict[EnvironmentId, list[PutRule]]:
    """Return the rules that changes declare, as the program tells them to a run."""
    found: dict[EnvironmentId, list[PutRule]] = {}
    for change in changes:
        if _stays(change) and change.environment is not None:
            rules = kind_named(change.kind).rules(change.wanted)
            found.setdefault(change.environment, []).extend(PutRule(change.name, one) for one in rules)
    return found


def _networking(changes: Iterable[Change]) -> dict[EnvironmentId, DeclaredNetworking]:
    """Return what changes declare of each environment's networking, as the program tells it to a run."""
    staying = [change for change in changes if _stays(change)]
    made: dict[str, list[DeclaredInfrastructure]] = {}
    for change in staying:
        made.setdefault(change.program_id, []).extend(kind_named(change.kind).infrastructures(change.wanted))
    enables: dict[EnvironmentId, list[EnablementNeeds]] = {}
    for change in staying:
        if change.environment is not None and change.scope is Scope.NETWORKING:
            enables.setdefault(change.environment, []).extend(kind_named(change.kind).enablements(change.wanted))
    return {one: DeclaredNetworking(made.get(one.program_id, ()), own) for one, own in enables.items()}


def _nothing(_: str) -> None:
    """Say nothing."""
