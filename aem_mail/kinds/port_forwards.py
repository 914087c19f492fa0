"""PortForwards: several rules of an environment's advanced networking as one resource."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from aem_mail.kinds.entries import EntriesKind
from aem_mail.kinds.kind import ResourceKind, Scope
from aem_mail.kinds.port_forward import PORT_FORWARD
from aem_mail.kinds.shapes import CONFLICT_POLICY, ENVIRONMENT, Field, mapping, seconds
from aem_mail.model import UNKNOWN, Properties


class PortForwardsKind(EntriesKind):
    """Rules by their ``port_orig``: ``{"30465": "smtp.example.com:465"}``, or the fields of a PortForward as an object."""

    name = "PortForwards"
    scope = Scope.NETWORKING
    word = "portForwards"
    addressed_by = "port_orig"
    groups: ClassVar[Mapping[str, ResourceKind]] = {"rules": PORT_FORWARD}
    fields: ClassVar[Mapping[str, Field]] = {
        **ENVIRONMENT,
        "rules": Field(mapping("rules by their port_orig"), required=True),
        "on_conflict": Field(CONFLICT_POLICY),
        "timeout": Field(seconds),
    }

    def short(self, group: str, value: Any) -> Any:
        if value is UNKNOWN:
            return {"name": UNKNOWN, "port_dest": UNKNOWN}
        host, separator, port = value.rpartition(":") if isinstance(value, str) else ("", "", "")
        return {"name": host.removeprefix("[").removesuffix("]"), "port_dest": int(port)} if separator and _is_number(port) else value

    def address(self, name: str, given: Properties, shared: Properties) -> Properties:
        return {"port_orig": int(name) if _is_number(name) else name}

    def example(self, group: str) -> str:
        return "'host:port', such as 'smtp.example.com:465', or an object with the fields name and port_dest"


PORT_FORWARDS: Final = PortForwardsKind()


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10
