"""How many changes and reads a run costs, counted from the simulator's journal, whatever the number of resources."""

import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.flow.conftest import SCALE, Simulator
from tests.flow.programs import mail_egress, rule
from tests.flow.seeds import enabled, with_infrastructure
from tests.flow.stack import Stack
from tools.benchmarks.journal import counts
from tools.demo.sessions import end_session

pytestmark = pytest.mark.flow

ONE_OF_EACH = ["PATCH variables", "PUT advancedNetworking"]
ENVIRONMENTS = ("20001", "20002", "20003")
FOUND_INFRASTRUCTURE = 'infra = NetworkInfrastructure("infra", NetworkInfrastructureArgs(P, "flexiblePortEgress", "va7"))'
PATIENCE = 120.0


ENABLEMENT = 'AdvancedNetworking("net", AdvancedNetworkingArgs(P, E))\n'


def resources(numbers: range, changed_from: int = 1000) -> str:
    """Return a rule, a plain variable and a secret for each number; those from ``changed_from`` on point and read differently."""
    lines = []
    for number in numbers:
        generation = "second" if number >= changed_from else "first"
        lines += [
            rule(f"rule-{number}", 30000 + number, f"{generation}.example.com", options=""),
            f'EnvVar("plain-{number}", EnvVarArgs(P, E, "PLAIN_{number}", "{generation}"))',
            f'SecretEnvVar("secret-{number}", SecretEnvVarArgs(P, E, "SECRET_{number}", "{generation}-password"))',
        ]
    return "\n".join(lines) + "\n"


def many(generation: str) -> str:
    """Return 50 rules and 100 plain variables."""
    rules = [rule(f"rule-{number}", 30000 + number, f"{generation}.example.com", options="") for number in range(50)]
    variables = [f'EnvVar("plain-{number}", EnvVarArgs(P, E, "PLAIN_{number}", "{generation}"))' for number in range(100)]
    return "\n".join([*rules, *variables]) + "\n"


@contextmanager
def busy(processes: int) -> Iterator[None]:
    """Give the machine so many processes more that want to run all the time."""
    running = [subprocess.Popen([sys.executable, "-S", "-c", "while True: pass"]) for _ in range(processes)]
    try:
        yield
    finally:
        for process in running:
            process.kill()
            process.wait()


def test_a_rule_beside_a_fresh_programs_mail_goes_with_it_in_one_put(stack: Stack, simulator: Simulator) -> None:
    beside = 'PortForward("ldap", PortForwardArgs(P, E, "ldap.example.com", 636), pulumi.ResourceOptions(depends_on={}))'

    stack.program(mail_egress("flexiblePortEgress") + beside.format("mail.network_infrastructure")).up()

    assert sorted(simulator.mutations()) == ["PATCH variables", "POST networkInfrastructures", "PUT advancedNetworking"]
    assert simulator.rules() == {30465: "smtp.example.com:465", 30636: "ldap.example.com:636"}


def test_sixty_resources_come_change_and_go_in_one_change_of_each_kind(stack: Stack, simulator: Simulator) -> None:
    simulator.edit(with_infrastructure)

    stack.program(ENABLEMENT + resources(range(20))).up()
    assert sorted(simulator.mutations()) == ONE_OF_EACH
    assert len(simulator.rules()) == 20
    assert len(simulator.variable_names()) == 40

    simulator.forget_journal()
    stack.program(ENABLEMENT + resources(range(20), changed_from=0)).up()
    assert sorted(simulator.mutations()) == ONE_OF_EACH
    assert set(simulator.rules().values()) == {"second.example.com:465"}

    simulator.forget_journal()
    stack.destroy()
    assert sorted(simulator.mutations()) == ["DELETE advancedNetworking", "PATCH variables"]
    assert simulator.variable_names() == []


