"""A fleet of environments, the programs that declare it, and drift of every kind seeded into it, with what has to be found."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PROGRAM = "10001"
STACKS = ("test", "east", "west")
OSGI_EVERY = 10
EXTRA_PROGRAMS = tuple(str(number) for number in range(11000, 11003))
"""Programs with nothing but an infrastructure."""

TEXT = f"""
stacks = {STACKS!r}
mine = stacks.index(pulumi.get_stack())
for number in range(mine, {{size}}, len(stacks)):
    E = str(21000 + number)
    AdvancedNetworking(f"net-{{{{E}}}}", AdvancedNetworkingArgs(P, E, non_proxy_hosts=["a.example.com"]))
    PortForward(f"rule-{{{{E}}}}", PortForwardArgs(P, E, "smtp.example.com", 465))
    EnvVar(f"from-{{{{E}}}}", EnvVarArgs(P, E, "MAIL_FROM", "noreply@wknd.site"))
    SecretEnvVar(f"password-{{{{E}}}}", SecretEnvVarArgs(P, E, "EMAIL_PASSWORD", "password123"))
    if number % {OSGI_EVERY} == 0:
        OsgiConfig(f"file-{{{{E}}}}", OsgiConfigArgs("osgiconfig", f"com.example.Service{{{{E}}}}", {{{{"smtp.port": "30465"}}}}))
for number, program in enumerate({EXTRA_PROGRAMS!r}):
    if number % len(stacks) == mine:
        args = NetworkInfrastructureArgs(program, "dedicatedEgressIp", "va7", is_primary_region=True)
        NetworkInfrastructure(f"infra-{{{{program}}}}", args)
"""


def program_text(size: int) -> str:
    """Return the program of a fleet: each stack has every third environment of it."""
    return TEXT.format(size=size)


def furnish(state: dict[str, Any], size: int) -> None:
    """Give the simulator the fleet's programs and environments, enabled, with an infrastructure where environments need one."""
    enabled: dict[str, Any] = {"nonProxyHosts": [], "portForwards": []}
    infrastructure = {"kind": "dedicatedEgressIp", "region": "va7", "isPrimaryRegion": True, "status": "ready"}
    state["programs"][PROGRAM]["infrastructures"] = [{"id": "30001", **infrastructure}]
    for number in range(size):
        environment = {"name": f"dev-{number}", "type": "dev", "region": "va7", "advancedNetworking": enabled}
        state["programs"][PROGRAM]["environments"][str(21000 + number)] = environment
    for number, program in enumerate(EXTRA_PROGRAMS):
        prod = {str(28000 + number): {"name": "prod", "type": "prod", "region": "va7"}}
        state["programs"][program] = {"name": program, "region": "va7", "environments": prod}


@dataclass
class Seeded:
    """What is seeded where: ``expected`` are the keys to be found, ``fixed`` names what `pulumi up --refresh` would change."""

    state: dict[str, Any]
    osgi: Path
    expected: set[str] = field(default_factory=set)
    fixed: set[str] = field(default_factory=set)

    def note(self, drift_class: str, kind: str, id_: str, fixed: str = "") -> None:
        self.expected.add(f"drift:{drift_class}:{kind}:{id_}")
        self.fixed |= {fixed} if fixed else set()

    def environment(self, id_: str) -> dict[str, Any]:
        found: dict[str, Any] = self.state["programs"][PROGRAM]["environments"][id_]
        return found

    def rule(self, id_: str) -> dict[str, Any]:
        (rule,) = self.environment(id_)["advancedNetworking"]["portForwards"]
        found: dict[str, Any] = rule
        return found

    def variable(self, id_: str, name: str) -> dict[str, Any]:
        return next(one for one in self.environment(id_)["variables"] if one["name"] == name)

    def without(self, id_: str, name: str) -> None:
        environment = self.environment(id_)
        environment["variables"] = [one for one in environment["variables"] if one["name"] != name]


def nothing(seeded: Seeded, id_: str) -> None:
    """Leave everything as it is."""


