"""Carry out one schedule on a simulator of its own, and write its history down."""

import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aem_mail.simulator.control.faults import fault_from_json
from aem_mail.simulator.server import Running, running_simulator
from aem_mail.simulator.state.values import PortForward
from tests.soak.checker import check
from tests.soak.components import expanded
from tests.soak.disturbance import TOLERATED, Kind
from tests.soak.history import History, Phase, Program, Recorded, Result, Role, Run, Violation
from tests.soak.invariants.things import environments, rules
from tests.soak.launcher import Launcher, Order, Process
from tests.soak.ledger import Ledger
from tests.soak.limits import with_way_out
from tests.soak.programs import FOREIGN_RULES, NEW
from tests.soak.schedule import Schedule
from tests.soak.stand_in import StandIn

DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a schedule; one whose fault did not strike does not count."""

    seed: int
    kind: Kind
    fired: bool
    violations: Sequence[Violation]
    history: History = field(repr=False)


def carry_out(schedule: Schedule, launcher: type[Launcher] = StandIn) -> Verdict:
    """Carry out one schedule and judge it; ``launcher`` says which engine runs."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(_folder()))
        simulator = stack.enter_context(running_simulator(time_scale=launcher.time_scale, seed=dict(schedule.plan.seed)))
        trial = Trial(schedule, simulator, folder, launcher(schedule, simulator, folder))
        trial.carry_out()
        history = trial.history()
    return Verdict(schedule.seed, schedule.disturbance.kind, trial.fired, check(history), history)


