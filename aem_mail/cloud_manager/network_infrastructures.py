"""Network infrastructures."""

from collections.abc import Mapping
from typing import Any, Final

from aem_mail.cloud_manager import answer_fields
from aem_mail.cloud_manager.call import BUSINESS_OWNER, Call, Exchange, each, infrastructure_path, program_path, shared_keys
from aem_mail.cloud_manager.vocabulary import Vocabulary
from aem_mail.model import NetworkInfrastructure

READ_ONLY: Final = frozenset({"id", "programId", "status", "created", "updated", "statusDetails", "_links"})
"""The fields that the specification has in answers only; they are not sent."""

WRITTEN: Final = frozenset({"kind", "region", "isPrimaryRegion", "addressSpace", "dns", "connections"})

VOCABULARY: Final = Vocabulary(
    dict.fromkeys(
        (
            *("kind", "region", "isPrimaryRegion", "addressSpace", "dns", "resolvers", "domains", "connections", "name", "gateway"),
            *("address", "sharedKey", "ipsecPolicy", "dhGroup", "ikeEncryption", "ikeIntegrity", "ipsecEncryption", "ipsecIntegrity"),
            *("pfsGroup", "saDatasize", "saLifetime"),
        ),
        "",
    )
)
"""The fields of the specification."""


class NetworkInfrastructuresClient:
    """The network infrastructures of a program, one per region, all of one kind."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def list(self, program_id: str) -> list[NetworkInfrastructure]:
        """List a program's network infrastructures; raises NotFound for the program."""
        call = Call("GET", _collection(program_id), f"list the network infrastructures of program {program_id}")
        return self._exchange.many(call, "networkInfrastructures", each(network_infrastructure_of))

    def get(self, program_id: str, infrastructure_id: str) -> NetworkInfrastructure:
        """Read one network infrastructure; raises NotFound."""
        return self._exchange.one(_call("GET", program_id, infrastructure_id, "read"), network_infrastructure_of)

    def create(self, program_id: str, body: Mapping[str, Any]) -> NetworkInfrastructure:
        """Create one from ``body``, in the API's field names; it is answered at once, in status ``creating``."""
        attempt = f"create the network infrastructure of program {program_id}"
        call = Call("POST", _collection(program_id), attempt, BUSINESS_OWNER, dict(body), shared_keys(body), vocabulary=VOCABULARY)
        return self._exchange.one(call, network_infrastructure_of)

    def update(self, program_id: str, infrastructure_id: str, body: Mapping[str, Any]) -> NetworkInfrastructure:
        """Replace what can change of a VPN; ``body`` is whole and carries the shared keys again."""
        call = _call("PUT", program_id, infrastructure_id, "update", dict(body))
        return self._exchange.one(call, network_infrastructure_of)

    def delete(self, program_id: str, infrastructure_id: str) -> None:
        """Begin to delete one. BadRequest while any environment of the program has advanced networking enabled."""
        self._exchange.done(_call("DELETE", program_id, infrastructure_id, "delete"))


def network_infrastructure_of(document: Mapping[str, Any]) -> NetworkInfrastructure:
    """Read a network infrastructure, leaving out shared keys should an answer carry them."""
    return NetworkInfrastructure(
        id=answer_fields.text(document, "id"),
        kind=answer_fields.text(document, "kind"),
        region=answer_fields.text(document, "region"),
        status=answer_fields.text(document, "status"),
        is_primary_region=answer_fields.flag(document, "isPrimaryRegion", default=False),
        address_space=answer_fields.texts(document, "addressSpace"),
        dns=answer_fields.optional_object(document, "dns"),
        connections=tuple(_without_key(connection) for connection in answer_fields.objects(document, "connections")),
        status_details=_status_details(document),
        other_fields=answer_fields.others(document, READ_ONLY | WRITTEN),
    )


def _call(method: str, program_id: str, infrastructure_id: str, verb: str, body: Mapping[str, Any] | None = None) -> Call:
    path = infrastructure_path(program_id, infrastructure_id)
    attempt = f"{verb} network infrastructure {infrastructure_id} of program {program_id}"
    return Call(method, path, attempt, BUSINESS_OWNER, body, shared_keys(body or {}), vocabulary=VOCABULARY)


def _collection(program_id: str) -> str:
    return f"{program_path(program_id)}/networkInfrastructures"


def _without_key(connection: Mapping[str, Any]) -> dict[str, Any]:
    answer_fields.text(connection, "name", default="")
    return answer_fields.others(connection, ("sharedKey",))


def _status_details(document: Mapping[str, Any]) -> str | None:
    """Join code and message of the specification's object; a plain string is taken as it is."""
    details = document.get("statusDetails")
    if not answer_fields.is_object(details):
        return answer_fields.optional_text(document, "statusDetails")
    parts = (answer_fields.optional_text(details, "errorCode"), answer_fields.optional_text(details, "message"))
    return ": ".join(part for part in parts if part) or None
