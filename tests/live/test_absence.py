"""An environment is gone only where its program's list lacks it."""

from aem_mail.live.absence import gone
from aem_mail.model import Environment, EnvironmentId

HERE = EnvironmentId("10001", "20001")


def test_an_environment_that_is_listed_is_not_proven_to_be_gone() -> None:
    assert gone(HERE, [Environment("20001", "10001", "wknd dev", "dev", "ready")]) is None


def test_an_environment_that_its_program_lacks_is_gone_and_the_others_are_named() -> None:
    proof = gone(HERE, [Environment("20002", "10001", "wknd stage", "stage", "ready")])

    assert "Environment 20001 does not exist in program 10001, whose environments are: 20002 (stage)." in str(proof)


def test_a_program_without_environments_has_none_to_name() -> None:
    assert "whose environments are: none." in str(gone(HERE, []))
