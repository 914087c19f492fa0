"""A 400 that names neither a field nor an entry: another's work is waited for, a mistake is not."""

from collections.abc import Callable, Sequence

import pytest

from aem_mail.errors import BadRequest
from aem_mail.kinds.requests import Origin
from aem_mail.model import EnvironmentId
from aem_mail.model.values import VariableChange
from aem_mail.rollout.access import UNEXPLAINED, NotDone, Sender
from tests.cloud_manager.clocks import SteppedClock

from .harness import FOREIGN_RULE, HERE, PROGRAM, SCALE, Bench, ScaledClock, answered, document, error_in, put, text

BenchOf = Callable[..., Bench]

PIPELINE = {"id": "40001", "name": "Deploy to dev", "environmentId": HERE.environment_id}


@pytest.fixture
def deploying(bench_of: BenchOf) -> Bench:
    """A pipeline runs, and changes of its environment are answered 400 for as long as it does, which is one pause of ours."""
    bench = bench_of(clock=ScaledClock(SCALE / 100), advancedNetworking=document(FOREIGN_RULE))
    deploy(bench, PIPELINE)
    bench.fault(action="unexplained")
    return bench


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


def test_a_change_of_networking_waits_too(deploying: Bench) -> None:
    answered(deploying.networking(put(30587)))

    assert deploying.fired()[0] > 0
    assert deploying.mutations() == ["PUT advancedNetworking"]


def test_a_pipeline_that_does_not_end_in_time_is_named(deploying: Bench) -> None:
    deploying.freeze()

    error = error_in(deploying.variables(text("MAIL_A"), timeout=60.0)[0])

    assert isinstance(error, BadRequest)
    assert error.title
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


def test_an_entry_that_a_refusal_names_without_a_field_fails_at_once_and_alone(bench_of: BenchOf, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = bench_of(clock=ScaledClock(SCALE / 100))
    deploy(bench, PIPELINE)
    bench.freeze()
    patch, sent = bench.api.variables.patch, []

    def refuse(environment: EnvironmentId, changes: Sequence[VariableChange]) -> None:
        sent.append([change.key.name for change in changes])
        if "MAIL_A" in sent[-1]:
            raise BadRequest("refused", status=400, title="MAIL_A is reserved")
        patch(environment, changes)
        bench.thaw()

    monkeypatch.setattr(bench.api.variables, "patch", refuse)
    refused, other = bench.variables(text("MAIL_A"), text("MAIL_B"), timeout=600.0)

    assert str(error_in(refused)) == "refused"
    answered([other])
    assert list(map(sorted, sent)) == [["MAIL_A", "MAIL_B"], ["MAIL_B"]]


@pytest.mark.parametrize(("timeout", "longest"), [(5400.0, UNEXPLAINED), (60.0, 60.0)])
def test_a_refusal_without_a_reason_is_borne_for_ten_minutes_or_what_the_environment_may_take(timeout: float, longest: float) -> None:
    clock, told = SteppedClock(), BadRequest("refused, and why", status=400)
    sender = Sender("it", clock, print, timeout)

    def refuse() -> None:
        raise BadRequest("refused", status=400)

    def persist() -> None:
        while sender.send(refuse, lambda _: told) is NotDone.BUSY:
            pass

    with pytest.raises(BadRequest, match="and why"):
        persist()

    assert longest <= clock.now() - 1000.0 < longest + 60.0
