import pytest

from aem_mail.errors import NotFound

from .simulation import PROGRAM, simulated


def test_regions_are_listed_by_name() -> None:
    with simulated() as (api, _):
        assert "va7" in api.regions.list(PROGRAM)
        with pytest.raises(NotFound, match="Could not list the regions of program 7"):
            api.regions.list("7")
