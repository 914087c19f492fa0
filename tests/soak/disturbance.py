"""What goes wrong in one schedule, and how it is known that it did."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import Any, Final

from tests.soak.programs import FOREIGN_RULES, INTRUDER


class Kind(StrEnum):
    """The kinds of things that go wrong, as the soak's table names them."""

    TOO_MANY = "429"
    TOO_MANY_RETRY_AFTER = "429 with Retry-After"
    SERVER_ERROR = "500"
    BAD_GATEWAY = "502"
    UNAVAILABLE = "503"
    GATEWAY_TIMEOUT = "504"
    GAVE_UP = "504 after the change was made"
    FORBIDDEN = "403"
    TIMEOUT = "time-out"
    DROP_BEFORE = "dropped before the change"
    DROP_AFTER = "dropped after the change"
    SLOW = "slow answers"
    TOKEN_EXPIRED = "token expired in mid-wait"
    TOKEN_REVOKED = "token revoked in mid-wait"
    ENVIRONMENT_FAILED = "environment failed"
    VARIABLES_FAILED = "variables failed"
    INFRASTRUCTURE_FAILED = "infrastructure failed"
    NEVER_ENDS = "update never ends"
    SECOND_WRITER = "second writer between read and PUT"
    STACK_HERE = "second stack, this machine"
    STACK_ELSEWHERE = "second stack, another machine"
    INTERRUPTED = "Ctrl-C once"
    INTERRUPTED_TWICE = "Ctrl-C twice"
    KILLED = "killed after a request"
    KILLED_AFTER_WRITE = "killed after a change"
    KILLED_AFTER_RECORD = "killed after a record"
    KILLED_PLUGIN = "plugin killed after a change"
    FULL_DISK = "full disk"
    READ_ONLY = "read-only directory"
    CLOCK_JUMP = "clock jump"
    DOZE = "machine asleep"


STATUS: Final[Mapping[Kind, int]] = {
    Kind.TOO_MANY: 429,
    Kind.TOO_MANY_RETRY_AFTER: 429,
    Kind.SERVER_ERROR: 500,
    Kind.BAD_GATEWAY: 502,
    Kind.UNAVAILABLE: 503,
    Kind.GATEWAY_TIMEOUT: 504,
    Kind.FORBIDDEN: 403,
}
NETWORKING: Final = "*/environment/20001/advancedNetworking"
VARIABLES: Final = "*/environment/20001/variables"
TOLERATED: Final = frozenset(
    {
        Kind.TOO_MANY_RETRY_AFTER,
        Kind.GAVE_UP,
        Kind.TIMEOUT,
        Kind.DROP_BEFORE,
        Kind.DROP_AFTER,
        Kind.SLOW,
        Kind.TOKEN_EXPIRED,
        Kind.TOKEN_REVOKED,
        Kind.SECOND_WRITER,
        Kind.STACK_HERE,
        Kind.STACK_ELSEWHERE,
        Kind.CLOCK_JUMP,
        Kind.DOZE,
    }
)
"""What a run bears without an error."""

LOST: Final[Mapping[Kind, Mapping[str, Any]]] = {Kind.DROP_AFTER: {"drop": "after"}, Kind.GAVE_UP: {"drop": "after", "status": 504}}
FAILURES: Final = {
    Kind.ENVIRONMENT_FAILED: ("PUT", NETWORKING),
    Kind.VARIABLES_FAILED: ("PATCH", VARIABLES),
    Kind.INFRASTRUCTURE_FAILED: ("POST", "*/networkInfrastructures"),
}
WRITES: Final = (("PUT", NETWORKING), ("PATCH", VARIABLES))
REQUESTS: Final = (*WRITES, ("GET", NETWORKING), ("GET", VARIABLES), ("GET", "*/environment/20001"), ("*", "/ims/token/v3"), ("*", "*"))

SLOW: Final = 250.0
"""A time scale at which a change lasts long enough to be seen after an answer was lost, as it does in Cloud Manager."""


