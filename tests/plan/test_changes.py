import pytest

from aem_mail.kinds.kind import UNKNOWN_ID
from aem_mail.kinds.requests import Operation
from aem_mail.plan.changes import Change, Phase
from tests.plan import build
from tests.plan.recordings import changes


def named(name: str) -> dict[str, Change]:
    return {f"{change.operation} {change.name}": change for change in changes(name)}


def test_resources_that_stay_as_they_are_are_no_changes() -> None:
    assert changes("same") == ()


def test_a_replacement_creates_with_the_others_and_deletes_afterwards() -> None:
    made, gone = changes("replace-rule")

    assert (made.operation, made.phase, made.replacement) == (Operation.CREATE, Phase.TOGETHER, True)
    assert (gone.operation, gone.phase, gone.replacement) == (Operation.DELETE, Phase.AFTERWARDS, True)
    assert made.changed == ("port_orig",)


def test_what_has_to_go_before_its_successor_goes_first() -> None:
    gone, made = changes("replace-infrastructure")

    assert (gone.operation, gone.phase) == (Operation.DELETE, Phase.FIRST)
    assert (made.operation, made.phase) == (Operation.CREATE, Phase.TOGETHER)
    assert not gone.kept


def test_the_old_names_of_what_is_still_declared_are_let_go_without_a_deletion() -> None:
    renamed = named("rename")

    assert {name: renamed[f"delete {name}"].kept for name in ("b", "footer", "pass", "net")} == dict.fromkeys(
        ("b", "footer", "pass", "net"), True
    )


def test_a_variable_that_becomes_a_secret_is_not_deleted_by_its_old_resource() -> None:
    assert named("flip")["delete footer"].kept


def test_a_retained_resource_leaves_what_is_live() -> None:
    retained = named("retained")

    assert {name for name, change in retained.items() if change.kept} == {"delete a", "delete b", "delete net"}


def test_inputs_that_moved_are_named_and_a_secret_only_by_its_field() -> None:
    moved = {change.name: change.changed for change in changes("update")}

    assert moved == {"a": ("name",), "b": ("name",), "footer": ("value",), "pass": ("value",), "file": ("properties",)}


def test_ids_that_only_up_will_know_have_one_stand_in() -> None:
    late = named("unknown")["create late-variable"]

    assert late.environment is not None
    assert (late.environment.program_id, late.environment.environment_id) == ("10001", UNKNOWN_ID)


@pytest.mark.parametrize(("new", "moved"), [("fp1:1", ()), ("fp1:2", ("value",))])
def test_masked_secrets_differ_as_their_fingerprints_do(new: str, moved: tuple[str, ...]) -> None:
    (change,) = build.changes(build.update("SecretEnvVar", "pass", build.secret("PASS", "fp1:1"), fingerprint=new))

    assert change.changed == moved


def test_two_rules_that_swap_their_ports_are_both_still_declared() -> None:
    steps = [
        build.step(operation, "PortForward", name, build.rule(old), None if operation == "delete-replaced" else build.rule(new))
        for name, old, new in (("a", 30001, 30002), ("b", 30002, 30001))
        for operation in ("create-replacement", "replace", "delete-replaced")
    ]

    assert [change.kept for change in build.changes(*steps) if change.operation is Operation.DELETE] == [True, True]
