"""What a second program does to the entries of a first one besides: renames, shifts, exchanges, and moves between sets."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import Any, Final

from tests.soak.components import COMPONENT, PORT
from tests.soak.history import Declared, Program
from tests.soak.programs import HOSTS, SHARED, Author, Plan

STAGE: Final = {"program_id": "10001", "environment_id": "20002"}
"""Another environment of the same program, which others use too."""
PROD: Final = {"program_id": "10001", "environment_id": "20003"}
"""An environment that nobody uses yet."""

Change = tuple[Program, Program]
"""What a program declares before and after."""
Move = Callable[[Author, Random], Change]


def moved(plan: Plan, author: Author, random: Random) -> Plan:
    """Add one or two moves to a plan; where it begins with nothing, only what they come to."""
    before, after = dict(plan.before), dict(plan.after)
    for move in random.sample(MOVES, random.choice((1, 1, 2))):
        first, then = move(author, random)
        before |= first if plan.before else {}
        after |= then
    return replace(plan, before=before, after=after, secrets=author.secrets)


def _renamed_and_changed(author: Author, random: Random) -> Change:
    hosts, secrets = random.sample(HOSTS, 2), [author.canary(random) for _ in range(2)]
    first, then = (
        {
            f"{name}-rule": _rule(30611, hosts[at]),
            f"{name}-text": _text("RENAMED", f"value {at}"),
            f"{name}-secret": _secret("RENAMED_SECRET", secrets[at]),
        }
        for at, name in enumerate(("old", "new"))
    )
    return first, then


def _shifted(author: Author, random: Random) -> Change:
    """Entries by the place in a list from which the first is taken, or to which a new first is added."""
    hosts = [random.choice(HOSTS) for _ in range(3)]
    secrets = [author.canary(random) for _ in range(3)]
    longer, shorter = (
        {
            f"{what}-{at}": one
            for at, number in enumerate(numbers)
            for what, one in (
                ("listed-rule", _rule(30601 + number, hosts[number])),
                ("listed-text", _text(f"LISTED_{number}", f"value {number}")),
                ("listed-secret", _secret(f"LISTED_SECRET_{number}", secrets[number])),
            )
        }
        for numbers in ((0, 1, 2), (1, 2))
    )
    return (longer, shorter) if random.random() < 0.6 else (shorter, longer)


def _exchanged(_: Author, random: Random) -> Change:
    hosts = random.sample(HOSTS, 2)
    ports = [30631, 30632]
    first, then = ({f"exchanged-{at}": _rule(port, hosts[at]) for at, port in enumerate(order)} for order in (ports, ports[::-1]))
    return first, then


def _into_and_out_of_sets(author: Author, random: Random) -> Change:
    """One entry of each set becomes a resource of its own, and a resource of its own becomes an entry."""
    one, other = random.sample(HOSTS, 2)
    stays, leaves, enters = (author.canary(random) for _ in range(3))
    kept = {"SET_KEPT": "kept"}
    first = {
        "ways": _set("PortForwards", {"rules": {"30621": f"{one}:465", "30622": f"{one}:465"}}),
        "entering-rule": _rule(30623, other),
        "values": _variables(author, {**kept, "SET_LEAVES": "left"}, {"SET_SECRET": stays, "SET_SECRET_LEAVES@author": leaves}),
        "entering-text": _text("SET_ENTERS", "entered"),
        "entering-secret": _secret("SET_SECRET_ENTERS", enters),
    }
    changed = random.choice((one, other))
    then = {
        "ways": _set("PortForwards", {"rules": {"30621": f"{changed}:465", "30623": f"{other}:465"}}),
        "leaving-rule": _rule(30622, random.choice((one, other))),
        "values": _variables(author, {**kept, "SET_ENTERS": "entered"}, {"SET_SECRET": stays, "SET_SECRET_ENTERS": enters}),
        "leaving-text": _text("SET_LEAVES", "left"),
        "leaving-secret": _secret("SET_SECRET_LEAVES", leaves, service="author"),
    }
    return first, then


def _from_set_to_set(author: Author, random: Random) -> Change:
    """A set gets another name, or gives an entry to a second one."""
    host, secret = random.choice(HOSTS), author.canary(random)
    rules = {"30641": f"{host}:465", "30642": f"{host}:587"}
    values = _variables(author, {"GIVEN": "given"}, {"GIVEN_SECRET": secret})
    first = {"all-ways": _set("PortForwards", {"rules": rules}), "all-values": values}
    if random.random() < 0.5:
        return first, {"renamed-ways": _set("PortForwards", {"rules": {**rules, "30641": f"{host}:25"}}), "renamed-values": values}
    parts = [_set("PortForwards", {"rules": {port: way}}) for port, way in rules.items()]
    given = _variables(author, {"GIVEN": "given"}, {}), _variables(author, {}, {"GIVEN_SECRET": secret})
    return first, {"all-ways": parts[0], "second-ways": parts[1], "all-values": given[0], "second-values": given[1]}


def _in_two_environments(author: Author, random: Random) -> Change:
    """What another environment has is changed with the rest, and one entry goes there."""
    secret = author.canary(random)
    hosts = random.sample(HOSTS, 2)
    first, then = (
        {
            "stage-net": Declared("AdvancedNetworking", dict(STAGE)),
            "stage-rule": _rule(30651, hosts[at], STAGE),
            "stage-text": _text("STAGE_TEXT", f"value {at}", STAGE),
            "travelling-rule": _rule(30652, hosts[0], SHARED if at == 0 else STAGE),
            "travelling-secret": _secret("TRAVELLER", secret, SHARED if at == 0 else STAGE),
        }
        for at in range(2)
    )
    return first, then


def _mail_port(author: Author, random: Random) -> Change:
    login = {"username": author.canary(random), "password": author.canary(random)}
    mail = Declared(COMPONENT, {**PROD, "host": random.choice(HOSTS), **login})
    former = (mail.properties["host"], PORT) if random.random() < 0.6 else None
    return {"mail": mail}, {"mail": replace(mail, properties={**mail.properties, "port": 587, "former": former})}


def _retyped(author: Author, random: Random) -> Change:
    """A secret becomes a variable of that name, and a variable a secret, each under a name of its own or the same."""
    secrets = [author.canary(random) for _ in range(2)]
    name = random.choice(("retyped", "typed"))
    return (
        {"retyped-one": _secret("RETYPED_ONE", secrets[0]), "retyped-two": _text("RETYPED_TWO", "plain")},
        {f"{name}-one": _replacing(_text("RETYPED_ONE", "plain")), f"{name}-two": _replacing(_secret("RETYPED_TWO", secrets[1]))},
    )


MOVES: Final[Sequence[Move]] = (
    _renamed_and_changed,
    _shifted,
    _exchanged,
    _into_and_out_of_sets,
    _from_set_to_set,
    _in_two_environments,
    _mail_port,
    _retyped,
)


def _rule(port_orig: int, host: str, where: Mapping[str, str] = SHARED) -> Declared:
    return Declared("PortForward", {**where, "name": host, "port_dest": 465, "port_orig": port_orig})


def _text(name: str, value: str, where: Mapping[str, str] = SHARED) -> Declared:
    return Declared("EnvVar", {**where, "name": name, "value": value})


def _secret(name: str, value: str, where: Mapping[str, str] = SHARED, service: str | None = None) -> Declared:
    given = {"name": name, "value": value} if service is None else {"name": name, "value": value, "service": service}
    return Declared("SecretEnvVar", {**where, **given}, value)


def _set(kind: str, groups: Mapping[str, Any], secrets: Mapping[str, str] | None = None) -> Declared:
    return Declared(kind, {**SHARED, **groups}, secrets=secrets or {})


def _variables(author: Author, values: Mapping[str, str], secrets: Mapping[str, str]) -> Declared:
    """Return a set of variables whose last secret is given by reference."""
    references = {name: author.reference(value) for name, value in [*secrets.items()][1:]}
    groups = {"values": values, "secrets": {name: one for name, one in secrets.items() if name not in references}}
    given = {group: dict(entries) for group, entries in {**groups, "secrets_from": references}.items() if entries}
    return _set("EnvVars", given, secrets)


def _replacing(one: Declared) -> Declared:
    return replace(one, properties={**one.properties, "on_conflict": "replace"})
