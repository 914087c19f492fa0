"""Every resource: what was created is read as it was recorded, changes nothing the second time, and goes."""

import pickle
from collections.abc import Callable

import pytest

from aem_mail.cloud_manager.waiting import SYSTEM_CLOCK
from aem_mail.errors import AemMailError
from tests.rollout.harness import FOREIGN_RULE, FOREIGN_SECRET, FOREIGN_VARIABLE, Bench
from tests.vpn import SHARED_KEY

from .engine import Engine, Program
from .programs import SECRET, VPN, infrastructure, networking, rule, secret, variable
from .runs import begin_again

PROGRAMS: dict[str, Program] = {
    "flexiblePortEgress": {"infra": infrastructure()},
    "dedicatedEgressIp": {"infra": infrastructure("dedicatedEgressIp", is_primary_region=True)},
    "vpn": {"infra": infrastructure("vpn", **VPN)},
    "AdvancedNetworking": {"net": networking()},
    "AdvancedNetworking with hosts": {"net": networking(non_proxy_hosts=["B.example.com", "*.a.example"])},
    "PortForward": {"net": networking(), "smtp": rule()},
    "EnvVar": {"from": variable()},
    "EnvVar of a service": {"from": variable(service="author"), "from-publish": variable(service="publish", value="other")},
    "SecretEnvVar": {"password": secret()},
    "everything": {
        "net": networking(),
        "smtp": rule(),
        "from": variable(),
        "password": secret(),
        "user": secret("EMAIL_USERNAME", "apikey-1"),
    },
}
KINDS = {"vpn": None, "flexiblePortEgress": None, "dedicatedEgressIp": None, "AdvancedNetworking with hosts": "dedicatedEgressIp"}


@pytest.fixture(params=PROGRAMS)
def case(request: pytest.FixtureRequest, connect: Callable[..., Bench]) -> tuple[Bench, Program]:
    """Return a program, and the bench that it needs."""
    kind = KINDS.get(request.param, "flexiblePortEgress")
    return connect(kind=kind, variables=[FOREIGN_VARIABLE, FOREIGN_SECRET]), PROGRAMS[request.param]


def test_it_is_created_read_kept_and_removed(case: tuple[Bench, Program], engine: Engine, said: list[str]) -> None:
    bench, program = case
    before = {name: value for name, value in bench.simulator.state().items() if name != "clock"}

    assert engine.up(program).errors == {}
    assert {one.outs["origin"] for one in engine.state.values()} == {"created"}
    recorded = {name: (one.inputs, one.outs) for name, one in engine.state.items()}
    bench.forget()

    assert engine.refresh().errors == {}
    assert {name: (one.inputs, one.outs) for name, one in engine.state.items()} == recorded
    assert engine.up(program).errors == {}
    assert bench.mutations() == []

    assert engine.destroy().errors == {}
    assert engine.state == {}
    after = {name: value for name, value in bench.simulator.state().items() if name != "clock"}
    assert after == before
    assert said == []


def test_a_program_costs_at_most_one_change_of_each_kind(bench: Bench, engine: Engine) -> None:
    rules = {f"rule-{port}": rule(port) for port in range(30400, 30410)}
    secrets = {f"secret-{number}": secret(f"PASSWORD_{number}") for number in range(10)}
    program = {"net": networking(), **rules, **secrets}

    assert engine.up(program).errors == {}
    assert sorted(bench.mutations()) == ["PATCH variables", "PUT advancedNetworking"]

    bench.forget()
    assert engine.destroy().errors == {}
    assert sorted(bench.mutations()) == ["DELETE advancedNetworking", "PATCH variables"]


@pytest.mark.parametrize("width", [1, 4])
def test_whatever_the_width_all_goes_and_only_what_is_foreign_stays(bench: Bench, width: int) -> None:
    engine = Engine(width)
    program = {"net": networking(), **{f"rule-{port}": rule(port) for port in range(30400, 30406)}, "password": secret()}

    assert engine.up(program).errors == {}
    assert len(bench.rules() or ()) == 6
    assert engine.destroy().errors == {}

    assert bench.rules() is None
    assert sorted(bench.live_variables()) == ["FOREIGN", "FOREIGN_SECRET"]


def test_beside_foreign_entries_networking_stays_and_they_do(shared: Bench, engine: Engine, said: list[str]) -> None:
    program = {"net": networking(), "smtp": rule()}

    assert engine.up(program).errors == {}
    assert engine.outputs("net")["origin"] == "adopted"
    assert engine.destroy().errors == {}

    assert shared.rules() == [FOREIGN_RULE]
    assert any("found it so, and leaves it so" in line for line in said)


def test_a_refresh_reads_each_list_once(bench: Bench, engine: Engine) -> None:
    program = {
        "net": networking(),
        **{f"rule-{port}": rule(port) for port in range(30400, 30410)},
        "password": secret(),
        "from": variable(),
    }
    engine.up(program)
    bench.forget()
    another = bench.another_rollout(clock=SYSTEM_CLOCK)
    begin_again(connect=lambda _: another)

    assert engine.refresh().errors == {}

    assert sorted(path.rsplit("/", 1)[-1] for path in bench.requests()) == ["advancedNetworking", "variables"]


def test_no_secret_is_in_an_error_a_message_or_a_pickle(bench: Bench, engine: Engine, said: list[str]) -> None:
    program = {"infra": infrastructure("vpn", **VPN), "password": secret(), "other": secret()}

    engine.up(program)

    errors = list(engine.errors.values())
    assert errors
    assert all(isinstance(error, AemMailError | AssertionError) for error in errors)
    shown = [*map(str, errors), *map(repr, errors), *said, *bench.reports]
    pickled = [pickle.dumps(provider) for provider, _ in program.values()]
    for hidden in (SECRET, SHARED_KEY):
        assert not any(hidden in line for line in shown)
        assert not any(hidden.encode() in blob for blob in pickled)
