"""What was answered, and what it makes of an environment and a program."""

import pytest

from aem_mail.errors import AemMailError, NotPermitted
from aem_mail.live.absence import EnvironmentGone
from aem_mail.live.model import NOT_READ, EnvironmentAnswers, LiveEnvironment, LiveProgram, ProgramAnswers
from aem_mail.model import AdvancedNetworking, Environment, NetworkInfrastructure, Program, Variable, VariableKey

HERE = Environment("20001", "10001", "wknd dev", "dev", "ready")
DOCUMENT = AdvancedNetworking(enabled=True)
REFUSED = NotPermitted("No.", status=403)
SANDBOX = LiveProgram(sandbox=True)


def infrastructure(status: str) -> NetworkInfrastructure:
    return NetworkInfrastructure(f"of {status}", "vpn", "va7", status)


def variable(status: str) -> Variable:
    return Variable(VariableKey(None, f"{status.upper()}_1"), "string", status, "x")


def test_an_environment_is_known_where_all_of_it_was_read() -> None:
    assert EnvironmentAnswers(HERE, DOCUMENT, ()).live(SANDBOX) == LiveEnvironment(HERE, DOCUMENT, (), SANDBOX)


@pytest.mark.parametrize(
    ("answers", "errors"),
    [
        (EnvironmentAnswers(REFUSED), (REFUSED,)),
        (EnvironmentAnswers(HERE, REFUSED, ()), (REFUSED,)),
        (EnvironmentAnswers(HERE, DOCUMENT, REFUSED), (REFUSED,)),
        (EnvironmentAnswers(HERE, REFUSED, REFUSED), (REFUSED, REFUSED)),
        (EnvironmentAnswers(HERE, DOCUMENT), ()),
        (EnvironmentAnswers(NOT_READ), ()),
    ],
)
def test_a_part_that_is_missing_leaves_no_environment_and_only_failures_count_as_errors(
    answers: EnvironmentAnswers, errors: tuple[AemMailError, ...]
) -> None:
    assert isinstance(answers.live(SANDBOX), AemMailError)
    assert answers.errors == errors


def test_only_a_proof_says_that_an_environment_is_gone() -> None:
    assert EnvironmentAnswers(EnvironmentGone("Gone.")).gone
    assert not EnvironmentAnswers(REFUSED).gone
    assert not EnvironmentAnswers(NOT_READ).gone


def test_a_program_is_known_where_every_question_was_answered() -> None:
    ready = infrastructure("ready")

    assert ProgramAnswers((ready,)).live == LiveProgram((ready,))
    assert ProgramAnswers((ready,), Program("10001", "wknd", sandbox=True)).live == LiveProgram((ready,), sandbox=True)
    assert ProgramAnswers(REFUSED).live is REFUSED
    assert ProgramAnswers((ready,), REFUSED).errors == (REFUSED,)


def test_what_is_being_deleted_is_no_lasting_part() -> None:
    statuses = ("ready", "deleting", "deleted", "failed")
    there = LiveEnvironment(
        HERE, DOCUMENT, tuple(map(variable, statuses)), LiveProgram(tuple(map(infrastructure, statuses)), sandbox=False)
    )

    lasting = there.lasting

    assert [one.status for one in lasting.variables] == ["ready", "failed"]
    assert [one.status for one in lasting.program.infrastructures] == ["ready", "failed"]
    assert lasting.program.sandbox is False


def test_an_infrastructure_that_is_being_deleted_is_not_the_regions() -> None:
    assert LiveProgram((infrastructure("deleting"), infrastructure("ready"))).in_region("va7") == infrastructure("ready")
    assert LiveProgram((infrastructure("deleting"),)).in_region("va7") is None
