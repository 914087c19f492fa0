"""Carry out one schedule on a simulator of its own, and write its history down."""

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aem_mail.simulator.faults import fault_from_json
from aem_mail.simulator.server import Running, running_simulator
from tests.soak.checker import check
from tests.soak.disturbance import FAST, Kind
from tests.soak.history import History, Phase, Program, Recorded, Result, Role, Run, Violation
from tests.soak.invariants.things import environments, rules
from tests.soak.ledger import Ledger
from tests.soak.process import Conditions, EngineProcess, Order
from tests.soak.programs import FOREIGN_RULES
from tests.soak.schedule import Schedule

GATHERING = '{"idle": 0.12, "held": 0.2}'
DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a schedule; one whose fault did not strike does not count."""

    seed: int
    kind: Kind
    fired: bool
    violations: Sequence[Violation]
    history: History = field(repr=False)


def carry_out(schedule: Schedule) -> Verdict:
    """Carry out one schedule and judge it."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(_folder()))
        simulator = stack.enter_context(running_simulator(time_scale=FAST, seed=dict(schedule.plan.seed)))
        trial = Trial(schedule, simulator, folder)
        trial.carry_out()
        history = trial.history()
    return Verdict(schedule.seed, schedule.disturbance.kind, trial.fired, check(history), history)


