import pytest

from aem_mail.cloud_manager.answer_fields import Mismatch
from aem_mail.cloud_manager.programs import program_of
from aem_mail.errors import NotFound
from aem_mail.model import Program

from .simulation import simulated


@pytest.mark.parametrize(
    ("document", "sandbox"),
    [({}, None), ({"capabilities": None}, None), ({"capabilities": {}}, False), ({"capabilities": {"sandbox": True}}, True)],
)
def test_a_program_is_a_sandbox_only_if_its_capabilities_say_so(document: dict[str, object], sandbox: bool | None) -> None:
    assert program_of({"id": "1", "name": "WKND", **document}) == Program("1", "WKND", sandbox)


@pytest.mark.parametrize("document", [{}, {"id": 1}, {"id": "1", "capabilities": []}, {"id": "1", "capabilities": {"sandbox": "yes"}}])
def test_a_program_of_another_form_is_a_mismatch(document: dict[str, object]) -> None:
    with pytest.raises(Mismatch):
        program_of(document)


def test_programs_are_listed_and_read() -> None:
    with simulated() as (api, _):
        assert [program.id for program in api.programs.list()] == ["10001", "10002"]
        assert [api.programs.get(id_).sandbox for id_ in ("10001", "10002")] == [False, True]
        with pytest.raises(NotFound, match="Could not read program 7"):
            api.programs.get("7")
