"""The measured programs are Python, and declare as many resources as the table says."""

import ast

from hypothesis import given
from hypothesis import strategies as st

from tools.benchmarks.cases.mixed import AFTER, BEFORE
from tools.benchmarks.cases.preview import BY_VALUE, RESOURCES
from tools.benchmarks.programs import ENVIRONMENTS, INFRASTRUCTURE, bare, mail, many, program, referenced, resources_in, sets

KINDS = {"NetworkInfrastructure", "AdvancedNetworking", "PortForward", "EnvVar", "SecretEnvVar"}


def declared(text: str) -> list[str]:
    """Return the kinds of the resources that a program without loops declares."""
    return [name for call in calls(text) if (name := name_of(call)) in KINDS]


def calls(text: str) -> list[ast.Call]:
    return [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]


def name_of(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


@given(st.integers(1, 60))
def test_many_declares_the_enablement_and_three_for_each_rule(rules: int) -> None:
    kinds = declared(program(many(rules)))

    assert len(kinds) == resources_in(rules)
    assert (kinds.count("PortForward"), kinds.count("EnvVar"), kinds.count("SecretEnvVar")) == (rules, rules, rules)


@given(st.integers(1, 60))
def test_a_generation_changes_every_rule_and_variable(rules: int) -> None:
    first, second = many(rules, "first").splitlines(), many(rules, "second").splitlines()

    assert sum(before != after for before, after in zip(first, second, strict=True)) == resources_in(rules) - 1


def test_sets_hold_the_entries_of_many() -> None:
    (rules,) = [ast.literal_eval(call.args[2]) for call in calls(program(sets(20))) if name_of(call) == "PortForwardsArgs"]
    ((plain, secrets),) = [
        [ast.literal_eval(one) for one in call.args[2:]] for call in calls(program(sets(20))) if name_of(call) == "EnvVarsArgs"
    ]

    assert (len(rules), len(plain), len(secrets)) == (20, 20, 20)
    assert sorted(rules) == [str(30000 + place) for place in range(20)]


def test_mail_is_one_rule_and_two_secrets() -> None:
    assert declared(program(INFRASTRUCTURE, mail(after="infrastructure"))) == [
        "NetworkInfrastructure",
        "AdvancedNetworking",
        "PortForward",
        "SecretEnvVar",
        "SecretEnvVar",
    ]


def test_previews_are_compared_at_sixty_resources() -> None:
    assert len(declared(program(BY_VALUE))) == RESOURCES == 60


def test_the_mixed_run_adds_changes_and_removes() -> None:
    before, after = set(BEFORE.splitlines()), set(AFTER.splitlines())

    names_before, names_after = ({line.split('"')[1] for line in lines} for lines in (before, after))
    assert len(names_before - names_after) == len(names_after - names_before) == 9
    assert len(after - before) == 9 + 15


def test_programs_are_python() -> None:
    for text in (bare(60), program(referenced(60)), program(*map(mail, ENVIRONMENTS))):
        ast.parse(text)
