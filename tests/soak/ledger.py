"""What the simulator applied, write by write: its journal says that something was applied, this says what it changed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from aem_mail.simulator.state.program_json import networking_json
from aem_mail.simulator.state.values import Environment, Infrastructure, PortForward, SimulatorState
from aem_mail.simulator.world import SimulatedWorld
from tests.soak.history import Noun, Write

Listener = Callable[[], None]


@dataclass
class Ledger:
    """Follows one world through its own notices; every method of the listeners is called with the world's lock held."""

    world: SimulatedWorld
    on_write: list[Listener] = field(default_factory=list)
    on_request: list[Listener] = field(default_factory=list)
    _writes: list[Write] = field(default_factory=list)
    _lasting: dict[str, tuple[int, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._state = self.world.state
        self._intrusions = 0
        self.world.on_change = self._changed
        self._record = self.world.record
        self.world.record = self._recorded  # type: ignore[method-assign]  # the journal has no notice of its own

    def take(self) -> list[Write]:
        """Return the writes since the last time."""
        with self.world.lock:
            taken, self._writes = self._writes, []
            self._lasting.clear()
            return taken

    def intrude(self, program_id: str, environment_id: str, rule: PortForward) -> None:
        """Let somebody else add a rule, at once; nothing where networking is not enabled."""
        with self.world.lock:
            state = self.world.state
            program = state.programs[program_id]
            environment = program.environments[environment_id]
            if environment.networking is None:
                return
            networking = replace(environment.networking, port_forwards=(*environment.networking.port_forwards, rule))
            self.world.commit(state.with_program(program.with_environment(replace(environment, networking=networking))))
            place = f"{program_id}/{environment_id}"
            self._writes.append(Write(Noun.NETWORKING, place, others=True, document=networking_json(networking)))

    def _changed(self) -> None:
        before, self._state = self._state, self.world.state
        for found, until in _writes_between(before, self._state):
            write = self._signed(found)
            self._lasting[write.place] = (len(self._writes), until)
            self._writes.append(write)
            if not write.others:
                for listener in self.on_write:
                    listener()

    def _signed(self, write: Write) -> Write:
        intrusions = sum(one["fired"] for one in self.world.faults.to_json() if one["action"] == "second-writer")
        others = intrusions > self._intrusions and write.noun is Noun.NETWORKING
        self._intrusions = intrusions
        if not others:
            return write
        program_id, environment_id = write.place.split("/")
        networking = self._state.programs[program_id].environments[environment_id].networking
        return replace(write, others=True, document=None if networking is None else networking_json(networking))

    def _recorded(self, **entry: Any) -> None:
        self._record(**entry)
        if entry["method"] == "GET" and entry["status"] == 200 and "/environment/" in entry["path"]:
            self._see(entry["path"])
        for listener in self.on_request:
            listener()

    def _see(self, path: str) -> None:
        parts = path.split("/")
        at, until = self._lasting.get(f"{parts[3]}/{parts[5]}", (None, 0.0))
        if at is not None and self.world.now < until:
            self._writes[at] = replace(self._writes[at], seen=True)


def _writes_between(before: SimulatorState, after: SimulatorState) -> list[tuple[Write, float]]:
    found: list[tuple[Write, float]] = []
    for program_id, program in after.programs.items():
        was = before.programs[program_id]
        found += _infrastructures(program_id, was.infrastructures, program.infrastructures)
        for environment_id, environment in program.environments.items():
            write = _of_environment(f"{program_id}/{environment_id}", was.environments[environment_id], environment)
            found += [] if write is None else [write]
    return found


def _of_environment(place: str, before: Environment, after: Environment) -> tuple[Write, float] | None:
    change = after.change
    if change is None or (before.change is not None and before.change.until == change.until):
        return None
    if not change.touched and before.variables == after.variables:
        fixed = before.status != after.status
        return Write(Noun.NETWORKING, place, before.networking != after.networking or fixed), change.until
    were = {one.identity: one for one in before.variables}
    are = {one.identity: one for one in after.variables}
    idle = frozenset(identity for identity in change.touched if were.get(identity) == are.get(identity))
    return Write(Noun.VARIABLES, place, idle != change.touched, change.touched, idle, seen=False), change.until


def _infrastructures(program_id: str, before: tuple[Infrastructure, ...], after: tuple[Infrastructure, ...]) -> list[tuple[Write, float]]:
    were = {one.id: one for one in before}
    found = []
    for one in after:
        was = were.get(one.id)
        if one.change is not None and (was is None or was.change != one.change):
            found.append((Write(Noun.INFRASTRUCTURE, f"{program_id}/{one.region}", _visible(was) != _visible(one)), one.change.until))
    return found


def _visible(one: Infrastructure | None) -> Mapping[str, Any] | None:
    return (
        None
        if one is None
        else {name: getattr(one, name) for name in ("dns", "connections", "status")} | {"change": one.change and one.change.status}
    )
