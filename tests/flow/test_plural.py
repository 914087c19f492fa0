"""Sets of entries on the real engine: one change of each kind at any width, alone, beside single resources, and on the way between them."""

import json

import pytest

from tests.flow.conftest import Simulator
from tests.flow.seeds import enabled, secret, with_infrastructure
from tests.flow.stack import Stack

pytestmark = pytest.mark.flow

WIDTHS = {"one by one": {"PULUMI_PARALLEL": "1"}, "by default": {}}
ONE_OF_EACH = ["PATCH variables", "PUT advancedNetworking"]
NETWORKING = 'AdvancedNetworking("net", AdvancedNetworkingArgs(P, E))\n'
RULES, VARIABLES, SECRETS = 20, 20, 5


def sets(host: str = "smtp.example.com", value: str = "first") -> str:
    """Return a program with one set of rules and one of variables and secrets, whose values begin with ``value``."""
    return f"""
PortForwards("ways", PortForwardsArgs(P, E, {{str(30100 + n): "{host}:465" for n in range({RULES})}}))
plain = {{f"PLAIN_{{n}}": "{value}" for n in range({VARIABLES})}}
EnvVars("vars", EnvVarsArgs(P, E, plain, {{f"SECRET_{{n}}": f"{value}-secret-value-{{n}}" for n in range({SECRETS})}}))
"""


def singles(numbers: range, value: str = "first") -> str:
    """Return the program's part with the variables and rules of these numbers as single resources."""
    return f"""
for n in range({numbers.start}, {numbers.stop}):
    EnvVar(f"plain-{{n}}", EnvVarArgs(P, E, f"SINGLE_{{n}}", "{value}"))
"""


def kinds(stack: Stack) -> list[str]:
    return [one["type"].rpartition(":")[2] for one in stack.resources()]


def narrow(stack: Stack, width: str) -> None:
    stack.env.pop("PULUMI_PARALLEL", None)
    stack.env.update(WIDTHS[width])


@pytest.mark.parametrize("width", WIDTHS)
def test_sets_come_change_and_go_in_one_change_of_each_kind(width: str, stack: Stack, simulator: Simulator) -> None:
    narrow(stack, width)
    stack.watch.add("first-secret-value", "second-secret-value")
    simulator.edit(with_infrastructure)

    stack.program(NETWORKING + sets()).up()
    assert sorted(simulator.mutations()) == ONE_OF_EACH
    assert (len(simulator.rules()), len(simulator.variable_names())) == (RULES, VARIABLES + SECRETS)

    simulator.forget_journal()
    stack.up("--expect-no-changes")
    stack.preview("--refresh", "--expect-no-changes")
    assert simulator.mutations() == []

    shown = stack.program(NETWORKING + sets("other.example.com", "second")).preview("--diff").output
    assert '"smtp.example.com" => "other.example.com"' in shown
    assert '"first" => "second"' in shown
    stack.up()
    assert sorted(simulator.mutations()) == ONE_OF_EACH
    assert set(simulator.rules().values()) == {"other.example.com:465"}

    simulator.forget_journal()
    stack.destroy()
    assert simulator.mutations().count("PATCH variables") == 1
    assert len(simulator.mutations()) <= (3 if width == "one by one" else 2)
    assert simulator.environment()["advancedNetworking"] is None
    assert simulator.variable_names() == []


@pytest.mark.parametrize("width", WIDTHS)
def test_forty_single_variables_become_one_set_and_only_their_secret_is_written(width: str, stack: Stack, simulator: Simulator) -> None:
    stack.program(singles(range(39)) + 'SecretEnvVar("pass", SecretEnvVarArgs(P, E, "EMAIL_PASSWORD", "password123"))').up()
    simulator.forget_journal()
    narrow(stack, width)

    plain = '{f"SINGLE_{n}": "first" for n in range(39)}'
    stack.program(f'EnvVars("vars", EnvVarsArgs(P, E, {plain}, {{"EMAIL_PASSWORD": "password123"}}))').up()

    assert simulator.mutations() == ["PATCH variables"], "the secret, which cannot be compared"
    assert len(simulator.variable_names()) == 40
    assert kinds(stack) == ["EnvVars"]


