"""Regions."""

from collections.abc import Mapping
from typing import Any

from aem_mail.cloud_manager import answer_fields
from aem_mail.cloud_manager.call import Call, Exchange, each, program_path


class RegionsClient:
    """The regions that a program can use."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def list(self, program_id: str) -> list[str]:
        """List the regions' names, such as ``va7``; raises NotFound for the program."""
        call = Call("GET", f"{program_path(program_id)}/regions", f"list the regions of program {program_id}")
        return self._exchange.many(call, "regions", each(region_of))


def region_of(document: Mapping[str, Any]) -> str:
    """Read a region's name."""
    return answer_fields.text(document, "name")