@dataclass(frozen=True, slots=True)
class Disturbance:
    """What goes wrong while a run lasts.

    ``faults`` are armed at the simulator. ``at`` counts the moment at which the rest happens: requests, writes or records.
    ``answer_within`` and ``timeout`` are the real seconds that the run waits for an answer, and for a change.
    """

    kind: Kind
    faults: Sequence[Mapping[str, Any]] = ()
    at: int = 1
    time_scale: float | None = None
    answer_within: float = 15.0
    timeout: float = 60.0

    @property
    def needs_infrastructure(self) -> bool:
        return self.kind in {Kind.INFRASTRUCTURE_FAILED, Kind.INTERRUPTED}

    @property
    def needs_file(self) -> bool:
        return self.kind in {Kind.FULL_DISK, Kind.READ_ONLY}


def disturbance(kind: Kind, random: Random) -> Disturbance:
    """Choose where and when a kind of fault strikes."""
    if kind in STATUS:
        return _status(kind, random)
    if kind in LOST:
        return _lost(kind, random)
    if kind in FAILURES:
        method, path = FAILURES[kind]
        return Disturbance(kind, [{"action": "fail", "method": method, "path": path}])
    return OTHERS.get(kind, _after_writes)(kind, random)


def _status(kind: Kind, random: Random) -> Disturbance:
    method, path = random.choice(REQUESTS)
    headers = {"Retry-After": "1"} if kind is Kind.TOO_MANY_RETRY_AFTER else {}
    times = random.choice((1, 2, None)) if kind is not Kind.TOO_MANY_RETRY_AFTER else 1
    return Disturbance(
        kind,
        [{"method": method, "path": path, "nth": random.randint(1, 2), "times": times, "status": STATUS[kind], "headers": headers}],
        timeout=60.0 if times else 3.0,
    )


def _lost(kind: Kind, random: Random) -> Disturbance:
    method, path = random.choice(WRITES)
    return Disturbance(kind, [{"method": method, "path": path, "nth": 1, "times": 1, **LOST[kind]}], time_scale=SLOW)


def _timeout(kind: Kind, random: Random) -> Disturbance:
    method, path = random.choice(WRITES)
    # A PATCH that is applied after its sender gave up and looked cannot be told from one that never was.
    drop = random.choice(("before", "after", None) if method == "PUT" else ("before", "after"))
    fault = {"method": method, "path": path, "nth": 1, "times": 1, "drop": drop, "latency": 3.4}
    # Seconds, so that no other answer comes as late on a busy machine; the change lasts long enough to be seen after them.
    return Disturbance(kind, [fault], time_scale=SLOW / 3, answer_within=2.0)


def _dropped_before(kind: Kind, random: Random) -> Disturbance:
    method, path = random.choice(REQUESTS)
    return Disturbance(kind, [{"method": method, "path": path, "nth": random.randint(1, 2), "times": 1, "drop": "before"}])


def _slow(kind: Kind, random: Random) -> Disturbance:
    method, path = random.choice(REQUESTS)
    return Disturbance(kind, [{"method": method, "path": path, "latency": 0.2, "times": 3}])


def _never_ends(kind: Kind, random: Random) -> Disturbance:
    return Disturbance(kind, at=random.randint(1, 2), timeout=1.0)


def _killed(kind: Kind, random: Random) -> Disturbance:
    return Disturbance(kind, at=random.randint(1, 15))


def _after_writes(kind: Kind, random: Random) -> Disturbance:
    return Disturbance(kind, at=random.randint(1, 2))


def _second_writer(kind: Kind, random: Random) -> Disturbance:
    """Somebody else's PUT takes some of their own rules away, and adds one."""
    rules = [*random.sample(FOREIGN_RULES, random.randint(0, 2)), INTRUDER]
    return Disturbance(kind, [{"action": "second-writer", "path": NETWORKING, "portForwards": rules}])


OTHERS: Final[Mapping[Kind, Callable[[Kind, Random], Disturbance]]] = {
    Kind.DROP_BEFORE: _dropped_before,
    Kind.TIMEOUT: _timeout,
    Kind.SLOW: _slow,
    Kind.SECOND_WRITER: _second_writer,
    Kind.NEVER_ENDS: _never_ends,
    Kind.KILLED: _killed,
}
