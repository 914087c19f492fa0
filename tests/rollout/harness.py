"""A simulator at high speed, seen from the rollout's side, and requests that arrive together."""

import json
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aem_mail.cloud_manager.client import CloudManager
from aem_mail.cloud_manager.waiting import Clock
from aem_mail.errors import AemMailError
from aem_mail.kinds.requests import Answer, Enable, NetworkingRequest, PutRule, SetVariable, VariableRequest
from aem_mail.model import Connection, EnvironmentId, PortForward, VariableKey, VariableType
from aem_mail.rollout.claims import NOBODY, Holders
from aem_mail.rollout.gathering import Window
from aem_mail.rollout.rollout import Rollout, RolloutOptions, Voice
from aem_mail.rollout.wanted_infrastructure import WantedInfrastructure
from aem_mail.simulator.control.faults import fault_from_json
from aem_mail.simulator.server import Running

SCALE = 12000.0
"""Ten minutes last a twentieth of a second."""

PATIENT = 1e7
"""Simulated seconds that end later than any test: only a test about deadlines has shorter ones."""

LONG = 20.0
"""Real seconds after which something counts as hanging."""

PROGRAM = "10001"
HERE = EnvironmentId(PROGRAM, "20001")
ELSEWHERE = EnvironmentId(PROGRAM, "20002")
FOREIGN_RULE = {"name": "ldap.foreign.example", "portDest": 636, "portOrig": 30636}
FOREIGN_VARIABLE = {"name": "FOREIGN", "type": "string", "value": "theirs"}
FOREIGN_SECRET = {"name": "FOREIGN_SECRET", "type": "secretString", "value": "their-secret"}
SECRET = "correct horse battery"

Outcome = Answer | BaseException


class ScaledClock:
    """The simulator's pace, or a slower one: waits are as short as its changes are."""

    def __init__(self, scale: float = SCALE) -> None:
        self._scale = scale

    def now(self) -> float:
        return time.monotonic() * self._scale

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds / self._scale)


@dataclass
class Bench:
    """A rollout and the simulator that it talks to."""

    simulator: Running
    locks: Path
    clock: Clock = field(default_factory=ScaledClock)
    window: Window = field(default_factory=lambda: Window(idle=0.04, at_most=1.0, held=0.06))
    reports: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.api = CloudManager(connection_to(self.simulator), clock=self.clock)
        self.rollout = self.another_rollout()

    def another_rollout(self, locks: Path | None = None, clock: Clock | None = None, holders: Holders = NOBODY, **more: Any) -> Rollout:
        """Return a rollout as another process would have it; with other ``locks``, one on another machine."""
        options = RolloutOptions(PATIENT, self.window, locks or self.locks, holders=lambda _: holders, **more)
        return Rollout(self.api, "the simulator", Voice(report=self.reports.append), options, clock or self.clock)

    def networking(self, *requests: NetworkingRequest, at: EnvironmentId = HERE, timeout: float = PATIENT) -> list[Outcome]:
        """Have requests carried out that arrive together; an answer or an error for each."""
        return together([(self.rollout.change, at, request, timeout) for request in requests])

    def variables(self, *requests: VariableRequest, at: EnvironmentId = HERE, timeout: float = PATIENT) -> list[Outcome]:
        return together([(self.rollout.change, at, request, timeout) for request in requests])

    def mutations(self) -> list[str]:
        """Return what was applied since the journal was last forgotten, as ``METHOD last-part-of-the-path``."""
        return [f"{method} {path.rsplit('/', 1)[-1]}" for method, path in self.simulator.mutations()]

    def requests(self, method: str = "GET", path: str = "") -> list[str]:
        return [one["path"] for one in self.simulator.journal() if one["method"] == method and path in one["path"]]

    def freeze(self) -> None:
        """Stop simulated time, so that no change ends before the test is ready for it."""
        self._pace(0.0)

    def thaw(self) -> None:
        self._pace(SCALE)

    def _pace(self, scale: float) -> None:
        world = self.simulator.world
        with world.lock:
            world.clock = world.clock.paced(scale, world.wall())

    def forget(self) -> None:
        self.simulator.world.clear_journal()

    def fault(self, **fault: Any) -> None:
        self.simulator.world.faults.arm(fault_from_json(fault))

    def fired(self) -> list[int]:
        """Say of each armed fault how often it happened."""
        return [one["fired"] for one in self.simulator.world.faults.to_json()]

    def environment(self, at: EnvironmentId = HERE) -> dict[str, Any]:
        found: dict[str, Any] = self.simulator.state()["programs"][at.program_id]["environments"][at.environment_id]
        return found

    def rules(self, at: EnvironmentId = HERE) -> list[dict[str, Any]] | None:
        """Return the rules as they are to be, None where networking is not enabled."""
        networking = self.environment(at)["advancedNetworking"]
        return None if networking is None else list(networking["portForwards"])

    def live_variables(self, at: EnvironmentId = HERE) -> dict[str, dict[str, Any]]:
        return {one["name"]: one for one in self.environment(at)["variables"]}

    def edit(self, at: EnvironmentId = HERE, **fields: Any) -> None:
        """Change an environment behind everybody's back."""
        state = self.simulator.state()
        state["programs"][at.program_id]["environments"][at.environment_id].update(fields)
        self.simulator.world.replace(state)

    def edit_program(self, **fields: Any) -> None:
        state = self.simulator.state()
        state["programs"][PROGRAM].update(fields)
        self.simulator.world.replace(state)


