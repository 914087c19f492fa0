"""What a predicted program begins with, and what may come later."""

from collections.abc import Callable
from random import Random
from typing import Any, Final

from tests.plan.prediction.places import ELSEWHERE, FRESH, HERE, HOSTS, MANAGED, PORTS, THIRD
from tests.soak.history import Declared

Draft = dict[str, Declared]
Alteration = Callable[[Draft, Random], None]

NAMES: Final = tuple(f"MAIL_{letter}" for letter in "ABCDEF")
SET_PORTS: Final = range(30500, 30504)
SET_NAMES: Final = ("SET_A", "SET_B", "SET_C")
SERVICES: Final = (None, "author", "preview")


def add_rule(draft: Draft, random: Random) -> None:
    port = free_port(draft, random)
    draft[f"rule-{port}-{random.randrange(100)}"] = rule(port, random.choice(HOSTS))


def add_text(draft: Draft, random: Random) -> None:
    name, service = _free(draft, random)
    draft[f"text-{random.randrange(1000)}"] = variable("EnvVar", name, service, f"value {random.randrange(9)}")


def add_secret(draft: Draft, random: Random) -> None:
    name, service = _free(draft, random)
    draft[f"secret-{random.randrange(1000)}"] = variable("SecretEnvVar", name, service, f"zq7{random.randrange(9)}xk5wv")


def add_elsewhere(draft: Draft, random: Random) -> None:
    put(draft, "net-elsewhere", Declared("AdvancedNetworking", dict(ELSEWHERE)))
    put(draft, "text-elsewhere", Declared("EnvVar", {**ELSEWHERE, "name": "MAIL_A", "value": str(random.randrange(9))}))


def add_fresh(draft: Draft, random: Random) -> None:
    """Declare an infrastructure, and every second time what uses it."""
    infrastructure = {"program_id": FRESH["program_id"], "kind": "flexiblePortEgress", "region": "va7"}
    draft.setdefault("fresh-infra", Declared("NetworkInfrastructure", infrastructure))
    if random.random() < 0.5:
        draft["fresh-net"] = Declared("AdvancedNetworking", dict(FRESH))
        draft["fresh-rule"] = Declared("PortForward", {**FRESH, "name": random.choice(HOSTS), "port_dest": 465, "port_orig": 30465})


def add_component(draft: Draft, random: Random) -> None:
    draft.pop("post", None)
    services = random.choice(([], ["author", "publish"]))
    draft["mail"] = _component({**THIRD, **({"services": services} if services else {})}, random)


def add_beside(draft: Draft, random: Random) -> None:
    """Declare single resources beside a component; without one the rule has nothing that enables it."""
    if not draft.keys() & {"mail", "post"}:
        add_component(draft, random)
    one = Declared("PortForward", {**THIRD, "name": random.choice(HOSTS), "port_dest": 636, "port_orig": 30490})
    put(draft, "beside-rule", one)
    put(draft, "beside-text", Declared("EnvVar", {**THIRD, "name": "BESIDE", "value": str(random.randrange(9))}))


def add_ways(draft: Draft, random: Random) -> None:
    """Declare rules as a set, on ports that only sets have."""
    ports = random.sample(SET_PORTS, random.randint(1, 3))
    put(draft, "ways", Declared("PortForwards", {**HERE, "rules": {str(port): f"{random.choice(HOSTS)}:465" for port in sorted(ports)}}))


def add_values(draft: Draft, random: Random) -> None:
    """Declare variables and a secret as a set, under names that only sets have."""
    names = random.sample(SET_NAMES, random.randint(1, 2))
    values = {name: f"value {random.randrange(9)}" for name in sorted(names)}
    secrets = {"SET_SECRET": f"zq7{random.randrange(9)}xk5wv"}
    put(draft, "values", Declared("EnvVars", {**HERE, "values": values, **({"secrets": secrets} if random.random() < 0.5 else {})}))


def add_managed(draft: Draft, random: Random) -> None:
    draft["managed"] = _component({**MANAGED, "egress": "flexiblePortEgress"}, random)


def put(draft: Draft, name: str, one: Declared) -> None:
    """Declare what has a place of its own, instead of what stands there under that name or one that it was given since."""
    for other in [other for other in draft if other.startswith(name)]:
        del draft[other]
    draft[name] = one


def rule(port_orig: int, host: str) -> Declared:
    return Declared("PortForward", {**HERE, "name": host, "port_dest": 465, "port_orig": port_orig})


def variable(kind: str, name: str, service: str | None, value: str) -> Declared:
    return Declared(kind, {**HERE, "name": name, "value": value, **({} if service is None else {"service": service})})


def free_port(draft: Draft, random: Random) -> int:
    taken = {one.properties["port_orig"] for one in draft.values() if one.kind == "PortForward"}
    return random.choice([port for port in PORTS if port not in taken])


def _free(draft: Draft, random: Random) -> tuple[str, str | None]:
    taken = {(one.properties.get("name"), one.properties.get("service")) for one in draft.values()}
    free = [(name, service) for name in NAMES for service in SERVICES if (name, service) not in taken]
    return random.choice(free)


def _component(given: dict[str, Any], random: Random) -> Declared:
    login = {"username": "zq7user", "password": f"zq7{random.randrange(9)}pwkvx"}
    return Declared("MailEgress", {**given, "host": random.choice(HOSTS), **login})


ADDITIONS: Final[tuple[Alteration, ...]] = (
    add_rule,
    add_text,
    add_secret,
    add_elsewhere,
    add_fresh,
    add_component,
    add_beside,
    add_managed,
)