def test_a_program_of_sets_and_single_resources_takes_one_change_of_each_kind(stack: Stack, simulator: Simulator) -> None:
    simulator.edit(with_infrastructure)
    one_rule = 'PortForward("ldap", PortForwardArgs(P, E, "ldap.example.com", 636))\n'

    stack.program(NETWORKING + sets() + singles(range(2)) + one_rule).up()
    assert sorted(simulator.mutations()) == ONE_OF_EACH

    simulator.forget_journal()
    stack.destroy()
    assert sorted(simulator.mutations()) == ["DELETE advancedNetworking", "PATCH variables"]


MOVED = """
PortForwards("ways", PortForwardsArgs(P, E, {"30001": "a.example.com:465", "30002": "b.example.com:465"}))
EnvVars("vars", EnvVarsArgs(P, E, {"STAYS": "x"}))
PortForward("third", PortForwardArgs(P, E, "c.example.com", 465, 30003))
EnvVars("others", EnvVarsArgs(P, E, {"MOVES_TO_SET": "x"}))
EnvVar("single", EnvVarArgs(P, E, "MOVES_OUT", "x"))
"""
BEFORE = """
PortForwards("ways", PortForwardsArgs(P, E, {str(30000 + n): f"{'abcd'[n - 1]}.example.com:465" for n in (1, 2, 3)}))
EnvVars("vars", EnvVarsArgs(P, E, {"STAYS": "x", "MOVES_OUT": "x", "MOVES_TO_SET": "x"}))
"""


@pytest.mark.parametrize("width", WIDTHS)
def test_an_entry_that_moves_to_another_resource_is_not_taken_away_on_the_way(width: str, stack: Stack, simulator: Simulator) -> None:
    simulator.edit(with_infrastructure)
    stack.program(NETWORKING + BEFORE).up()
    rules, names = simulator.rules(), simulator.variable_names()
    simulator.forget_journal()
    narrow(stack, width)

    stack.program(NETWORKING + MOVED).up("--diff")

    assert simulator.mutations() == []
    assert (simulator.rules(), simulator.variable_names()) == (rules, names)
    assert not any("program" in {**one["inputs"], **one["outputs"]} for one in stack.resources())
    stack.up("--expect-no-changes")


CONFLICT = """
PortForwards("ways", PortForwardsArgs(P, E, {"30465": "smtp.example.com:465", "30587": "smtp.example.com:587"}))
EnvVars("vars", EnvVarsArgs(P, E, {"FREE": "x"}, {"EMAIL_PASSWORD": "password123"}, {"LOST": "env:AEM_MAIL_UNSET"}))
"""


def test_what_fails_is_named_the_rest_is_in_force_and_the_next_up_sends_what_is_missing(stack: Stack, simulator: Simulator) -> None:
    simulator.edit(with_infrastructure)
    theirs = enabled((30465, "theirs.example.com", 465))
    simulator.edit_environment(lambda environment: environment.update(advancedNetworking=theirs))
    stack.program(CONFLICT)

    for _ in range(2):
        failed = stack.up("--continue-on-error", code=None)
        assert failed.code != 0
        assert "30465 is not as declared" in failed.output
        assert "LOST is not as declared" in failed.output
        assert "Traceback" not in failed.output
        assert simulator.rules() == {30465: "theirs.example.com:465", 30587: "smtp.example.com:587"}
        assert set(stack.resource("ways")["outputs"]["in_force"]) == {"30587"}
        assert set(stack.resource("vars")["outputs"]["in_force"]) == {"FREE", "EMAIL_PASSWORD"}

    simulator.forget_journal()
    simulator.edit_environment(lambda environment: environment["advancedNetworking"].update(portForwards=[]))
    stack.env["AEM_MAIL_UNSET"] = "found-at-last"
    stack.watch.add("found-at-last")
    stack.up("--refresh")
    assert sorted(simulator.mutations()) == ONE_OF_EACH
    simulator.forget_journal()
    stack.up("--expect-no-changes")
    stack.destroy()
    assert simulator.variable_names() == []