def test_a_hundred_and_fifty_resources_come_and_change_in_one_change_of_each_kind_on_a_busy_machine_without_a_setting(
    stack: Stack, simulator: Simulator
) -> None:
    simulator.edit(with_infrastructure)
    stack.run("config", "rm", "aem-mail:gathering")

    with busy(processes=8):
        stack.program(ENABLEMENT + many("first")).up()
        assert sorted(simulator.mutations()) == ONE_OF_EACH

        simulator.forget_journal()
        stack.program(ENABLEMENT + many("second")).up()
        assert sorted(simulator.mutations()) == ONE_OF_EACH

    assert set(simulator.rules().values()) == {"second.example.com:465"}
    assert (len(simulator.rules()), len(simulator.variable_names())) == (50, 100)


def test_one_operation_at_a_time_waits_for_no_other_and_comes_to_its_end(stack: Stack, simulator: Simulator) -> None:
    simulator.edit(with_infrastructure)

    stack.program(ENABLEMENT + resources(range(1))).up("--parallel", "1")

    assert simulator.rules() == {30000: "first.example.com:465"}
    assert simulator.variable_names() == ["PLAIN_0", "SECRET_0"]


def test_additions_changes_and_removals_in_one_run_take_at_most_two_changes_of_each_kind(stack: Stack, simulator: Simulator) -> None:
    simulator.edit(with_infrastructure)
    stack.program(ENABLEMENT + resources(range(6))).up()
    simulator.forget_journal()

    stack.program(ENABLEMENT + resources(range(2, 8), changed_from=4)).up()

    assert max(Counter(simulator.mutations()).values()) <= 2
    assert simulator.rules() == {30000 + place: f"{'second' if place >= 4 else 'first'}.example.com:465" for place in range(2, 8)}
    assert simulator.variable_names() == sorted(f"{kind}_{place}" for kind in ("PLAIN", "SECRET") for place in range(2, 8))


def test_nothing_to_do_writes_nothing_and_a_refresh_reads_each_thing_once(stack: Stack, simulator: Simulator) -> None:
    simulator.edit(with_infrastructure)
    everywhere = f"""
for E in {ENVIRONMENTS}:
    AdvancedNetworking(f"net-{{E}}", AdvancedNetworkingArgs(P, E))
    for number in range(5):
        PortForward(f"rule-{{E}}-{{number}}", PortForwardArgs(P, E, "smtp.example.com", 465, 30000 + number))
        EnvVar(f"plain-{{E}}-{{number}}", EnvVarArgs(P, E, f"PLAIN_{{number}}", "value"))
        SecretEnvVar(f"secret-{{E}}-{{number}}", SecretEnvVarArgs(P, E, f"SECRET_{{number}}", "a-secret-value"))
"""
    stack.program(FOUND_INFRASTRUCTURE + everywhere).up()

    simulator.forget_journal()
    stack.up("--expect-no-changes")
    assert simulator.journal() == []

    stack.preview("--refresh", "--expect-no-changes")
    counted = counts(simulator.journal())
    assert counted.mutations == ()
    assert counted.gets <= 3 * len(ENVIRONMENTS) + 1
    assert counted.tokens == 1


def test_three_environments_change_side_by_side_in_one_change_of_each_kind_each(stack: Stack, simulator: Simulator) -> None:
    simulator.edit(with_infrastructure)
    everywhere = f"""
for E in {ENVIRONMENTS}:
    AdvancedNetworking(f"net-{{E}}", AdvancedNetworkingArgs(P, E))
    PortForward(f"rule-{{E}}", PortForwardArgs(P, E, "smtp.example.com", 465))
    SecretEnvVar(f"secret-{{E}}", SecretEnvVarArgs(P, E, "EMAIL_PASSWORD", "password123"))
"""
    stack.program(everywhere).up()

    assert Counter(simulator.mutations()) == {name: len(ENVIRONMENTS) for name in ONE_OF_EACH}
    counted = counts(simulator.journal())
    assert counted.tokens == 1


