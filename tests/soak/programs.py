"""Random worlds and programs: a seed for the simulator with what belongs to others, and what a stack declares before and after."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Any, Final

from tests import vpn
from tests.soak.history import Declared, Live, Program

SHARED: Final = {"program_id": "10001", "environment_id": "20001"}
"""The environment that others use too."""
NEW: Final = {"program_id": "10005", "environment_id": "20051"}
"""An environment of a program that has no infrastructure yet."""

HOSTS: Final = ("smtp.example.com", "smtp.sendgrid.com", "mail.corp.example")
FOREIGN_HOSTS: Final = ("Intra.Corp.Example", "*.svc.example")
FOREIGN_RULES: Final = (
    {"name": "LDAP.Foreign.Example", "portDest": 636, "portOrig": 30636},
    {"name": "db.foreign.example", "portDest": 5432, "portOrig": 30432},
    {"name": "ftp.foreign.example", "portDest": 21, "portOrig": 40021},
)
FOREIGN_VARIABLES: Final = (
    {"name": "FOREIGN", "type": "string", "value": "theirs"},
    {"name": "FOREIGN_SECRET", "type": "secretString", "value": "their-own-secret"},
    {"name": "EMAIL_PASSWORD", "type": "secretString", "service": "preview", "value": "their-preview-secret"},
)

ALWAYS: Final = frozenset({"rule-30465", "EMAIL_PASSWORD", "file"})
"""Names that every second program gives a new meaning."""

INTRUDER: Final = {"name": "intruder.example", "portDest": 8443, "portOrig": 30843}
PID: Final = "com.day.cq.mailer.DefaultMailService"


@dataclass(frozen=True, slots=True)
class Plan:
    """A world, and what one stack declares before and while something goes wrong; ``files`` are the secrets' files."""

    seed: Live
    before: Program
    after: Program
    files: Mapping[str, str]
    environ: Mapping[str, str]
    secrets: tuple[str, ...]


