"""In which order the engine deletes: by depth in the dependency graph, where a component counts as what its children depend on."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from tests.plan.prediction.components import COMPONENT, component_of
from tests.soak.engine import WAITING
from tests.soak.history import Recorded

Node = tuple[str, str]
"""A resource's name and kind."""
Requirements = Mapping[Node, AbstractSet[Node]]
NOTHING: Final[AbstractSet[Node]] = frozenset()


def requirements(leaving: Sequence[Recorded], staying: AbstractSet[str]) -> Requirements:
    """Return what requires what among those that leave, components that are not ``staying`` among them."""
    infrastructures = {str(one.inputs["program_id"]): _node(one) for one in leaving if one.kind == "NetworkInfrastructure"}
    components: dict[Node, AbstractSet[Node]] = {
        (component, COMPONENT): NOTHING for one in leaving if (component := component_of(one)) and component not in staying
    }
    return components | {_node(one): set(_required(one, infrastructures, components)) for one in leaving}


def phases(leaving: Sequence[Recorded], staying: AbstractSet[str]) -> Iterator[list[Recorded]]:
    """Yield what is deleted at the same time: the deepest first."""
    left = dict(requirements(leaving, staying))
    levels: list[AbstractSet[Node]] = []
    while left:
        free = {node for node, required in left.items() if not required & left.keys()}
        levels.append(free)
        left = {node: required for node, required in left.items() if node not in free}
    for level in reversed(levels):
        yield [one for one in leaving if _node(one) in level]


def _required(one: Recorded, infrastructures: Mapping[str, Node], components: Requirements) -> Iterator[Node]:
    component = (component_of(one), COMPONENT)
    if component in components:
        yield component
    infrastructure = infrastructures.get(str(one.inputs.get("program_id")))
    if one.kind in WAITING and infrastructure is not None:
        yield infrastructure


def _node(one: Recorded) -> Node:
    return one.name, one.kind