@pytest.mark.parametrize("machines", [1, 2])
def test_two_stacks_at_once_make_one_change_of_each_kind_each_and_lose_nothing(
    machines: int, stack: Stack, simulator: Simulator, tmp_path: Path
) -> None:
    simulator.edit(with_infrastructure)
    simulator.edit_environment(lambda environment: environment.update(advancedNetworking=enabled()))
    other = Stack(tmp_path / "other", simulator.variables, stack.watch, project="other")
    if machines == 1:
        other.env["XDG_CACHE_HOME"] = stack.env["XDG_CACHE_HOME"]
    stack.program(ENABLEMENT + resources(range(3)))
    other.program(resources(range(10, 13)))

    running = [each.start("up", "--yes", "--skip-preview", "--non-interactive") for each in (stack, other)]
    outputs = [process.communicate(timeout=PATIENCE * 2)[0] for process in running]

    assert [process.returncode for process in running] == [0, 0], outputs
    assert Counter(simulator.mutations()) == dict.fromkeys(ONE_OF_EACH, 2)
    assert set(simulator.rules()) == {30000, 30001, 30002, 30010, 30011, 30012}
    assert len(simulator.variable_names()) == 12


RESUMABLE = """
AdvancedNetworking("net", AdvancedNetworkingArgs(P, E))
PortForward("smtp", PortForwardArgs(P, E, "smtp.example.com", 465))
EnvVar("footer", EnvVarArgs(P, E, "MAIL_FOOTER", "bye"))
"""


@pytest.mark.parametrize("first", ONE_OF_EACH)
def test_an_up_that_was_killed_in_the_middle_of_a_change_is_continued_without_a_second_one(
    first: str, stack: Stack, simulator: Simulator
) -> None:
    simulator.edit(with_infrastructure)
    accepted = simulator.stop_clock_at(first)
    process = stack.program(RESUMABLE).start("up", "--yes", "--skip-preview", "--non-interactive")
    assert accepted.wait(PATIENCE)
    end_session(process.pid)
    process.communicate()
    stack.run("cancel", "--yes")
    simulator.pace(SCALE)

    stack.up()

    assert sorted(simulator.mutations()) == ONE_OF_EACH
    assert simulator.rules() == {30465: "smtp.example.com:465"}
    simulator.forget_journal()
    stack.up("--expect-no-changes")
    assert simulator.mutations() == []


def test_an_up_that_was_interrupted_once_finishes_what_is_under_way_and_the_next_one_adds_only_what_is_missing(
    stack: Stack, simulator: Simulator
) -> None:
    simulator.edit(with_infrastructure)
    accepted = simulator.stop_clock_at("PATCH variables")
    process = stack.program(RESUMABLE).start("up", "--yes", "--skip-preview", "--non-interactive")
    assert accepted.wait(PATIENCE)
    process.send_signal(signal.SIGINT)
    simulator.pace(SCALE)
    process.communicate(timeout=PATIENCE)

    stack.up()

    assert sorted(simulator.mutations()) == ONE_OF_EACH
    assert simulator.rules() == {30465: "smtp.example.com:465"}


def test_a_secret_whose_write_was_killed_is_written_once_more_because_nobody_can_read_it(stack: Stack, simulator: Simulator) -> None:
    accepted = simulator.stop_clock_at("PATCH variables")
    process = stack.program('SecretEnvVar("pw", SecretEnvVarArgs(P, E, "EMAIL_PASSWORD", "password123"))').start(
        "up", "--yes", "--skip-preview", "--non-interactive"
    )
    assert accepted.wait(PATIENCE)
    end_session(process.pid)
    process.communicate()
    stack.run("cancel", "--yes")
    simulator.pace(SCALE)

    stack.up()

    assert simulator.mutations() == ["PATCH variables"] * 2
    simulator.forget_journal()
    stack.up("--expect-no-changes")
    assert simulator.mutations() == []
