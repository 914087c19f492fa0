"""A 400 that names no field: another's work is waited for, a mistake is not."""

import pytest

from aem_mail.errors import BadRequest, Busy
from aem_mail.kinds.requests import Origin

from .harness import HERE, PROGRAM, Bench, answered, error_in, put, text

PIPELINE = {"id": "40001", "name": "Deploy to dev", "environmentId": HERE.environment_id}


@pytest.fixture
def deploying(with_variables: Bench) -> Bench:
    """A pipeline runs, and changes of its environment are answered 400 for as long as it does."""
    deploy(with_variables, PIPELINE)
    with_variables.fault(action="unexplained")
    return with_variables


def deploy(bench: Bench, pipeline: dict[str, str]) -> None:
    bench.edit_program(pipelines=[pipeline])
    (there,) = bench.api.pipelines.list(PROGRAM)
    bench.api.pipelines.start(there)
    bench.forget()


def test_a_change_of_variables_waits_until_the_pipeline_has_ended(deploying: Bench) -> None:
    (answer,) = answered(deploying.variables(text("MAIL_A")))

    assert deploying.fired()[0] > 0
    assert answer.origin is Origin.CREATED
    assert deploying.mutations() == ["PATCH variables"]


def test_a_change_of_networking_waits_too(with_rule: Bench) -> None:
    deploy(with_rule, PIPELINE)
    with_rule.fault(action="unexplained")

    answered(with_rule.networking(put(30587)))

    assert with_rule.fired()[0] > 0
    assert with_rule.mutations() == ["PUT advancedNetworking"]


def test_a_pipeline_that_does_not_end_in_time_is_named(deploying: Bench) -> None:
    deploying.freeze()

    error = error_in(deploying.variables(text("MAIL_A"), timeout=60.0)[0])

    assert isinstance(error, Busy)
    assert "Pipeline 40001 (Deploy to dev) is under way, and may be the reason." in str(error)


def test_a_refusal_while_nothing_is_under_way_is_not_waited_for(with_variables: Bench) -> None:
    with_variables.fault(method="PATCH", status=400)

    assert isinstance(error_in(with_variables.variables(text("MAIL_A"))[0]), BadRequest)
    assert with_variables.fired() == [1]


def test_a_pipeline_of_another_environment_excuses_nothing(with_variables: Bench) -> None:
    deploy(with_variables, {**PIPELINE, "environmentId": "20002"})
    with_variables.fault(method="PATCH", status=400)

    assert isinstance(error_in(with_variables.variables(text("MAIL_A"))[0]), BadRequest)
    assert with_variables.fired() == [1]
