"""What one run's resources share: reads, and the proof that something is gone."""

from collections.abc import Callable

import pytest

from aem_mail.cloud_manager.waiting import SYSTEM_CLOCK
from aem_mail.errors import NotFound
from aem_mail.model import EnvironmentId
from aem_mail.simulator.server import Running

from .harness import HERE, Bench, answered, enable, put, text, together


@pytest.fixture
def refresh(bench_of: Callable[..., Bench]) -> Bench:
    """Return a bench in real time, since shared reads last a moment of it."""
    return bench_of(clock=SYSTEM_CLOCK)


def test_a_refresh_of_many_resources_reads_each_list_once(refresh: Bench) -> None:
    rollout = refresh.rollout

    together([(read, HERE) for read in (rollout.read_networking, rollout.read_variables) for _ in range(20)])
    together([(rollout.read_infrastructures, "10001") for _ in range(20)])

    assert sorted(path.rsplit("/", 1)[-1] for path in refresh.requests()) == ["advancedNetworking", "networkInfrastructures", "variables"]


def test_an_environment_is_gone_only_if_its_programs_list_lacks_it(refresh: Bench) -> None:
    nowhere = EnvironmentId("10001", "29999")

    assert refresh.rollout.read_networking(nowhere) is None
    assert refresh.rollout.read_variables(nowhere) is None


def test_a_404_of_an_environment_that_is_listed_is_an_error(refresh: Bench) -> None:
    refresh.fault(method="GET", path="*/environment/20001/*", status=404)

    with pytest.raises(NotFound):
        refresh.rollout.read_networking(HERE)


def test_a_404_of_the_program_is_an_error(refresh: Bench) -> None:
    with pytest.raises(NotFound):
        refresh.rollout.read_networking(EnvironmentId("19999", "20001"))


def test_after_a_change_the_new_state_is_read(refresh: Bench) -> None:
    assert refresh.rollout.read_variables(HERE) == []

    answered(refresh.variables(text("MAIL_A")))

    assert [variable.key.name for variable in refresh.rollout.read_variables(HERE) or ()] == ["MAIL_A"]


def test_after_a_change_of_networking_the_new_document_is_read(refresh: Bench) -> None:
    before = refresh.rollout.read_networking(HERE)
    assert before is not None
    assert not before.enabled

    answered(refresh.networking(enable()))

    after = refresh.rollout.read_networking(HERE)
    assert after is not None
    assert after.enabled


def test_an_up_reads_status_and_document_before_and_after_its_one_write(bench: Bench) -> None:
    answered(bench.networking(enable(), put()))

    documents = [path for path in bench.requests() if path.endswith("/advancedNetworking")]
    assert len(documents) == 2


def test_a_token_is_fetched_once(bench: Bench) -> None:
    answered(bench.networking(enable(), put()))
    answered(bench.variables(text("MAIL_A")))

    assert token_requests(bench.simulator) == 1


def token_requests(simulator: Running) -> int:
    return sum(entry["path"] == "/ims/token/v3" for entry in simulator.journal())
