"""In which order the engine deletes: by depth in the dependency graph, where a component counts as what its children depend on."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from tests.soak.components import COMPONENT, component_of, components_of
from tests.soak.engine import WAITING
from tests.soak.history import Program, Recorded

Node = tuple[str, str]
"""A resource's name and kind."""
Requirements = Mapping[Node, AbstractSet[Node]]
NOTHING: Final[AbstractSet[Node]] = frozenset()
STACK: Final[Node] = ("stack", "Stack")
PROVIDER: Final[Node] = ("default", "pulumi-python")


@dataclass(frozen=True, slots=True)
class Leaving:
    """What goes in a run that brings a stack to ``program``, or ``destroys`` it, together with what nothing needs any more.

    The provider goes with the last resource, the stack itself when it is destroyed; a component, when the program has none of that name.
    """

    resources: Sequence[Recorded]
    program: Program
    destroys: bool

    def requirements(self) -> Requirements:
        """Return what requires what among those that leave."""
        infrastructures = {str(one.inputs["program_id"]): _node(one) for one in self.resources if one.kind == "NetworkInfrastructure"}
        stack, provider = ({STACK} if self.destroys else set()), (set() if self.program else {PROVIDER})
        gone = {name for one in self.resources if (name := component_of(one)) and name not in components_of(self.program)}
        components: dict[Node, AbstractSet[Node]] = {(name, COMPONENT): stack for name in gone}
        return {
            **dict.fromkeys(stack | provider, NOTHING),
            **components,
            **{_node(one): {*stack, *provider, *_required(one, infrastructures, components)} for one in self.resources},
        }

    def phases(self) -> Iterator[list[Recorded]]:
        """Yield what is deleted at the same time: the deepest first."""
        left = dict(self.requirements())
        levels: list[AbstractSet[Node]] = []
        while left:
            free = {node for node, required in left.items() if not required & left.keys()}
            levels.append(free)
            left = {node: required for node, required in left.items() if node not in free}
        for level in reversed(levels):
            yield [one for one in self.resources if _node(one) in level]


def _required(one: Recorded, infrastructures: Mapping[str, Node], components: Requirements) -> Iterator[Node]:
    component = (component_of(one), COMPONENT)
    if component in components:
        yield component
    infrastructure = infrastructures.get(str(one.inputs.get("program_id")))
    if one.kind in WAITING and infrastructure is not None:
        yield infrastructure


def _node(one: Recorded) -> Node:
    return one.name, one.kind
