"""What happens to a program between two runs."""

from collections.abc import Mapping
from dataclasses import replace
from random import Random
from typing import Any, Final

from tests.plan.prediction.additions import ADDITIONS, Alteration, Draft, add_values, add_ways, free_port, put, rule, variable
from tests.plan.prediction.places import FOREIGN_NAMES, FOREIGN_PORTS, HOSTS, THEIRS
from tests.soak.history import Declared

VARIABLES: Final = frozenset({"EnvVar", "SecretEnvVar"})


def _remove(draft: Draft, random: Random) -> None:
    for name in random.sample(sorted(draft), min(len(draft), random.randint(1, 2))):
        del draft[name]
    if "fresh-infra" not in draft:
        for name in ("fresh-net", "fresh-rule"):
            draft.pop(name, None)


def _rename(draft: Draft, random: Random) -> None:
    name = _renameable(draft, random)
    if name:
        draft[f"{name}-renamed"] = replace(draft.pop(name), alias="")


def _rename_with_an_alias(draft: Draft, random: Random) -> None:
    name = _renameable(draft, random)
    if name:
        one = draft.pop(name)
        draft[f"{name}-aliased"] = replace(one, alias=one.alias or name)


def _rename_a_component(draft: Draft, random: Random) -> None:
    """Rename it, with an alias every second time; an alias of the component is one of each of its children."""
    if "mail" in draft:
        alias = "mail" if random.random() < 0.5 else ""
        draft["post"] = replace(draft.pop("mail"), alias=alias)


def _change(draft: Draft, random: Random) -> None:
    name = random.choice(sorted(draft) or [""])
    one = draft.get(name)
    if one is None:
        return
    host, secret = random.choice(HOSTS), "zq7vk5wx"
    changed = {
        "PortForward": {"name": host},
        "EnvVar": {"value": "changed"},
        "SecretEnvVar": {"value": secret},
        "MailEgress": random.choice(({"host": host}, {"password": secret})),
    }
    draft[name] = replace(one, properties={**one.properties, **changed.get(one.kind, {})})


def change_the_mail_port(draft: Draft, random: Random) -> None:
    """Change it of every component, every second time with the former rule kept."""
    for name in [name for name in sorted(draft) if draft[name].kind == "MailEgress"]:
        given = draft[name].properties
        former = (given["host"], 465) if random.random() < 0.5 else None
        draft[name] = replace(draft[name], properties={**given, "port": 587, "former": former})


def change_sets(before: Draft, after: Draft, random: Random) -> None:
    """Let a set come, or change: its entries come, change and go; one of them may become a resource of its own."""
    for add in (add_ways, add_values):
        if random.random() < 0.8:
            add(before, random)
        add(after, random)
    _take_out_of_a_set(before, after, random)


def _take_out_of_a_set(before: Draft, after: Draft, random: Random) -> None:
    ports = sorted(before["ways"].properties["rules"].keys() - after["ways"].properties["rules"].keys()) if "ways" in before else []
    if ports and random.random() < 0.7:
        put(after, "way", rule(int(ports[0]), random.choice(HOSTS)))


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
    own = [name for name in sorted(draft) if not name.startswith("foreign")]
    names = [name for name in own if draft[name].kind == "EnvVar" and draft[name].properties["environment_id"] == "20001"]
    if len(names) > 1:
        one, two = random.sample(names, 2)
        first, second = draft[one].properties, draft[two].properties
        place = ("name", "service")
        draft[one] = replace(draft[one], properties=_moved(first, second, place))
        draft[two] = replace(draft[two], properties=_moved(second, first, place))


def _retype(draft: Draft, random: Random) -> None:
    names = [name for name in sorted(draft) if draft[name].kind in VARIABLES]
    if names:
        name = random.choice(names)
        kind = "SecretEnvVar" if draft[name].kind == "EnvVar" else "EnvVar"
        draft[name] = Declared(kind, {**draft[name].properties, "on_conflict": "replace"})


def _move(draft: Draft, random: Random) -> None:
    names = [name for name in sorted(draft) if name.startswith("rule")]
    if names:
        name = random.choice(names)
        draft[name] = replace(draft[name], properties={**draft[name].properties, "port_orig": free_port(draft, random)})


def _replace_the_infrastructure(draft: Draft, random: Random) -> None:
    one = draft.get("fresh-infra")
    if one is not None:
        kind = "dedicatedEgressIp" if one.properties["kind"] == "flexiblePortEgress" else "flexiblePortEgress"
        draft["fresh-infra"] = replace(one, properties={**one.properties, "kind": kind, "allow_replace": True})


def _meet_a_foreign_rule(draft: Draft, random: Random) -> None:
    policy = random.choice(("error", "replace"))
    one = rule(random.choice(FOREIGN_PORTS), HOSTS[0])
    put(draft, "foreign-rule", replace(one, properties={**one.properties, "on_conflict": policy}))


def _meet_a_foreign_variable(draft: Draft, random: Random) -> None:
    name = random.choice(FOREIGN_NAMES)
    kind, policy = random.choice(sorted(VARIABLES)), random.choice(("error", "replace"))
    one = variable(kind, name, None, "qx9zk4wj")
    put(draft, "foreign-variable", replace(one, properties={**one.properties, "on_conflict": policy}))


def _meet_a_foreign_infrastructure(draft: Draft, random: Random) -> None:
    kind = random.choice(("flexiblePortEgress", "dedicatedEgressIp"))
    put(draft, "foreign-infra", Declared("NetworkInfrastructure", {"program_id": THEIRS, "kind": kind, "region": "va7"}))


def _renameable(draft: Draft, random: Random) -> str:
    """Choose a name; those that belong together across programs keep theirs."""
    return random.choice([name for name in sorted(draft) if not name.startswith(("fresh", "managed", "mail", "post"))] or [""])


def _moved(properties: Mapping[str, Any], to: Mapping[str, Any], place: tuple[str, ...]) -> Mapping[str, Any]:
    there = {name: to[name] for name in place if name in to}
    return {**{name: value for name, value in properties.items() if name not in place}, **there}


ALTERATIONS: Final[tuple[Alteration, ...]] = (
    *ADDITIONS,
    _remove,
    _remove,
    _rename,
    _rename,
    _rename_with_an_alias,
    _rename_with_an_alias,
    _rename_a_component,
    _rename_a_component,
    _change,
    _change,
    _record_only,
    _exchange_ports,
    _exchange_ports,
    _exchange_names,
    _exchange_names,
    _exchange_names,
    _retype,
    _retype,
    _move,
    _replace_the_infrastructure,
    _replace_the_infrastructure,
    _meet_a_foreign_rule,
    _meet_a_foreign_variable,
    _meet_a_foreign_infrastructure,
)