def connection_to(simulator: Running) -> Connection:
    return Connection(simulator.url, simulator.url, simulator.org_id, simulator.client_id, simulator.client_secret)


def together(calls: Sequence[tuple[Any, ...]]) -> list[Outcome]:
    """Make calls at the same moment, each in a thread of its own; what each returned or raised."""
    start = threading.Barrier(max(len(calls), 1))

    def make(function: Callable[..., Answer], *args: Any) -> Answer:
        start.wait(LONG)
        return function(*args)

    with ThreadPoolExecutor(max(len(calls), 1)) as pool:
        futures = [pool.submit(make, *call) for call in calls]
        return [outcome_of(future) for future in futures]


def outcome_of(future: "Future[Answer]") -> Outcome:
    error = future.exception(LONG)
    return future.result() if error is None else error


def wait_until(condition: Callable[[], bool]) -> None:
    """Return as soon as a condition holds; one that never does fails the test."""
    deadline = time.monotonic() + LONG
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.002)


def answered(outcomes: Sequence[Outcome]) -> list[Answer]:
    """Assert that every outcome is an answer of something that is in force."""
    for outcome in outcomes:
        assert isinstance(outcome, Answer), repr(outcome)
        assert outcome.unready is None, str(outcome.unready)
    return [outcome for outcome in outcomes if isinstance(outcome, Answer)]


def error_in(outcome: Outcome) -> AemMailError:
    """Assert that an outcome is an error of this package."""
    assert isinstance(outcome, AemMailError), repr(outcome)
    return outcome


def unready_in(outcome: Outcome) -> AemMailError:
    """Assert that an outcome is an answer that belongs to the state but is not in force."""
    assert isinstance(outcome, Answer), repr(outcome)
    assert outcome.unready is not None
    return outcome.unready


def rule(port_orig: int = 30465, host: str = "smtp.example.com", port_dest: int = 465) -> PortForward:
    return PortForward(host, port_dest, port_orig)


def put(port_orig: int = 30465, host: str = "smtp.example.com", owner: str = "", **more: Any) -> PutRule:
    return PutRule(owner or f"rule-{port_orig}", rule(port_orig, host), **more)


def enable(owner: str = "net", **more: Any) -> Enable:
    return Enable(owner, **more)


def text(name: str, value: str = "a value", **more: Any) -> SetVariable:
    return SetVariable(f"the-{name}", VariableKey(None, name), VariableType.STRING, value, **more)


def secret(name: str, value: str | None = SECRET, **more: Any) -> SetVariable:
    more = {"on_conflict": "replace", **more}
    return SetVariable(f"the-{name}", VariableKey(None, name), VariableType.SECRET_STRING, value, **more)


def infrastructure(kind: str = "flexiblePortEgress", region: str = "va7", **more: Any) -> WantedInfrastructure:
    return WantedInfrastructure(PROGRAM, kind, region, **more)


def document(*rules: dict[str, Any], hosts: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return advanced networking as the simulator's state has it."""
    return {"nonProxyHosts": list(hosts), "portForwards": list(rules)}


def foreign_values(bench: Bench) -> list[Any]:
    live = bench.live_variables()
    return [live["FOREIGN"]["value"], live["FOREIGN_SECRET"]["fingerprint"]]


def seed(*, kind: str | None = "flexiblePortEgress", **environment: Any) -> dict[str, Any]:
    """Return a program with three environments and, unless ``kind`` is None, a ready network infrastructure.

    ``environment`` are fields of the first one: ``advancedNetworking``, ``variables``, ``status``.
    """
    there: list[dict[str, Any]] = [] if kind is None else [{"kind": kind, "region": "va7"}]
    types = {"20001": "dev", "20002": "stage", "20003": "prod"}
    environments: dict[str, Any] = {id_: {"name": type_, "type": type_, "region": "va7"} for id_, type_ in types.items()}
    environments["20001"].update(environment)
    sandbox = {
        "name": "Sandbox",
        "region": "va7",
        "sandbox": True,
        "environments": {"20004": {"name": "dev", "type": "dev", "region": "va7"}},
    }
    program = {"name": "WKND", "region": "va7", "infrastructures": there, "environments": environments}
    document = {"programs": {PROGRAM: program, "10002": sandbox}}
    copy: dict[str, Any] = json.loads(json.dumps(document))
    return copy