def test_plan_and_drift_tell_of_entries_what_a_run_does(stack: Stack, simulator: Simulator) -> None:
    simulator.edit(with_infrastructure)
    stack.watch.add("first-secret-value", "second-secret-value")
    for program in (sets(), sets("other.example.com", "second"), "\n"):
        stack.program(NETWORKING + program)
        report = json.loads(stack.aem_mail("plan", "--output", "json").stdout)
        simulator.forget_journal()
        stack.up()
        cost = report["cost"]
        assert (cost["puts"], cost["patches"]) == (1, 1) == tuple(map(simulator.mutations().count, reversed(ONE_OF_EACH)))
        assert {one["name"] for one in report["changes"]} >= {"ways[30100]", "vars[PLAIN_0]", "vars[SECRET_0]"}
        assert {one["kind"] for one in report["changes"]} >= {"PortForward", "EnvVar", "SecretEnvVar"}

    stack.program(NETWORKING + sets()).up()
    assert stack.aem_mail("drift").code == 0
    theirs = {"name": "theirs.example.com", "portDest": 465, "portOrig": 30100}
    simulator.edit_environment(lambda environment: environment["advancedNetworking"]["portForwards"].__setitem__(0, theirs))
    drifted = json.loads(stack.aem_mail("drift", "--output", "json").stdout)
    assert [one["name"] for one in drifted["findings"] if one["class"] == "changed"] == ["ways[30100]"]


def test_a_saved_plan_of_sets_is_carried_out(stack: Stack, simulator: Simulator) -> None:
    simulator.edit(with_infrastructure)
    stack.program(NETWORKING + BEFORE).preview("--save-plan", "plan.json")
    stack.up("--plan", "plan.json")
    stack.program(NETWORKING + MOVED).preview("--save-plan", "plan.json")
    simulator.forget_journal()

    stack.up("--plan", "plan.json")

    assert simulator.mutations() == []


FILE = """\
- {name: PLAIN, value: '030465'}
- {name: GIVEN, type: secretString, value: given-in-the-file}
- {name: KEPT, type: secretString, service: author}
"""
FROM_FILE = "from aem_mail.variables import variables_from_file\nvariables_from_file('variables.yaml', P, E{})"


def test_a_file_of_variables_stays_single_resources_until_it_is_told_to_be_a_set(stack: Stack, simulator: Simulator) -> None:
    stack.watch.add("unknown-to-anybody")
    simulator.edit_environment(lambda environment: environment.update(variables=[secret("KEPT", "unknown-to-anybody", "author")]))
    (stack.folder / "variables.yaml").write_text(FILE)
    stack.program(FROM_FILE.format("")).up()
    assert sorted(kinds(stack)) == ["EnvVar", "SecretEnvVar", "SecretEnvVar"]
    simulator.forget_journal()

    stack.program(FROM_FILE.format(", name='variables'")).up()

    assert simulator.mutations() == ["PATCH variables"], "the secret with a value, which cannot be compared"
    assert kinds(stack) == ["EnvVars"]
    assert {name: one["origin"] for name, one in stack.resource("variables")["outputs"]["in_force"].items()}["KEPT@author"] == "adopted"
    assert simulator.variable_names() == ["GIVEN", "KEPT", "PLAIN"]
    simulator.forget_journal()

    (stack.folder / "variables.yaml").write_text(FILE.replace(", value: given-in-the-file", ""))
    stack.up()
    stack.program(FROM_FILE.format("")).up()

    assert simulator.mutations() == [], "of secrets without a value nothing is written"
    stack.up("--expect-no-changes")