def rule_gone(seeded: Seeded, id_: str) -> None:
    seeded.environment(id_)["advancedNetworking"]["portForwards"] = []
    seeded.note("missing", "PortForward", f"{PROGRAM}/{id_}/30465", f"rule-{id_}")


def rule_host(seeded: Seeded, id_: str) -> None:
    seeded.rule(id_)["name"] = "other.example.com"
    seeded.note("changed", "PortForward", f"{PROGRAM}/{id_}/30465", f"rule-{id_}")


def rule_port(seeded: Seeded, id_: str) -> None:
    seeded.rule(id_)["portDest"] = 587
    seeded.note("changed", "PortForward", f"{PROGRAM}/{id_}/30465", f"rule-{id_}")


def disabled(seeded: Seeded, id_: str) -> None:
    seeded.environment(id_)["advancedNetworking"] = None
    seeded.note("missing", "AdvancedNetworking", f"{PROGRAM}/{id_}", f"net-{id_}")
    seeded.note("missing", "PortForward", f"{PROGRAM}/{id_}/30465", f"rule-{id_}")


def host_added(seeded: Seeded, id_: str) -> None:
    seeded.environment(id_)["advancedNetworking"]["nonProxyHosts"] += ["B.example.com"]
    seeded.note("unmanaged", "NonProxyHost", f"{PROGRAM}/{id_}/b.example.com", f"net-{id_}")


def host_replaced(seeded: Seeded, id_: str) -> None:
    seeded.environment(id_)["advancedNetworking"]["nonProxyHosts"] = ["c.example.com"]
    seeded.note("changed", "AdvancedNetworking", f"{PROGRAM}/{id_}", f"net-{id_}")


def host_in_capitals(seeded: Seeded, id_: str) -> None:
    seeded.environment(id_)["advancedNetworking"]["nonProxyHosts"] = ["A.Example.com"]


def variable_gone(seeded: Seeded, id_: str) -> None:
    seeded.without(id_, "MAIL_FROM")
    seeded.note("missing", "EnvVar", f"{PROGRAM}/{id_}/all/MAIL_FROM", f"from-{id_}")


def variable_value(seeded: Seeded, id_: str) -> None:
    seeded.variable(id_, "MAIL_FROM")["value"] = "somebody@wknd.site"
    seeded.note("changed", "EnvVar", f"{PROGRAM}/{id_}/all/MAIL_FROM", f"from-{id_}")


def variable_failed(seeded: Seeded, id_: str) -> None:
    seeded.variable(id_, "MAIL_FROM")["status"] = "failed"
    seeded.note("changed", "EnvVar", f"{PROGRAM}/{id_}/all/MAIL_FROM", f"from-{id_}")


def variable_became_secret(seeded: Seeded, id_: str) -> None:
    seeded.without(id_, "MAIL_FROM")
    seeded.environment(id_)["variables"] += [{"name": "MAIL_FROM", "type": "secretString", "value": "password123"}]
    seeded.note("changed", "EnvVar", f"{PROGRAM}/{id_}/all/MAIL_FROM", f"from-{id_}")


def secret_gone(seeded: Seeded, id_: str) -> None:
    seeded.without(id_, "EMAIL_PASSWORD")
    seeded.note("missing", "SecretEnvVar", f"{PROGRAM}/{id_}/all/EMAIL_PASSWORD", f"password-{id_}")


def secret_became_plain(seeded: Seeded, id_: str) -> None:
    seeded.without(id_, "EMAIL_PASSWORD")
    seeded.environment(id_)["variables"] += [{"name": "EMAIL_PASSWORD", "type": "string", "value": "password123"}]
    seeded.note("changed", "SecretEnvVar", f"{PROGRAM}/{id_}/all/EMAIL_PASSWORD", f"password-{id_}")


def secret_overwritten(seeded: Seeded, id_: str) -> None:
    """Write what nobody can read: it is unverifiable before and after."""
    seeded.without(id_, "EMAIL_PASSWORD")
    seeded.environment(id_)["variables"] += [{"name": "EMAIL_PASSWORD", "type": "secretString", "value": "another password"}]


