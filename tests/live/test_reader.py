"""The reader against the simulator: what it asks, how much of it at a time, and what stands for an answer that never came."""

from collections.abc import Iterator
from typing import Any

import pytest

from aem_mail.errors import InvalidInput, NotPermitted
from aem_mail.live.absence import EnvironmentGone
from aem_mail.live.model import NOT_READ, NoEntry, OutOfReach, ProgramAnswers, known
from aem_mail.live.reader import READERS, Organization, Part, Reader
from aem_mail.model import AdvancedNetworking, Connection, Environment, EnvironmentId
from aem_mail.simulator.server import Running, running_simulator
from tests import loopback

P = "10001"
HERE, OTHER = EnvironmentId(P, "20001"), EnvironmentId(P, "20002")
ENVIRONMENT = f"GET /api/program/{P}/environment/20001"


def connection_to(simulator: Running, **changes: Any) -> Connection:
    wanted = {"org_id": simulator.org_id, "client_id": simulator.client_id, "client_secret": simulator.client_secret, **changes}
    return Connection(**{"base_url": simulator.url, "ims_url": simulator.url, **wanted})


@pytest.fixture
def simulator() -> Iterator[Running]:
    with running_simulator() as running:
        yield running


@pytest.fixture
def at(simulator: Running) -> Iterator[Organization]:
    with Reader() as reader:
        yield reader.at(connection_to(simulator))


def asked(simulator: Running) -> list[str]:
    """Return what was asked of Cloud Manager, sorted."""
    return sorted(f"{entry['method']} {entry['path']}" for entry in simulator.journal() if entry["path"].startswith("/api"))


def fault(simulator: Running, path: str, status: int) -> None:
    fault = {"method": "GET", "path": path, "status": status, "times": 9}
    loopback.post(f"{simulator.url}/_sim/faults", json=fault).raise_for_status()


def test_an_environment_takes_three_requests_and_a_program_one(at: Organization, simulator: Running) -> None:
    environment, program = at.environment(HERE), at.program(P)

    assert environment.result().errors == program.result().errors == ()
    assert asked(simulator) == sorted(
        [ENVIRONMENT, f"{ENVIRONMENT}/advancedNetworking", f"{ENVIRONMENT}/variables", f"GET /api/program/{P}/networkInfrastructures"]
    )


def test_only_the_parts_that_are_wanted_are_asked_for(at: Organization, simulator: Running) -> None:
    answers = at.environment(HERE, [Part.VARIABLES]).result()

    assert (answers.networking, answers.errors, isinstance(answers.variables, tuple)) == (NOT_READ, (), True)
    assert asked(simulator) == [ENVIRONMENT, f"{ENVIRONMENT}/variables"]


def test_an_environment_that_was_listed_is_not_asked_for_again(at: Organization, simulator: Running) -> None:
    listed = Environment("20001", P, "dev", "dev", "ready")

    assert at.environment(HERE, [Part.NETWORKING], listed=listed).result().found is listed
    assert asked(simulator) == [f"{ENVIRONMENT}/advancedNetworking"]


def test_a_part_that_is_refused_leaves_the_rest(at: Organization, simulator: Running) -> None:
    fault(simulator, "*/variables", 403)

    answers = at.environment(HERE).result()

    assert isinstance(answers.variables, NotPermitted)
    assert isinstance(answers.networking, AdvancedNetworking)


def test_an_environment_that_is_not_there_is_proven_to_be_gone(at: Organization) -> None:
    assert isinstance(at.environment(EnvironmentId(P, "29999")).result().environment, EnvironmentGone)


def test_what_a_program_lacks_is_an_answer_and_no_exception(at: Organization) -> None:
    refusal = at.preconditions(P, "nowhere", None).result()

    assert isinstance(refusal, InvalidInput)
    assert "nowhere cannot be used in this program" in str(refusal)


def test_environments_with_networking_are_found_besides_those_that_are_known(at: Organization, simulator: Running) -> None:
    state = simulator.state()
    for id_ in ("20001", "20002"):
        state["programs"][P]["environments"][id_]["advancedNetworking"] = {"nonProxyHosts": [], "portForwards": []}
    loopback.put(f"{simulator.url}/_sim/state", json=state).raise_for_status()

    assert [one.id for one in known(at.networked(P, [HERE]).result())] == [OTHER.environment_id]


def test_a_refused_credential_is_found_out_by_one_question(simulator: Running) -> None:
    with Reader() as reader:
        at = reader.at(connection_to(simulator, client_secret=None, access_token="an-expired-token"))
        answers = [at.environment(EnvironmentId(P, str(20001 + number))) for number in range(3 * READERS)]

        assert {type(one.result().environment) for one in answers} == {NoEntry}
    assert len(asked(simulator)) == 1


def test_a_cloud_manager_that_is_never_reached_is_one_error_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aem_mail.cloud_manager.outcome.attempts", lambda outcome: 1)
    with Reader() as reader:
        at = reader.at(Connection("http://127.0.0.1:9", "http://127.0.0.1:9", "org@AdobeOrg", "id", "secret"))
        environments, program = [at.environment(HERE), at.environment(OTHER)], at.program(P)

        errors = {one.result().environment for one in environments} | {program.result().infrastructures}

    assert [type(one) for one in errors] == [OutOfReach]


def test_every_environment_and_program_is_counted_whatever_was_answered(simulator: Running) -> None:
    done: list[None] = []
    with Reader(lambda: done.append(None)) as reader:
        at = reader.at(connection_to(simulator))
        at.environment(HERE).result()
        at.environment(EnvironmentId("19999", "1")).result()
        assert isinstance(at.program(P).result(), ProgramAnswers)

    assert len(done) == 3


def test_one_connection_is_one_organization(simulator: Running) -> None:
    with Reader() as reader:
        assert reader.at(connection_to(simulator)) is reader.at(connection_to(simulator))
