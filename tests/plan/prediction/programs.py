"""Pairs of programs, and what others have in their environments: what a stack declares first, and what then."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Any, Final

from tests.soak.history import Declared, Program

PROGRAM: Final = "10001"
HERE: Final = {"program_id": PROGRAM, "environment_id": "20001"}
ELSEWHERE: Final = {"program_id": PROGRAM, "environment_id": "20002"}
FRESH: Final = {"program_id": "10005", "environment_id": "20051"}
"""An environment of a program that has no infrastructure yet."""
HOSTS: Final = ("smtp.example.com", "smtp.sendgrid.com", "mail.corp.example")
PORTS: Final = range(30460, 30470)
FOREIGN_PORTS: Final = range(30480, 30484)
NAMES: Final = ("MAIL_A", "MAIL_B", "MAIL_C", "MAIL_D")
FOREIGN_NAMES: Final = ("THEIRS", "THEIR_SECRET")
SERVICES: Final = (None, "author", "preview")

Draft = dict[str, Declared]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two programs of one stack, and the seed of the simulator."""

    seed: Mapping[str, Any]
    before: Program
    after: Program


def pair_of(seed: int) -> Pair:
    """Return the pair that a seed stands for."""
    random = Random(seed)  # noqa: S311 - writes programs, guards nothing
    before = _program(random)
    after = dict(before)
    for change in random.choices(CHANGES, k=random.randint(1, 6)):
        change(after, random)
    return Pair(_world(random), before, {} if random.random() < 0.1 else after)


def _world(random: Random) -> Mapping[str, Any]:
    rules = [{"name": "ldap.foreign.example", "portDest": 636, "portOrig": port} for port in FOREIGN_PORTS]
    variables = [{"name": "THEIRS", "type": "string", "value": "theirs"}, {"name": "THEIR_SECRET", "type": "secretString", "value": "s"}]
    networking = {"nonProxyHosts": [], "portForwards": rules} if random.random() < 0.7 else None
    environments = {
        "20001": {"type": "dev", "region": "va7", "advancedNetworking": networking, "variables": variables},
        "20002": {"type": "stage", "region": "va7", "advancedNetworking": None, "variables": []},
        "20003": {"type": "prod", "region": "va7", "advancedNetworking": None, "variables": []},
    }
    infrastructures = [{"id": "30001", "kind": "flexiblePortEgress", "region": "va7"}]
    fresh: Mapping[str, Any] = {"20051": {"type": "prod", "region": "va7", "advancedNetworking": None, "variables": []}}
    return {
        "programs": {
            PROGRAM: {"region": "va7", "infrastructures": infrastructures, "environments": environments},
            "10005": {"region": "va7", "environments": fresh},
        }
    }


def _program(random: Random) -> Draft:
    draft: Draft = {"net": Declared("AdvancedNetworking", dict(HERE))}
    for change in (_add_rule, _add_rule, _add_text, _add_secret, *random.choices(ADDITIONS, k=random.randint(0, 5))):
        change(draft, random)
    return draft


def _add_rule(draft: Draft, random: Random) -> None:
    taken = {one.properties["port_orig"] for one in draft.values() if one.kind == "PortForward"}
    port = random.choice([port for port in PORTS if port not in taken])
    draft[f"rule-{port}-{random.randrange(100)}"] = _rule(port, random.choice(HOSTS))


def _add_text(draft: Draft, random: Random) -> None:
    name, service = _free(draft, random)
    draft[f"text-{random.randrange(1000)}"] = _variable("EnvVar", name, service, f"value {random.randrange(9)}")


def _add_secret(draft: Draft, random: Random) -> None:
    name, service = _free(draft, random)
    draft[f"secret-{random.randrange(1000)}"] = _variable("SecretEnvVar", name, service, f"zq7{random.randrange(9)}xk5wv")


def _add_elsewhere(draft: Draft, random: Random) -> None:
    draft["net-elsewhere"] = Declared("AdvancedNetworking", dict(ELSEWHERE))
    draft["text-elsewhere"] = Declared("EnvVar", {**ELSEWHERE, "name": "MAIL_A", "value": str(random.randrange(9))})


def _add_fresh(draft: Draft, random: Random) -> None:
    draft["fresh-infra"] = Declared("NetworkInfrastructure", {"program_id": "10005", "kind": "flexiblePortEgress", "region": "va7"})
    draft["fresh-net"] = Declared("AdvancedNetworking", dict(FRESH))
    draft["fresh-rule"] = Declared("PortForward", {**FRESH, "name": random.choice(HOSTS), "port_dest": 465, "port_orig": 30465})


def _remove(draft: Draft, random: Random) -> None:
    for name in random.sample(sorted(draft), min(len(draft), random.randint(1, 2))):
        del draft[name]
    if "fresh-infra" not in draft:
        for name in ("fresh-net", "fresh-rule"):
            draft.pop(name, None)