class Trial:
    """One schedule while it is carried out."""

    def __init__(self, schedule: Schedule, simulator: Running, folder: Path) -> None:
        self._schedule = schedule
        self._what = schedule.disturbance
        self._simulator = simulator
        self._world = simulator.world
        self._folder = folder
        self._ledger = Ledger(self._world)
        self._seed = simulator.state()
        self._phases: list[Phase] = []
        self._states: dict[str, Sequence[Recorded]] = {"one": (), "two": ()}
        self.fired = False
        _furnish(folder, schedule.plan.files)

    def carry_out(self) -> None:
        """Prepare, disturb, recover, look once more, and destroy."""
        schedule = self._schedule
        if schedule.plan.before:
            self._phase(Role.PREPARE, {"one": ("up", schedule.plan.before)})
        self._disturb()
        wanted = {"one": schedule.plan.after} | ({"two": schedule.second} if schedule.second else {})
        if schedule.refreshed:
            self._phase(Role.REFRESH, {name: ("refresh", {}) for name in wanted})
        for name, program in wanted.items():
            self._phase(Role.RECOVERY, {name: ("up", program)})
        for name, program in wanted.items():
            self._phase(Role.AGAIN, {name: ("up", program)})
        for name in wanted:
            self._phase(Role.DESTROY, {name: ("destroy", {})})

    def history(self) -> History:
        log = "\n".join(path.read_text(errors="replace") for path in self._folder.rglob("log.txt"))
        secrets = [*self._schedule.plan.secrets, self._simulator.client_secret]
        return History(self._seed, self._phases, secrets, {"the log": log, "the journal": repr(self._simulator.journal())})

    def _disturb(self) -> None:
        command = self._schedule.command
        orders = {"one": (command, self._schedule.plan.after if command == "up" else {})}
        if self._schedule.second:
            orders["two"] = ("up", self._schedule.second)
        self._pace(self._what.time_scale)
        self._world.clear_journal()
        for fault in self._what.faults:
            self._world.faults.arm(fault_from_json(self._as_others_see_it(fault)))
        with self._untouchable_files():
            self._phase(Role.DISTURBED, orders)
        self.fired = self._has_fired(self._phases[-1])
        self._world.faults.clear()
        self._pace(FAST)

    def _phase(self, role: Role, orders: Mapping[str, tuple[str, Program]]) -> None:
        disturbed = role is Role.DISTURBED
        before = dict(self._states)
        processes = {name: self._process(name, command, program, disturbed) for name, (command, program) in orders.items()}
        if disturbed:
            self._aim(processes["one"])
        for process in processes.values():
            process.start()
        for process in processes.values():
            process.wait()
        self._ledger.on_write.clear()
        self._ledger.on_request.clear()
        self._thaw()
        runs = []
        for name, (command, program) in orders.items():
            process = processes[name]
            self._states[name] = process.state
            runs.append(Run(name, command, program, before[name], process.state, tuple(process.operations), process.completed))
        self._phases.append(Phase(role, runs, self._ledger.take(), self._simulator.state(), _files(self._folder / "one")))

    def _process(self, name: str, command: str, program: Program, disturbed: bool) -> EngineProcess:
        kind = self._what.kind
        elsewhere = name == "two" and kind is Kind.STACK_ELSEWHERE
        simulator, plan = self._simulator, self._schedule.plan
        environ = {
            **plan.environ,
            "XDG_CACHE_HOME": str(self._folder / ("elsewhere" if elsewhere else "cache")),
            "CLOUDMANAGER_BASE_URL": simulator.url,
            "CLOUDMANAGER_ORG_ID": simulator.org_id,
            "CLOUDMANAGER_CLIENT_ID": simulator.client_id,
            "CLOUDMANAGER_CLIENT_SECRET": simulator.client_secret,
            **({"AEM_MAIL_FINGERPRINT_KEY": "a-key-for-fingerprints"} if self._schedule.keyed else {}),
        }
        conditions = Conditions(
            self._folder / name,
            environ,
            {"aem-mail:gathering": GATHERING, "aem-mail:timeouts": _timeouts(self._what.timeout if disturbed else 20.0)},
            answer_within=self._what.answer_within if disturbed else 15.0,
            full_disk=disturbed and kind is Kind.FULL_DISK,
            as_nobody=disturbed and kind is Kind.READ_ONLY,
            verbose=self._schedule.verbose and not (disturbed and self._what.needs_file),
        )
        return EngineProcess(conditions, Order(command, program, self._states[name]))

    def _aim(self, process: EngineProcess) -> None:
        """Have the rest of the disturbance happen at its moment."""
        strike: Mapping[Kind, Callable[[], object]] = {
            Kind.TOKEN_EXPIRED: lambda: self._world.advance(2 * DAY),
            Kind.TOKEN_REVOKED: self._world.tokens.revoke_all,
            Kind.NEVER_ENDS: lambda: self._pace(0.0),
            Kind.CLOCK_JUMP: lambda: self._world.advance(-2 * 3600.0),
            Kind.DOZE: lambda: self._doze(process),
            Kind.KILLED: process.kill,
            Kind.KILLED_AFTER_WRITE: process.kill,
        }
        if self._what.kind is Kind.KILLED_AFTER_RECORD:
            process.after_operations = (self._what.at, process.kill)
        elif self._what.kind is Kind.INTERRUPTED:
            process.after_operations = (self._what.at, process.interrupt)
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

    def _doze(self, process: EngineProcess) -> None:
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
            Kind.INTERRUPTED: len({one.name for one in run.operations}) < len(run.program or run.before),
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
            self._pace(FAST)

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


def _timeouts(seconds: float) -> str:
    return json.dumps({"environment": seconds, "infrastructure": seconds})


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="soak-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _furnish(folder: Path, files: Mapping[str, str]) -> None:
    folder.chmod(0o755)
    for name in ("cache", "elsewhere"):
        (folder / name / "aem-mail" / "locks").mkdir(parents=True)
        (folder / name / "aem-mail" / "locks").chmod(0o777)
        (folder / name).chmod(0o777)
    for name in ("one", "two"):
        project = folder / name
        (project / "osgiconfig" / "config.dev").mkdir(parents=True)
        (project / "Pulumi.yaml").write_text("name: soak\nruntime: python\n")
        for file, text in files.items():
            (project / file).write_text(text)


def _files(project: Path) -> dict[str, str]:
    return {str(path.relative_to(project)): path.read_text() for path in project.rglob("*.cfg.json")}
