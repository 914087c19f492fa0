"""Things that go wrong on purpose: which requests, how often, and how."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Literal

from aem_mail.simulator.api.fields import FieldProblems, Fields
from aem_mail.simulator.state.program_json import port_forward_from_json, port_forward_json
from aem_mail.simulator.state.values import Networking, PortForward

Action = Literal["answer", "second-writer", "fail", "unexplained"]
_ACTIONS: tuple[Action, ...] = ("answer", "second-writer", "fail", "unexplained")
_LASTING = ("answer", "unexplained")
_METHODS = ("*", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
_LONGEST_LATENCY = 3600.0
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_HEADER_VALUE = re.compile(r"[\x20-\x7e]*")


@dataclass(frozen=True)
class Fault:
    """One fault as it was asked for.

    It concerns the requests of `method` ("*": any) whose path matches `path` (fnmatch), from the `nth` of them on, `times`
    times (None: without end), each with `probability`, drawn from `seed`.

    - answer: wait `latency` real seconds; then, with `drop` before or after it is applied, close the connection without an
      answer; with `status`, answer that instead and apply nothing (with both: apply as `drop` says, answer `status`);
      `headers` are added to whatever is answered.
    - second-writer: just before a PUT is handled, somebody else's PUT with `networking` is accepted, or `silent`, without
      the environment becoming `updating`.
    - fail: the change that the request starts ends in failure.
    - unexplained: while a change of the environment or a pipeline that deploys to it is under way, its changes are answered 400, and
      nothing says why.
    """

    path: str = "*"
    method: str = "*"
    nth: int = 1
    times: int | None = None
    probability: float = 1.0
    seed: int = 0
    action: Action = "answer"
    latency: float = 0.0
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    drop: str | None = None
    port_forwards: tuple[PortForward, ...] = ()
    non_proxy_hosts: tuple[str, ...] | None = None
    silent: bool = False

    def matches(self, method: str, path: str) -> bool:
        return self.method in {"*", method} and fnmatchcase(path, self.path)

    def networking_after(self, networking: Networking | None) -> Networking:
        """What the second writer sends: its rules, the hosts that it found unless it names its own, and what else it found."""
        found = networking or Networking()
        hosts = found.non_proxy_hosts if self.non_proxy_hosts is None else self.non_proxy_hosts
        return Networking(hosts, self.port_forwards, found.other_fields)

    def to_json(self) -> dict[str, Any]:
        document: dict[str, Any] = {"action": self.action, "method": self.method, "path": self.path, "nth": self.nth, "times": self.times}
        if self.action == "second-writer":
            hosts = {} if self.non_proxy_hosts is None else {"nonProxyHosts": list(self.non_proxy_hosts)}
            return {**document, "portForwards": [port_forward_json(rule) for rule in self.port_forwards], **hosts, "silent": self.silent}
        if self.action in ("fail", "unexplained"):
            return document
        effects = {"latency": self.latency, "status": self.status, "headers": dict(self.headers), "drop": self.drop}
        return {**document, "probability": self.probability, "seed": self.seed, **effects}


def fault_from_json(document: Any) -> Fault:
    """Read a fault; raises one `Problem` of status 400 that names everything wrong.

    Where `times` is absent, it is 1 with an `nth`, for a second writer and for a failing change, else without end, as null is.
    """
    findings = FieldProblems("Invalid fault")
    fields = Fields(document, "", findings)
    action = next(each for each in _ACTIONS if each == (fields.optional_text("action", choices=_ACTIONS) or "answer"))
    common: dict[str, Any] = {
        "action": action,
        "path": fields.optional_text("path") or "*",
        "method": fields.optional_text("method", choices=_METHODS) or ("PUT" if action == "second-writer" else "*"),
        "nth": fields.optional_integer("nth", minimum=1) or 1,
        "times": _times(fields, action),
    }
    fault = Fault(**common, **_EFFECTS[action](fields))
    fields.done()
    findings.check()
    return fault


def _times(fields: Fields, action: Action) -> int | None:
    if "times" not in fields:
        return 1 if "nth" in fields or action not in _LASTING else None
    return None if fields.raw("times") is None else fields.integer("times", minimum=1)


def _answer(fields: Fields) -> dict[str, Any]:
    probability = fields.optional_number("probability", maximum=1)
    headers = fields.object("headers")
    return {
        "probability": 1.0 if probability is None else probability,
        "seed": fields.optional_integer("seed", minimum=0) or 0,
        "latency": fields.optional_number("latency", maximum=_LONGEST_LATENCY) or 0.0,
        "status": None if fields.raw("status") is None else fields.integer("status", minimum=400, maximum=599),
        "headers": {} if headers is None else _headers(headers),
        "drop": None if fields.raw("drop") is None else fields.text("drop", choices=("before", "after")),
    }


def _headers(fields: Fields) -> dict[str, str]:
    for name in fields:
        if not _HEADER_NAME.fullmatch(name):
            fields.findings.refuse(fields.path, "must have names that HTTP allows", name)
    return {name: fields.text(name, pattern=_HEADER_VALUE) for name in fields}


def _second_writer(fields: Fields) -> dict[str, Any]:
    if "portForwards" not in fields:
        fields.findings.miss("portForwards", "array")
    return {
        "port_forwards": tuple(port_forward_from_json(each) for each in fields.objects("portForwards") or ()),
        "non_proxy_hosts": fields.texts("nonProxyHosts"),
        "silent": fields.flag("silent") or False,
    }


def _fail(_fields: Fields) -> dict[str, Any]:
    return {}


_EFFECTS = {"answer": _answer, "second-writer": _second_writer, "fail": _fail, "unexplained": _fail}


class ArmedFault:
    """A fault and how far it has got."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        self.fired = 0
        self._seen = 0
        self._random = random.Random(fault.seed)  # noqa: S311 - a repeatable sequence is the point

    def fires(self, method: str, path: str) -> bool:
        """Count a request that this fault concerns, and say whether the fault happens to it."""
        fault = self.fault
        if self.is_spent or not fault.matches(method, path):
            return False
        self._seen += 1
        if self._seen < fault.nth or self._random.random() >= fault.probability:
            return False
        self.fired += 1
        return True

    @property
    def is_spent(self) -> bool:
        return self.fault.times is not None and self.fired >= self.fault.times

    def to_json(self) -> dict[str, Any]:
        return {**self.fault.to_json(), "fired": self.fired}


class Faults:
    """The faults that are armed, oldest first."""

    def __init__(self) -> None:
        self._armed: list[ArmedFault] = []

    def arm(self, fault: Fault) -> None:
        self._armed.append(ArmedFault(fault))

    def clear(self) -> None:
        self._armed.clear()

    def fired(self, action: Action, method: str, path: str) -> tuple[Fault, ...]:
        """The faults of one action that happen to this request; asking counts the request."""
        return tuple(each.fault for each in self._armed if each.fault.action == action and each.fires(method, path))

    def to_json(self) -> list[dict[str, Any]]:
        return [each.to_json() for each in self._armed]
