import pytest

from aem_mail.errors import NotFound
from aem_mail.model import EnvironmentId

from .simulation import DEV, PROGRAM, simulated


@pytest.mark.parametrize("page_size", [None, 1, 2])
def test_environments_are_listed_whatever_the_size_of_a_page(page_size: int | None) -> None:
    with simulated(page_size=page_size) as (api, _):
        assert [(one.id, one.type) for one in api.environments.list(PROGRAM)] == [("20001", "dev"), ("20002", "stage"), ("20003", "prod")]


def test_an_environment_is_read_with_its_program_and_region() -> None:
    with simulated() as (api, _):
        environment = api.environments.get(DEV)

        assert (environment.program_id, environment.status, environment.region) == (PROGRAM, "ready", "va7")
        with pytest.raises(NotFound, match="program 10001, environment 7"):
            api.environments.get(EnvironmentId(PROGRAM, "7"))
