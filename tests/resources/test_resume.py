"""After whatever went wrong, the next up continues: no second change, and one more up changes nothing."""

from collections.abc import Callable
from typing import Any

import pytest

from aem_mail.errors import AemMailError
from aem_mail.resources.base.sdk import NotReady
from tests.rollout.harness import FOREIGN_RULE, Bench

from .engine import Engine, Program
from .programs import SECRET, VPN, infrastructure, networking, rule, secret, variable

ALL: Program = {"net": networking(), "smtp": rule(), "from": variable(), "password": secret()}
DOCUMENT, VARIABLES = "*/advancedNetworking", "*/variables"
FAULTS: dict[str, dict[str, Any]] = {
    "PUT lost before": {"method": "PUT", "path": DOCUMENT, "drop": "before", "nth": 1},
    "PUT lost after": {"method": "PUT", "path": DOCUMENT, "drop": "after", "nth": 1},
    "PUT forbidden": {"method": "PUT", "path": DOCUMENT, "status": 403, "nth": 1},
    "PUT refused": {"method": "PUT", "path": DOCUMENT, "status": 400, "nth": 1},
    "PUT unavailable": {"method": "PUT", "path": DOCUMENT, "status": 503, "times": 10_000},
    "PUT fails": {"action": "fail", "method": "PUT", "path": DOCUMENT},
    "PATCH lost before": {"method": "PATCH", "path": VARIABLES, "drop": "before", "nth": 1},
    "PATCH lost after": {"method": "PATCH", "path": VARIABLES, "drop": "after", "nth": 1},
    "PATCH forbidden": {"method": "PATCH", "path": VARIABLES, "status": 403, "nth": 1},
    "PATCH fails": {"action": "fail", "method": "PATCH", "path": VARIABLES},
    "polls fail": {"method": "GET", "path": "*/environment/20001", "status": 502, "nth": 3, "times": 10_000},
    "reads fail": {"method": "GET", "path": VARIABLES, "status": 500, "nth": 2, "times": 10_000},
    "no token": {"method": "POST", "path": "/ims/token/v3", "status": 401, "nth": 1},
    "another writer": {"action": "second-writer", "path": DOCUMENT, "portForwards": [FOREIGN_RULE]},
}


@pytest.mark.parametrize("name", FAULTS)
def test_the_next_up_converges_and_one_more_changes_nothing(bench: Bench, engine: Engine, said: list[str], name: str) -> None:
    bench.fault(**FAULTS[name])
    engine.up(ALL)
    assert sum(bench.fired()) > 0
    assert all(isinstance(error, AemMailError) for error in engine.errors.values())
    assert not any(SECRET in str(error) for error in engine.errors.values())
    bench.simulator.world.faults.clear()

    assert engine.up(ALL).errors == {}
    assert [one["portOrig"] for one in bench.rules() or ()] == ([30636, 30465] if name == "another writer" else [30465])
    assert sorted(bench.live_variables()) == ["EMAIL_PASSWORD", "FOREIGN", "FOREIGN_SECRET", "MAIL_FROM"]
    assert bench.mutations().count("PUT advancedNetworking") <= 2
    assert bench.mutations().count("PATCH variables") <= 2

    bench.forget()
    assert engine.refresh().up(ALL).errors == {}
    assert bench.mutations() == []

    assert engine.destroy().errors == {}
    assert bench.rules() in (None, [FOREIGN_RULE])
    assert sorted(bench.live_variables()) == ["FOREIGN", "FOREIGN_SECRET"]


def test_a_deadline_is_reported_as_not_ready_and_the_next_up_only_waits(bench: Bench, engine: Engine) -> None:
    impatient = {name: (provider, {**props, "timeout": 60}) for name, (provider, props) in ALL.items()}
    bench.freeze()
    engine.up(impatient)

    not_ready = {name for name, error in engine.errors.items() if isinstance(error, NotReady)}
    assert not_ready in ({"net", "smtp"}, {"from", "password"}), "one change was accepted, and the other had to wait for it"
    assert set(engine.state) == not_ready
    bench.thaw()
    assert engine.up(ALL).errors == {}
    assert sorted(bench.mutations()) == ["PATCH variables", "PUT advancedNetworking"]


@pytest.mark.parametrize("kind", ["flexiblePortEgress", "vpn"])
def test_an_infrastructure_that_failed_is_recorded_as_failed_and_fixed(connect: Callable[..., Bench], engine: Engine, kind: str) -> None:
    bench = connect(kind=None)
    program = {"infra": infrastructure(kind, **(VPN if kind == "vpn" else {}))}
    bench.fault(action="fail", method="POST")

    engine.up(program)
    assert isinstance(engine.errors["infra"], NotReady)
    assert engine.outputs("infra")["status"] == "failed"

    assert engine.up(program).errors == {}
    assert engine.outputs("infra")["status"] == "ready"
    assert engine.outputs("infra")["origin"] == "created"
    assert engine.destroy().errors == {}
    assert bench.simulator.state()["programs"]["10001"]["infrastructures"] == []


def test_a_variable_that_failed_is_recorded_as_failed(bench: Bench, engine: Engine) -> None:
    bench.fault(action="fail", method="PATCH")

    engine.up({"from": variable()})

    assert engine.outputs("from")["status"] == "failed"