class Trial:
    """One schedule while it is carried out."""

    def __init__(self, schedule: Schedule, simulator: Running, folder: Path, launcher: Launcher) -> None:
        self._launcher = launcher
        self._schedule = schedule
        self._what = schedule.disturbance
        self._simulator = simulator
        self._world = simulator.world
        self._folder = folder
        self._ledger = Ledger(self._world)
        self._seed = simulator.state()
        self._phases: list[Phase] = []
        self._states: dict[str, Sequence[Recorded]] = {"one": (), "two": ()}
        self._cancelled = False
        self.fired = False

    def carry_out(self) -> None:
        """Prepare, disturb, recover, look again, and destroy."""
        schedule = self._schedule
        if schedule.plan.before:
            self._phase(Role.PREPARE, {"one": ("up", schedule.plan.before)})
        self._disturb()
        killed = self._what.kind is Kind.KILLED_PLUGIN
        recovering = with_way_out(schedule.plan.after, plugin_killed=killed)
        wanted = {"one": recovering} | ({"two": schedule.second} if schedule.second else {})
        if schedule.refreshed:
            self._phase(Role.REFRESH, {name: ("refresh", {}) for name in wanted})
        for name, program in wanted.items():
            self._phase(Role.RECOVERY, {name: ("up", program)})
        for name, program in wanted.items():
            self._phase(Role.AGAIN, {name: ("up", program)})
        if schedule.seed % 2:
            self._ledger.intrude(NEW["program_id"], NEW["environment_id"], PortForward("late.foreign.example", 22, 30822))
        for name in wanted:
            self._phase(Role.DESTROY, {name: ("destroy", {})})

    def history(self) -> History:
        secrets = [*self._schedule.plan.secrets, self._simulator.client_secret]
        return History(self._seed, self._phases, secrets, {**self._launcher.texts(), "the journal": repr(self._simulator.journal())})

    def _disturb(self) -> None:
        command = self._schedule.command
        orders = {"one": (command, self._schedule.plan.after if command == "up" else {})}
        if self._schedule.second:
            orders["two"] = ("up", self._schedule.second)
        self._pace(self._what.time_scale or self._launcher.time_scale)
        self._world.clear_journal()
        for fault in self._what.faults:
            self._world.faults.arm(fault_from_json(self._as_others_see_it(fault)))
        with self._untouchable_files():
            self._phase(Role.DISTURBED, orders)
        self.fired = self._has_fired(self._phases[-1])
        self._world.faults.clear()
        self._pace(self._launcher.time_scale)

    def _phase(self, role: Role, orders: Mapping[str, tuple[str, Program]]) -> None:
        disturbed = role is Role.DISTURBED
        before = dict(self._states)
        processes = {
            name: self._launcher.process(name, Order(command, program, before[name]), disturbed=disturbed)
            for name, (command, program) in orders.items()
        }
        if disturbed:
            self._aim(processes["one"])
        for process in processes.values():
            process.start()
        for process in processes.values():
            process.wait()
        self._cancelled = any(process.cancelled for process in processes.values())
        self._ledger.on_write.clear()
        self._ledger.on_request.clear()
        self._thaw()
        runs = []
        for name, (command, program) in orders.items():
            process = processes[name]
            self._states[name] = process.state
            operations = tuple(process.operations)
            runs.append(Run(name, command, expanded(program), before[name], process.state, operations, process.completed))
        self._phases.append(
            Phase(
                role, runs, self._ledger.take(), self._simulator.state(), self._launcher.files(), disturbed and self._what.kind in TOLERATED
            )
        )

    def _aim(self, process: Process) -> None:
        """Have the rest of the disturbance happen at its moment."""
        strike: Mapping[Kind, Callable[[], object]] = {
            Kind.TOKEN_EXPIRED: lambda: self._world.advance(2 * DAY),
            Kind.TOKEN_REVOKED: self._world.tokens.revoke_all,
            Kind.NEVER_ENDS: lambda: self._pace(0.0),
            Kind.CLOCK_JUMP: lambda: self._world.advance(-2 * 3600.0),
            Kind.DOZE: lambda: self._doze(process),
            Kind.KILLED: process.kill,
            Kind.KILLED_AFTER_WRITE: process.kill,
            Kind.KILLED_PLUGIN: process.kill_plugin,
            Kind.INTERRUPTED: process.interrupt,
            Kind.INTERRUPTED_TWICE: lambda: self._interrupt_twice(process),
        }
        if self._what.kind is Kind.KILLED_AFTER_RECORD:
            process.after_operations = (self._what.at, process.kill)
        elif self._what.kind in strike:
            moments = self._ledger.on_request if self._what.kind is Kind.KILLED else self._ledger.on_write
            moments.append(_once_at(self._what.at, strike[self._what.kind]))

    def _as_others_see_it(self, fault: Mapping[str, Any]) -> dict[str, Any]:
        """Let a second writer keep what is not theirs: they have read the document a moment ago, as it is now."""
        if fault.get("action") != "second-writer":
            return dict(fault)
        theirs = {rule["portOrig"] for rule in FOREIGN_RULES}
        present = rules(environments(self._simulator.state())["10001/20001"])
        kept = [rule for port, rule in present.items() if port not in theirs]
        return {**fault, "portForwards": [*kept, *fault["portForwards"]]}

    def _interrupt_twice(self, process: Process) -> None:
        process.interrupt()
        threading.Timer(0.3, process.interrupt).start()

    def _doze(self, process: Process) -> None:
        process.doze(0.4)
        self._world.advance(8 * 3600.0)

    def _has_fired(self, phase: Phase) -> bool:
        """Say whether the fault struck, as far as the journal, the processes and their answers show."""
        if self._what.faults:
            return any(one["fired"] for one in self._world.faults.to_json())
        run = phase.runs[0]
        unauthorized = any(entry["status"] == 401 for entry in self._simulator.journal())
        shown: Mapping[Kind, bool] = {
            Kind.TOKEN_EXPIRED: unauthorized,
            Kind.TOKEN_REVOKED: unauthorized,
            Kind.STACK_HERE: len(phase.writes) >= 2 and all(one.operations for one in phase.runs),
            Kind.STACK_ELSEWHERE: len(phase.writes) >= 2 and all(one.operations for one in phase.runs),
            Kind.KILLED: not run.completed,
            Kind.KILLED_AFTER_WRITE: not run.completed,
            Kind.KILLED_AFTER_RECORD: not run.completed,
            Kind.KILLED_PLUGIN: any(one.result is Result.FAILED for one in run.operations),
            Kind.INTERRUPTED: self._cancelled,
            Kind.INTERRUPTED_TWICE: self._cancelled,
            Kind.FULL_DISK: any(one.name == "file" and one.result is Result.FAILED for one in run.operations),
            Kind.READ_ONLY: any(one.name == "file" and one.result is Result.FAILED for one in run.operations),
            Kind.NEVER_ENDS: any("did not finish within" in one.error for one in run.operations),
        }
        return shown.get(self._what.kind, len(phase.writes) >= self._what.at)

    def _pace(self, scale: float) -> None:
        with self._world.lock:
            self._world.clock = self._world.clock.paced(scale, self._world.wall())

    def _thaw(self) -> None:
        if self._what.kind is Kind.NEVER_ENDS:
            self._pace(self._launcher.time_scale)

    @contextmanager
    def _untouchable_files(self) -> Iterator[None]:
        folder = self._folder / "one" / "osgiconfig"
        if self._what.kind is not Kind.READ_ONLY:
            yield
            return
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o555 if path.is_dir() else 0o444)
        for lock in (self._folder / "cache").rglob("*.lock"):
            lock.chmod(0o666)
        yield
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o777 if path.is_dir() else 0o644)


def _once_at(number: int, strike: Callable[[], object]) -> Callable[[], None]:
    count = 0

    def listener() -> None:
        nonlocal count
        count += 1
        if count == number:
            strike()

    return listener


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="soak-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
