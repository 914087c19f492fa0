"""The place of each resource, as the checks name it."""

from aem_mail.checks.place import Place, PlaceKind, variable_place
from aem_mail.kinds import Scope, kind_named
from aem_mail.kinds.environment_variable import variable_key
from aem_mail.model import Properties


def place_of(kind: str, id_: str, properties: Properties) -> Place:
    """Return where a resource stands in its environment, its program or the AEM project; some are the only ones of their kind there."""
    match kind_named(kind).scope:
        case Scope.PROGRAM:
            return Place(PlaceKind.NETWORK_INFRASTRUCTURE)
        case Scope.VARIABLES:
            return variable_place(variable_key(properties))
        case Scope.PROJECT:
            return Place(PlaceKind.FILE, (id_,))
    if "port_orig" in properties:
        return Place(PlaceKind.PORT_FORWARD, (str(properties["port_orig"]),))
    return Place(PlaceKind.ADVANCED_NETWORKING)
