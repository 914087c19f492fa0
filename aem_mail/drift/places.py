"""The place of each resource, as the checks name it."""

from aem_mail.checks.place import Place, PlaceKind
from aem_mail.kinds import Scope, kind_named
from aem_mail.model import Properties


def place_of(kind: str, id_: str, properties: Properties) -> Place:
    """Return where a resource stands in its environment, its program or the AEM project; some are the only ones of their kind there."""
    one = kind_named(kind)
    match one.scope:
        case Scope.PROGRAM:
            return Place(PlaceKind.NETWORK_INFRASTRUCTURE)
        case Scope.VARIABLES:
            keys = tuple(variable.key for variable in one.variables(properties))
            return Place(PlaceKind.VARIABLE if keys else PlaceKind.VARIABLES, keys)
        case Scope.PROJECT:
            return Place(PlaceKind.FILE, (id_,))
    if one.enables:
        return Place(PlaceKind.ADVANCED_NETWORKING)
    ports = tuple(str(rule.port_orig) for rule in one.rules(properties))
    return Place(PlaceKind.PORT_FORWARD, ports or (id_.rpartition("/")[2],))
