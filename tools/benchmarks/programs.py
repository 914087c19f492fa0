"""The Pulumi programs that are measured, as text."""

from collections.abc import Sequence
from typing import Final

PROGRAM: Final = "10001"
ENVIRONMENTS: Final = ("20001", "20002", "20003")

_PROLOGUE: Final = """\
import pulumi
from aem_mail import *

"""

BARE_MODULE: Final = '''\
"""The least that a dynamic resource can be."""

from pulumi.dynamic import CreateResult, DiffResult, Resource, ResourceProvider


class NoOperationProvider(ResourceProvider):
    serialize_as_secret_always = False

    def create(self, props):
        return CreateResult("bare", props)

    def diff(self, _id, olds, news):
        return DiffResult(changes=olds["value"] != news["value"])


class NoOperation(Resource):
    def __init__(self, name, value):
        super().__init__(NoOperationProvider(), name, {"value": value})
'''


def bare(number: int) -> str:
    """Return a program with as many dynamic resources that do nothing."""
    return f'from bare import NoOperation\n\nfor number in range({number}):\n    NoOperation(f"bare-{{number}}", f"value-{{number}}")\n'


INFRASTRUCTURE: Final = (
    f'infrastructure = NetworkInfrastructure("infrastructure", NetworkInfrastructureArgs("{PROGRAM}", "flexiblePortEgress", "va7"))\n'
)
"""The line that declares the program's network infrastructure."""


def environment(id_: str, rules: Sequence[str], plain: Sequence[str] = (), secrets: Sequence[str] = (), *, after: str = "") -> str:
    """Return the lines for one environment: an enablement, rules and variables.

    ``rules`` are ``"portOrig host"``, ``plain`` and ``secrets`` are ``"NAME=value"``; ``after`` names what networking depends on.
    """
    options = f", pulumi.ResourceOptions(depends_on=[{after}])" if after else ""
    at = f'"{PROGRAM}", "{id_}"'
    lines = [f'AdvancedNetworking("{id_}-networking", AdvancedNetworkingArgs({at}){options})']
    for port_orig, host in (rule.split() for rule in rules):
        lines.append(f'PortForward("{id_}-{port_orig}", PortForwardArgs({at}, "{host}", 465, {port_orig}){options})')
    for name, value in (variable.split("=", 1) for variable in plain):
        lines.append(f'EnvVar("{id_}-{name}", EnvVarArgs({at}, "{name}", "{value}"))')
    for name, value in (variable.split("=", 1) for variable in secrets):
        lines.append(f'SecretEnvVar("{id_}-{name}", SecretEnvVarArgs({at}, "{name}", "{value}"))')
    return "\n".join(lines) + "\n"


def referenced(number: int) -> str:
    """Return the lines of as many secrets by reference; `references` are the variables that they refer to."""
    return (
        f"for number in range({number}):\n"
        f'    args = SecretEnvVarArgs("{PROGRAM}", "{ENVIRONMENTS[0]}", f"SECRET_{{number}}", value_from=f"env:REFERENCE_{{number}}")\n'
        '    SecretEnvVar(f"secret-{number}", args)\n'
    )


def references(number: int) -> dict[str, str]:
    """Return the environment variables that `referenced` refers to."""
    return {f"REFERENCE_{place}": f"a secret by reference, number {place}" for place in range(number)}


def mail(id_: str = ENVIRONMENTS[0], *, after: str = "") -> str:
    """Return what mail needs as a rule: one rule and two secrets."""
    return environment(id_, ["30465 smtp.example.com"], secrets=["EMAIL_USERNAME=apikey", "EMAIL_PASSWORD=password123"], after=after)


def many(number: int, generation: str = "first") -> str:
    """Return one environment with ``number`` rules and twice as many variables, half of them secret; a generation changes all."""
    return environment(
        ENVIRONMENTS[0],
        [f"{30000 + place} {generation}-{place}.example.com" for place in range(number)],
        [f"PLAIN_{place}={generation} value {place}" for place in range(number)],
        [f"SECRET_{place}={generation} secret {place}" for place in range(number)],
    )


def sets(rules: int, generation: str = "first") -> str:
    """Return the entries of `many` as plural resources: all rules as one, all variables as another, beside the enablement."""
    at = f'"{PROGRAM}", "{ENVIRONMENTS[0]}"'
    ways = {str(30000 + place): f"{generation}-{place}.example.com:465" for place in range(rules)}
    plain = {f"PLAIN_{place}": f"{generation} value {place}" for place in range(rules)}
    secret = {f"SECRET_{place}": f"{generation} secret {place}" for place in range(rules)}
    return (
        f'AdvancedNetworking("networking", AdvancedNetworkingArgs({at}))\n'
        f'PortForwards("rules", PortForwardsArgs({at}, {ways!r}))\n'
        f'EnvVars("variables", EnvVarsArgs({at}, {plain!r}, {secret!r}))\n'
    )


def resources_in(rules: int) -> int:
    """Return the number of resources of `many`."""
    return 1 + 3 * rules


def program(*parts: str) -> str:
    """Return a whole program of this package's resources."""
    return _PROLOGUE + "\n".join(parts)
