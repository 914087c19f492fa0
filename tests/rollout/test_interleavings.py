"""Two stacks on one environment, in any order and through faults: nobody's rule is lost, and what is wished is there in the end."""

import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from aem_mail.errors import AemMailError
from aem_mail.kinds.requests import Answer, RemoveRule, RemoveVariable
from aem_mail.model import VariableKey, VariableType
from aem_mail.rollout.rollout import Rollout

from .harness import FOREIGN_RULE, FOREIGN_VARIABLE, HERE, PATIENT, Bench, answered, enable, put, seed, text, together

DOCUMENT, VARIABLES = "*/environment/20001/advancedNetworking", "*/environment/20001/variables"
STEPS = 4
HOSTS = ("one.example.com", "two.example.com")


class Stack:
    """One stack that changes its mind: what it wished last, by rule and by variable."""

    def __init__(self, name: str, rollout: Rollout, first_port: int, choice: random.Random) -> None:
        self.rules: dict[int, str | None] = {}
        self.variables: dict[str, str | None] = {}
        self._name = name
        self._rollout = rollout
        self._ports = range(first_port, first_port + 3)
        self._choice = choice

    def change_its_mind(self, times: int) -> None:
        """Wish for something, and have it carried out all at once; it may fail, but only in a way that is told."""
        for _ in range(times):
            self.rules = {port: self._choice.choice([None, *HOSTS]) for port in self._ports}
            self.variables = {f"{self._name}_{number}": self._choice.choice([None, "one-value", "other-value"]) for number in range(2)}
            for outcome in self.carry_out():
                assert isinstance(outcome, Answer | AemMailError), repr(outcome)

    def carry_out(self) -> list[Answer | BaseException]:
        rules = [RemoveRule(port) if host is None else put(port, host, owned=True) for port, host in self.rules.items()]
        variables = [
            RemoveVariable(VariableKey(None, name), VariableType.STRING) if value is None else text(name, value, owned=True)
            for name, value in self.variables.items()
        ]
        calls: list[tuple[Any, ...]] = [(self._rollout.change, HERE, request, PATIENT) for request in (enable(), *rules)]
        return together([*calls, *((self._rollout.change, HERE, request, PATIENT) for request in variables)])


@pytest.mark.parametrize("number", range(4))
def test_no_interleaving_loses_anything(bench: Bench, tmp_path: Path, number: int) -> None:
    choice = seeded(number)
    bench.simulator.world.replace(
        seed(advancedNetworking={"nonProxyHosts": [], "portForwards": [FOREIGN_RULE]}, variables=[FOREIGN_VARIABLE])
    )
    arm_faults(bench, choice)
    seen = watch(bench)
    locks = bench.locks if number % 2 else tmp_path / "another-machine"
    stacks = [Stack("A", bench.rollout, 30401, choice), Stack("B", bench.another_rollout(locks), 30404, seeded(-number - 1))]

    with ThreadPoolExecutor(len(stacks)) as pool:
        for future in [pool.submit(stack.change_its_mind, STEPS) for stack in stacks]:
            future.result(60)
    assert sum(bench.fired()) > 0
    bench.simulator.world.faults.clear()
    for stack in stacks:
        answered(stack.carry_out())

    wished_rules = {port: host for stack in stacks for port, host in stack.rules.items() if host}
    assert {rule["portOrig"]: rule["name"] for rule in bench.rules() or ()} == {30636: FOREIGN_RULE["name"], **wished_rules}
    wished_variables = {name: value for stack in stacks for name, value in stack.variables.items() if value}
    assert {name: one["value"] for name, one in bench.live_variables().items()} == {"FOREIGN": "theirs", **wished_variables}
    assert all(FOREIGN_RULE in networking["portForwards"] for networking in seen), "a foreign rule was gone for a while"


def seeded(number: int) -> random.Random:
    return random.Random(number)  # noqa: S311 - a repeatable sequence is the point


def arm_faults(bench: Bench, choice: random.Random) -> None:
    for method, path in (("PUT", DOCUMENT), ("PATCH", VARIABLES), ("GET", "*/environment/20001*")):
        for fault in ({"drop": "before"}, {"drop": "after"}, {"status": 503}, {"status": 429}, {"status": 409}):
            if method != "GET" or fault.get("status") != 409:
                bench.fault(method=method, path=path, probability=0.08, seed=choice.randrange(10**6), **fault)


def watch(bench: Bench) -> list[dict[str, Any]]:
    """Return the networking documents that follow each other from now on."""
    seen: list[dict[str, Any]] = []
    world = bench.simulator.world

    def note() -> None:
        networking = world.to_json()["programs"]["10001"]["environments"]["20001"]["advancedNetworking"]
        seen.append(networking or {"portForwards": []})

    world.on_change = note
    return seen
