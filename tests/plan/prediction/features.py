"""What a pair of programs is about: so that the generator cannot quietly lose what the plan is to predict."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from tests.plan.prediction.places import FOREIGN_NAMES, FOREIGN_PORTS, THEIRS, THIRD
from tests.plan.prediction.programs import Pair
from tests.soak.components import COMPONENT, expanded
from tests.soak.history import Declared

GROUPS: Final[Mapping[str, Sequence[str]]] = {"PortForwards": ("rules",), "EnvVars": ("values", "secrets")}
"""The inputs of each kind of sets that hold its entries."""
VARIABLES: Final = frozenset({"EnvVar", "SecretEnvVar"})
PREDICTED: Final = ("NetworkInfrastructure", "AdvancedNetworking", "PortForward", "PortForwards", "EnvVar", "SecretEnvVar", "EnvVars")
"""The kinds of which a plan says what is sent."""
NOT_PREDICTED: Final = {
    "OsgiConfig": "sends Cloud Manager nothing: it writes a file, of which each change is the engine's own",
    "MailEgress": "is no resource of its own: the features of components are about it",
}
PORT: Final = ("port_orig",)
VARIABLE: Final = ("name", "service")


def _added(pair: Pair) -> bool:
    return bool(pair.after.keys() - pair.before.keys())


def _changed(pair: Pair) -> bool:
    return any(before.properties != after.properties for before, after in _both(pair))


def _removed(pair: Pair) -> bool:
    return not pair.destroys and any(not _declared(pair, one) for one in pair.before.values())


def _renamed(pair: Pair) -> bool:
    return any(name not in pair.before and not one.alias and _recorded(pair, one) for name, one in pair.after.items())


def _renamed_with_an_alias(pair: Pair) -> bool:
    return any(one.alias in pair.before for one in pair.after.values())


def _moved(pair: Pair) -> bool:
    return any(one.kind == "PortForward" and _at(one, PORT) != _at(other, PORT) for one, other in _both(pair))


def _recorded_only(pair: Pair) -> bool:
    return any({**one.properties, "timeout": 900} == other.properties != one.properties for one, other in _both(pair))


def _exchanged(kind: str, place: tuple[str, ...]) -> Callable[[Pair], bool]:
    def exchanged(pair: Pair) -> bool:
        moves = {(_at(one, place), _at(other, place)) for one, other in _both(pair) if one.kind == other.kind == kind}
        return any(before != after and (after, before) in moves for before, after in moves)

    return exchanged


def _retyped(kind: str) -> Callable[[Pair], bool]:
    return lambda pair: any(before.kind != after.kind == kind for before, after in _both(pair) if before.kind in VARIABLES)


def _replaced(pair: Pair) -> bool:
    return any(one.kind == "NetworkInfrastructure" and one.properties["kind"] != other.properties["kind"] for one, other in _both(pair))


def _replaced_while_it_is_used(pair: Pair) -> bool:
    return _replaced(pair) and "fresh-net" in pair.before


def _in_a_foreign_place(key: str, places: Iterable[Any], policy: str) -> Callable[[Pair], bool]:
    return lambda pair: any(
        one.properties.get(key) in places and one.properties.get("on_conflict") == policy for one in pair.after.values()
    )


def _with_a_foreign_infrastructure(kind: str) -> Callable[[Pair], bool]:
    return lambda pair: any(one.properties["program_id"] == THEIRS and one.properties["kind"] == kind for one in pair.after.values())


def _entries(one: Declared, kind: str) -> Mapping[str, Any]:
    groups = (one.properties.get(group) or {} for group in GROUPS.get(kind, ()))
    return {name: given for entries in groups for name, given in entries.items()} if one.kind == kind else {}


def _set_changed(kind: str, change: Callable[[Mapping[str, Any], Mapping[str, Any]], bool]) -> Callable[[Pair], bool]:
    return lambda pair: any(
        one.kind == other.kind == kind and change(_entries(one, kind), _entries(other, kind)) for one, other in _both(pair)
    )


def _leaves_a_set(pair: Pair) -> bool:
    ports = {int(port) for one in pair.before.values() for port in _entries(one, "PortForwards")}
    return any(one.kind == "PortForward" and one.properties["port_orig"] in ports for one in pair.after.values())


def _of_kind(kind: str) -> Callable[[Pair], bool]:
    return lambda pair: any(one.kind == kind for one in expanded(pair.after).values())


def _component(pair: Pair) -> bool:
    return any(one.kind == COMPONENT for one in pair.after.values())


def _component_changed(pair: Pair) -> bool:
    return any(one.kind == COMPONENT and one.properties != other.properties for one, other in _both(pair))


def _component_on_another_port(*, former: bool) -> Callable[[Pair], bool]:
    def changed(one: Declared, other: Declared) -> bool:
        return one.kind == COMPONENT and "port" not in one.properties and other.properties.get("port") == 587

    return lambda pair: any(changed(one, other) and bool(other.properties["former"]) is former for one, other in _both(pair))


def _component_renamed(pair: Pair) -> bool:
    return "mail" in pair.before and "post" in pair.after and not pair.after["post"].alias


def _component_renamed_with_an_alias(pair: Pair) -> bool:
    return "mail" in pair.before and "post" in pair.after and pair.after["post"].alias == "mail"


def _component_removed_beside_others(pair: Pair) -> bool:
    return not pair.destroys and _has_both(pair.before) and not any(one.kind == COMPONENT and _is_there(one) for one in pair.after.values())


def _destroyed_beside_others(pair: Pair) -> bool:
    return pair.destroys and _has_both(pair.before)


FEATURES: Final[Mapping[str, Callable[[Pair], bool]]] = {
    "a resource is added": _added,
    "a resource is changed": _changed,
    "a resource is removed": _removed,
    "a resource is renamed": _renamed,
    "a resource is renamed with an alias": _renamed_with_an_alias,
    "a rule goes to another port": _moved,
    "an input that only the state records": _recorded_only,
    "two rules exchange their ports": _exchanged("PortForward", PORT),
    "two variables exchange their names": _exchanged("EnvVar", VARIABLE),
    "a variable becomes a secret": _retyped("SecretEnvVar"),
    "a secret becomes a variable": _retyped("EnvVar"),
    "an infrastructure is replaced": _replaced,
    "an infrastructure is replaced while it is used": _replaced_while_it_is_used,
    "a foreign rule is met": _in_a_foreign_place("port_orig", FOREIGN_PORTS, "error"),
    "a foreign rule is taken over": _in_a_foreign_place("port_orig", FOREIGN_PORTS, "replace"),
    "a foreign variable is met": _in_a_foreign_place("name", FOREIGN_NAMES, "error"),
    "a foreign variable is taken over": _in_a_foreign_place("name", FOREIGN_NAMES, "replace"),
    "a foreign infrastructure of another kind is met": _with_a_foreign_infrastructure("flexiblePortEgress"),
    "a foreign infrastructure is adopted": _with_a_foreign_infrastructure("dedicatedEgressIp"),
    "a component": _component,
    "a component is changed": _component_changed,
    "a component's rule goes to another port": _component_on_another_port(former=False),
    "a component's rule goes to another port, and the former one stays": _component_on_another_port(former=True),
    "a component is renamed": _component_renamed,
    "a component is renamed with an alias": _component_renamed_with_an_alias,
    "a component beside single resources": lambda pair: _has_both(pair.after),
    "a component is removed beside single resources": _component_removed_beside_others,
    **{
        f"{kind}: {what}": _set_changed(kind, change)
        for kind in GROUPS
        for what, change in {
            "an entry comes": lambda before, after: bool(after.keys() - before.keys()),
            "an entry goes": lambda before, after: bool(before.keys() - after.keys()),
            "an entry changes": lambda before, after: any(before[name] != after[name] for name in before.keys() & after.keys()),
        }.items()
    },
    "a rule of a set becomes a resource of its own": _leaves_a_set,
    **{f"the kind {kind}": _of_kind(kind) for kind in PREDICTED},
    "several environments": lambda pair: _several(pair, "environment_id"),
    "several programs": lambda pair: _several(pair, "program_id"),
    "everything is removed": lambda pair: not pair.after and not pair.destroys,
    "everything is destroyed": lambda pair: pair.destroys,
    "a component beside single resources is destroyed": _destroyed_beside_others,
}
"""What a pair may be about, and how that is seen in the pair itself, whoever wrote it."""


def features_of(pair: Pair) -> set[str]:
    """Name what a pair is about."""
    return {name for name, holds in FEATURES.items() if holds(pair)}


def _both(pair: Pair) -> list[tuple[Declared, Declared]]:
    """Return what a resource was and what it becomes, by its name or its alias."""
    names = {one.alias or name: one for name, one in pair.after.items()}
    return [(one, names[name]) for name, one in pair.before.items() if name in names]


def _recorded(pair: Pair, one: Declared) -> bool:
    return any((one.kind, one.properties) == (other.kind, other.properties) for other in pair.before.values())


def _declared(pair: Pair, one: Declared) -> bool:
    names = {one.alias for one in pair.after.values()} | pair.after.keys()
    return _recorded(Pair(pair.seed, pair.after, {}), one) or any(other is one and name in names for name, other in pair.before.items())


def _at(one: Declared, place: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(one.properties.get(name) for name in place)


def _several(pair: Pair, id_: str) -> bool:
    changing = [one for program in (pair.before, pair.after) for one in program.values()]
    return len({one.properties[id_] for one in changing if id_ in one.properties}) > 1


def _is_there(one: Declared) -> bool:
    return one.properties.get("environment_id") == THIRD["environment_id"]


def _has_both(program: Mapping[str, Declared]) -> bool:
    there = [one.kind for one in program.values() if _is_there(one)]
    return COMPONENT in there and len(set(there)) > 1