def foreign_rule(seeded: Seeded, id_: str) -> None:
    seeded.environment(id_)["advancedNetworking"]["portForwards"] += [{"name": "x.example.com", "portDest": 25, "portOrig": 30025}]
    seeded.note("unmanaged", "PortForward", f"{PROGRAM}/{id_}/30025")


def foreign_variables(seeded: Seeded, id_: str) -> None:
    seeded.environment(id_)["variables"] += [
        {"name": "MAIL_FROM", "type": "string", "value": "x", "service": "author"},
        {"name": "OTHER", "type": "secretString", "value": "password123"},
    ]
    seeded.note("unmanaged", "EnvVar", f"{PROGRAM}/{id_}/author/MAIL_FROM")
    seeded.note("unmanaged", "SecretEnvVar", f"{PROGRAM}/{id_}/all/OTHER")


def environment_updating(seeded: Seeded, id_: str) -> None:
    seeded.environment(id_)["status"] = "updating"
    seeded.note("inTransition", "Environment", f"{PROGRAM}/{id_}")


def environment_gone(seeded: Seeded, id_: str) -> None:
    del seeded.state["programs"][PROGRAM]["environments"][id_]
    seeded.note("missing", "AdvancedNetworking", f"{PROGRAM}/{id_}", f"net-{id_}")
    seeded.note("missing", "PortForward", f"{PROGRAM}/{id_}/30465", f"rule-{id_}")
    seeded.note("missing", "EnvVar", f"{PROGRAM}/{id_}/all/MAIL_FROM", f"from-{id_}")
    seeded.note("missing", "SecretEnvVar", f"{PROGRAM}/{id_}/all/EMAIL_PASSWORD", f"password-{id_}")


ENVIRONMENT_KINDS: tuple[Callable[[Seeded, str], None], ...] = (
    *(nothing, rule_gone, rule_host, rule_port, disabled, host_added, host_replaced, host_in_capitals, variable_gone, variable_value),
    *(variable_failed, variable_became_secret, secret_gone, secret_became_plain, secret_overwritten, foreign_rule, foreign_variables),
    *(environment_updating, environment_gone),
)


def infrastructures(seeded: Seeded) -> None:
    """Let one be gone, one have failed, and one be as it was."""
    gone, failed, _ = EXTRA_PROGRAMS
    seeded.state["programs"][gone]["infrastructures"] = []
    seeded.note("missing", "NetworkInfrastructure", f"{gone}/va7", f"infra-{gone}")
    seeded.state["programs"][failed]["infrastructures"][0]["status"] = "failed"
    seeded.note("changed", "NetworkInfrastructure", f"{failed}/va7", f"infra-{failed}")


def files(seeded: Seeded, size: int) -> None:
    """Edit one configuration, remove another."""
    edited, removed = (f"osgiconfig/config/com.example.Service{21000 + number}.cfg.json" for number in (0, OSGI_EVERY))
    path = seeded.osgi.parent / edited
    path.write_text(path.read_text().replace("30465", "30587"))
    (seeded.osgi.parent / removed).unlink()
    seeded.note("changed", "OsgiConfig", edited, "file-21000")
    seeded.note("missing", "OsgiConfig", removed, f"file-{21000 + OSGI_EVERY}")
    assert size > OSGI_EVERY


def seed(state: dict[str, Any], osgi: Path, size: int, number: int) -> tuple[Seeded, Mapping[str, str]]:
    """Seed drift of every kind into a fleet; the second value names the kind for each environment."""
    chooser = random.Random(number)  # noqa: S311 - repeatable, not secret
    ids = [str(21000 + place) for place in range(size)]
    kinds = [*ENVIRONMENT_KINDS, *(chooser.choice(ENVIRONMENT_KINDS) for _ in range(size - len(ENVIRONMENT_KINDS)))]
    chooser.shuffle(kinds)
    seeded = Seeded(state, osgi)
    for id_, kind in zip(ids, kinds, strict=True):
        kind(seeded, id_)
    infrastructures(seeded)
    files(seeded, size)
    return seeded, {id_: kind.__name__ for id_, kind in zip(ids, kinds, strict=True)}