class Author:
    """Writes programs; everything random comes from one generator, so that a seed is a program."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._files: dict[str, str] = {}
        self._environ: dict[str, str] = {}
        self._secrets: list[str] = []
        self._dedicated = random.random() < 0.6
        self._kind = "dedicatedEgressIp" if self._dedicated else "flexiblePortEgress"

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every secret written so far."""
        return tuple(self._secrets)

    def plan(self, *, with_infrastructure: bool, with_file: bool) -> Plan:
        """Return a plan whose second program changes rules and variables for certain."""
        random = self._random
        seed = self._seed()
        before = self._program(with_file) if random.random() < 0.6 else {}
        after = self._changed(before, with_file)
        if with_infrastructure:
            after |= self._new_infrastructure()
        return Plan(seed, before, after, self._files, self._environ, self.secrets)

    def second_program(self) -> Program:
        """Return what another stack declares on the same environment."""
        random = self._random
        rules = {
            f"their-rule-{port}": _rule(SHARED, port, random.choice(HOSTS), 587)
            for port in random.sample(range(30700, 30710), random.randint(1, 3))
        }
        return {**rules, "their-password": self._secret("THEIR_PASSWORD", None), "their-text": _text("THEIR_TEXT", "hello", None)}

    def _seed(self) -> Live:
        random = self._random
        rules = random.sample(FOREIGN_RULES, random.randint(1, len(FOREIGN_RULES)))
        hosts = list(FOREIGN_HOSTS[: random.randint(0, 2)]) if self._dedicated else []
        variables = random.sample(FOREIGN_VARIABLES, random.randint(1, len(FOREIGN_VARIABLES)))
        shared = _environment("dev", {"nonProxyHosts": hosts, "portForwards": rules}, variables)
        other = _environment("stage", {"nonProxyHosts": [], "portForwards": [FOREIGN_RULES[1]]}, [FOREIGN_VARIABLES[0]])
        program = {
            "region": "va7",
            "infrastructures": [{"id": "30001", "kind": self._kind, "region": "va7"}],
            "environments": {"20001": shared, "20002": other, "20003": _environment("prod", None, [])},
        }
        new = {"region": "va7", "environments": {"20051": _environment("prod", None, [FOREIGN_VARIABLES[0]])}}
        copy: Live = json.loads(json.dumps({"programs": {"10001": program, "10005": new}}))
        return copy

    def _program(self, with_file: bool) -> Program:
        random = self._random
        declared: dict[str, Declared] = {}
        if random.random() < 0.2:
            infrastructure = {"program_id": SHARED["program_id"], "kind": self._kind, "region": "va7"}
            declared["infra"] = Declared("NetworkInfrastructure", infrastructure)
        if random.random() < 0.7:
            declared["net"] = self._networking()
        for port in random.sample((30025, 30465, 30587, 30588), random.randint(1, 3)):
            declared[f"rule-{port}"] = _rule(SHARED, port, random.choice(HOSTS), random.choice((25, 465, 587)))
        for name in random.sample(("EMAIL_USERNAME", "EMAIL_PASSWORD", "EMAIL_TOKEN"), random.randint(1, 3)):
            declared[name] = self._secret(name, random.choice((None, "author", "publish")))
        for name in random.sample(("MAIL_FROM", "MAIL_MODE"), random.randint(0, 2)):
            value, service = random.choice(("true", "null", "plain", "ünïcode")), random.choice((None, "author"))
            one = _text(name, value, service) if random.random() < 0.8 else self._secret(name, service)
            declared[name] = replace(one, properties={**one.properties, "on_conflict": "replace"})
        if with_file:
            declared["file"] = self._file()
        return declared

    def _changed(self, before: Program, with_file: bool) -> dict[str, Declared]:
        """Return another program that shares some of the names: added, changed, dropped and kept entries."""
        random = self._random
        fresh = self._program(with_file)
        kept = {name: one for name, one in before.items() if random.random() < 0.5}
        renamed = {name for name in kept if name not in ALWAYS and random.random() < 0.25}
        after = {**kept, **{name: one for name, one in fresh.items() if name not in kept or random.random() < 0.6}}
        for name in sorted(renamed):
            after[f"{name}-renamed"] = kept[name]
            del after[name]
        _swap(after, sorted({name for name in kept if name.startswith("rule-")} - renamed - ALWAYS), before)
        for name in sorted(kept.keys() & after.keys()):
            if after[name].secret is not None and random.random() < 0.3:
                after[name] = replace(after[name], properties={**after[name].properties, "expires_at": "2030-01-01"})
        after["rule-30465"] = _other_rule(before.get("rule-30465"), random)
        after["EMAIL_PASSWORD"] = self._secret("EMAIL_PASSWORD", None)
        if with_file:
            after["file"] = self._file()
        return after

    def _new_infrastructure(self) -> Program:
        kind = self._random.choice(("flexiblePortEgress", "dedicatedEgressIp", "vpn"))
        infrastructure: dict[str, Any] = {"program_id": NEW["program_id"], "kind": kind, "region": "va7", "allow_replace": True}
        if kind == "vpn":
            infrastructure |= self._vpn()
        return {
            "new-infra": Declared("NetworkInfrastructure", infrastructure),
            "new-net": Declared("AdvancedNetworking", dict(NEW)),
            "new-rule": _rule(NEW, 30465, HOSTS[0], 465),
            "new-text": Declared("EnvVar", {**NEW, "name": "MAIL_FROM", "value": "noreply@wknd.site"}),
        }

    def _vpn(self) -> dict[str, Any]:
        shared_key = f"canary-{self._random.getrandbits(64):016x}"
        self._secrets.append(shared_key)
        return {
            "address_space": [vpn.ADDRESS_SPACE],
            "dns": {"resolvers": vpn.DNS["resolvers"]},
            "connections": [vpn.connection(key=shared_key)],
        }

    def _networking(self) -> Declared:
        random = self._random
        if not self._dedicated or random.random() < 0.6:
            return Declared("AdvancedNetworking", dict(SHARED))
        hosts = random.sample(("a.example.com", "b.example.com", "*.example.org"), random.randint(0, 2))
        return Declared("AdvancedNetworking", {**SHARED, "non_proxy_hosts": sorted(hosts)})

    def _secret(self, name: str, service: str | None) -> Declared:
        random = self._random
        value = self.canary(random)
        given: dict[str, Any] = {"value": value}
        if random.random() < 0.3:
            self._files[f"secret-{len(self._secrets)}"] = value
            given = {"value_from": f"file:secret-{len(self._secrets)}"}
        elif random.random() < 0.3:
            self._environ[f"SOAK_SECRET_{len(self._secrets)}"] = value
            given = {"value_from": f"env:SOAK_SECRET_{len(self._secrets)}"}
        return Declared("SecretEnvVar", {**SHARED, "name": name, **given, **_service(service)}, value)

    def canary(self, random: Random) -> str:
        """Return a new secret, which must not be seen anywhere."""
        value = f"canary-{random.getrandbits(64):016x}" + random.choice(("", '"quoted"', "{}", "ü", "$[x"))
        self._secrets.append(value)
        return value

    def reference(self, value: str) -> str:
        """Return a reference to a secret, which is in the environment of the run."""
        name = f"SOAK_REFERENCE_{len(self._environ)}"
        self._environ[name] = value
        return f"env:{name}"

    def _file(self) -> Declared:
        properties = {"smtp.host": "proxy.tunnel", "smtp.port": str(30000 + self._random.randrange(999))}
        content = json.dumps(properties, indent=2) + "\n"
        return Declared(
            "OsgiConfig",
            {
                "directory": "osgiconfig",
                "pid": PID,
                "run_mode": "dev",
                "properties": properties,
                "content": content,
                "on_conflict": "replace",
            },
        )


def _environment(type_: str, networking: Any, variables: Any) -> dict[str, Any]:
    return {"type": type_, "region": "va7", "advancedNetworking": networking, "variables": list(variables)}


def _rule(where: Mapping[str, str], port_orig: int, host: str, port_dest: int) -> Declared:
    return Declared("PortForward", {**where, "name": host, "port_dest": port_dest, "port_orig": port_orig})


def _swap(after: dict[str, Declared], names: list[str], before: Program) -> None:
    """Let the first two of the rules exchange their ports."""
    if len(names) >= 2:
        one, two = names[:2]
        after[one] = replace(before[one], properties={**before[one].properties, "port_orig": before[two].properties["port_orig"]})
        after[two] = replace(before[two], properties={**before[two].properties, "port_orig": before[one].properties["port_orig"]})


def _other_rule(before: Declared | None, random: Random) -> Declared:
    """Return a rule on the same port that leads elsewhere."""
    was = before.properties["name"] if before else None
    return _rule(SHARED, 30465, random.choice([host for host in HOSTS if host != was]), 465)


def _text(name: str, value: str, service: str | None) -> Declared:
    return Declared("EnvVar", {**SHARED, "name": name, "value": value, **_service(service)})


def _service(service: str | None) -> dict[str, str]:
    return {} if service is None else {"service": service}