def _rename(draft: Draft, random: Random) -> None:
    name = random.choice([name for name in sorted(draft) if not name.startswith("fresh")] or [""])
    if name:
        draft[f"{name}-renamed"] = draft.pop(name)


def _change(draft: Draft, random: Random) -> None:
    name = random.choice(sorted(draft) or [""])
    one = draft.get(name)
    if one is None:
        return
    changed = {"PortForward": {"name": random.choice(HOSTS)}, "EnvVar": {"value": "changed"}, "SecretEnvVar": {"value": "zq7vk5wx"}}
    draft[name] = replace(one, properties={**one.properties, **changed.get(one.kind, {})})


def _record_only(draft: Draft, random: Random) -> None:
    name = random.choice(sorted(draft) or [""])
    if name in draft:
        draft[name] = replace(draft[name], properties={**draft[name].properties, "timeout": 900})


def _exchange_ports(draft: Draft, random: Random) -> None:
    names = [name for name in sorted(draft) if name.startswith("rule")]
    if len(names) > 1:
        one, two = random.sample(names, 2)
        first, second = draft[one], draft[two]
        draft[one] = replace(first, properties={**first.properties, "port_orig": second.properties["port_orig"]})
        draft[two] = replace(second, properties={**second.properties, "port_orig": first.properties["port_orig"]})


def _exchange_names(draft: Draft, random: Random) -> None:
    names = [name for name in sorted(draft) if draft[name].kind == "EnvVar" and draft[name].properties["environment_id"] == "20001"]
    if len(names) > 1:
        one, two = random.sample(names, 2)
        first, second = draft[one].properties, draft[two].properties
        place = ("name", "service")
        draft[one] = replace(draft[one], properties=_moved(first, second, place))
        draft[two] = replace(draft[two], properties=_moved(second, first, place))


def _retype(draft: Draft, random: Random) -> None:
    names = [name for name in sorted(draft) if draft[name].kind in {"EnvVar", "SecretEnvVar"}]
    if names:
        name = random.choice(names)
        kind = "SecretEnvVar" if draft[name].kind == "EnvVar" else "EnvVar"
        draft[name] = Declared(kind, {**draft[name].properties, "on_conflict": "replace"})


def _move(draft: Draft, random: Random) -> None:
    names = [name for name in sorted(draft) if name.startswith("rule")]
    if names:
        name = random.choice(names)
        taken = {one.properties["port_orig"] for one in draft.values() if one.kind == "PortForward"}
        port = random.choice([port for port in PORTS if port not in taken])
        draft[name] = replace(draft[name], properties={**draft[name].properties, "port_orig": port})


def _meet_a_foreign_rule(draft: Draft, random: Random) -> None:
    policy = random.choice(("error", "replace"))
    rule = _rule(random.choice(FOREIGN_PORTS), HOSTS[0])
    draft["foreign-rule"] = replace(rule, properties={**rule.properties, "on_conflict": policy})


def _meet_a_foreign_variable(draft: Draft, random: Random) -> None:
    name = random.choice(FOREIGN_NAMES)
    kind, policy = random.choice(("EnvVar", "SecretEnvVar")), random.choice(("error", "replace"))
    one = _variable(kind, name, None, "qx9zk4wj")
    draft["foreign-variable"] = replace(one, properties={**one.properties, "on_conflict": policy})


ADDITIONS: Final[tuple[Callable[[Draft, Random], None], ...]] = (_add_rule, _add_text, _add_secret, _add_elsewhere, _add_fresh)
CHANGES: Final = (
    *ADDITIONS,
    _remove,
    _remove,
    _rename,
    _change,
    _record_only,
    _exchange_ports,
    _exchange_names,
    _retype,
    _move,
    _meet_a_foreign_rule,
    _meet_a_foreign_variable,
)


def _rule(port_orig: int, host: str) -> Declared:
    return Declared("PortForward", {**HERE, "name": host, "port_dest": 465, "port_orig": port_orig})


def _variable(kind: str, name: str, service: str | None, value: str) -> Declared:
    return Declared(kind, {**HERE, "name": name, "value": value, **({} if service is None else {"service": service})})


def _free(draft: Draft, random: Random) -> tuple[str, str | None]:
    taken = {(one.properties.get("name"), one.properties.get("service")) for one in draft.values()}
    free = [(name, service) for name in NAMES for service in SERVICES if (name, service) not in taken]
    return random.choice(free)


def _moved(properties: Mapping[str, Any], to: Mapping[str, Any], place: tuple[str, ...]) -> Mapping[str, Any]:
    there = {name: to[name] for name in place if name in to}
    return {**{name: value for name, value in properties.items() if name not in place}, **there}
