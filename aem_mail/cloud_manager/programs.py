"""Programs."""

from collections.abc import Mapping
from typing import Any

from aem_mail.cloud_manager import answer_fields
from aem_mail.cloud_manager.call import Call, Exchange, each, program_path
from aem_mail.model import Program


class ProgramsClient:
    """The programs that the credential sees."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def list(self) -> list[Program]:
        """List the organization's programs; a list's entries leave ``sandbox`` None.

        The specification calls this operation deprecated; Adobe's own client relies on it, and it needs no tenant's id.
        """
        return self._exchange.many(Call("GET", "/api/programs", "list the organization's programs"), "programs", each(program_of))

    def get(self, program_id: str) -> Program:
        """Read one program; raises NotFound."""
        return self._exchange.one(Call("GET", program_path(program_id), f"read program {program_id}"), program_of)


def program_of(document: Mapping[str, Any]) -> Program:
    """Read a program; ``sandbox`` is its capability of that name, which the specification defaults to false where capabilities are told."""
    capabilities = answer_fields.optional_object(document, "capabilities")
    return Program(
        id=answer_fields.text(document, "id"),
        name=answer_fields.text(document, "name", default=""),
        sandbox=None if capabilities is None else answer_fields.flag(capabilities, "sandbox", default=False),
        status=answer_fields.optional_text(document, "status"),
    )
