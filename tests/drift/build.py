"""Stacks as they are recorded, and what is live of them, from a few properties."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from aem_mail.checks.ignores import Ignore
from aem_mail.drift.drift import find_drift
from aem_mail.drift.finding import DriftFinding
from aem_mail.drift.fleet import DriftReport
from aem_mail.drift.live import Live
from aem_mail.drift.state import ProjectContext, StackState
from aem_mail.errors import AemMailError
from aem_mail.kinds import identity
from aem_mail.kinds.kind import TYPE_PREFIX
from aem_mail.live.absence import EnvironmentGone
from aem_mail.live.model import EnvironmentAnswers, ProgramAnswers
from aem_mail.model import AdvancedNetworking, Environment, EnvironmentId, NetworkInfrastructure, Variable, VariableKey
from aem_mail.stack.export import parse_export
from aem_mail.stack.recorded import RecordedStack, recorded_stack
from aem_mail.stack.values import MASKED, SECRET_SIGNATURE, SIGNATURE

P, E = "10001", "20001"
HERE = EnvironmentId(P, E)
PLACE: Mapping[str, Any] = {"program_id": P, "environment_id": E}
TODAY = date(2030, 6, 1)
CIPHERED: Mapping[str, str] = {SIGNATURE: SECRET_SIGNATURE, "ciphertext": "v1:AAAA"}
Resource = Mapping[str, Any]


def urn(kind: str, name: str, stack: str = "dev") -> str:
    return f"urn:pulumi:{stack}::project::{TYPE_PREFIX}{kind}::{name}"


def resource(kind: str, name: str, inputs: Mapping[str, Any], outputs: Mapping[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """Return a resource as a state holds it; ``outputs`` are what was recorded besides the inputs."""
    ciphered = {key: CIPHERED if value == MASKED else value for key, value in inputs.items()}
    return {
        "urn": urn(kind, name),
        "type": f"{TYPE_PREFIX}{kind}",
        "id": identity(kind, inputs),
        "inputs": {"logical_name": name, **ciphered},
        "outputs": {"logical_name": name, **ciphered, "origin": "created", **(outputs or {})},
        **more,
    }


def networking(**more: Any) -> dict[str, Any]:
    return resource("AdvancedNetworking", "net", {**PLACE, **more})


def rule(port_orig: int = 30465, host: str = "smtp.example.com", **more: Any) -> dict[str, Any]:
    return resource("PortForward", f"rule-{port_orig}", {**PLACE, "name": host, "port_dest": 465, "port_orig": port_orig}, **more)


def variable(name: str = "MAIL_FROM", value: str = "noreply@wknd.site", **more: Any) -> dict[str, Any]:
    return resource("EnvVar", name, {**PLACE, "name": name, "value": value, **more}, {"type": "string", "status": "ready"})


def secret(name: str = "EMAIL_PASSWORD", **more: Any) -> dict[str, Any]:
    inputs = {**PLACE, "name": name, "value": MASKED, "fingerprint": "fp1:1", **more}
    return resource("SecretEnvVar", name, inputs, {"type": "secretString", "status": "ready", "verified": True})


def infrastructure(kind: str = "dedicatedEgressIp", **more: Any) -> dict[str, Any]:
    inputs = {"program_id": P, "kind": kind, "region": "va7", **more}
    return resource("NetworkInfrastructure", "infra", inputs, {"infrastructure_id": "30001", "status": "ready"})


def file(**properties: Any) -> dict[str, Any]:
    content = json.dumps(properties, indent=2) + "\n"
    return resource("OsgiConfig", "file", {"directory": "osgi", "pid": "com.example.Mail", "properties": properties, "content": content})


FILE_ID = "osgi/config/com.example.Mail.cfg.json"


def exported(*resources: Resource, pending: Sequence[Mapping[str, Any]] = (), config: Mapping[str, str] | None = None) -> str:
    """Return the text of a state."""
    provider = {"urn": urn("", "p"), "type": "pulumi:providers:pulumi-python", "id": "p", "inputs": dict(config or {})}
    return json.dumps({"version": 3, "deployment": {"resources": [provider, *resources], "pending_operations": list(pending)}})


def stack(*resources: Resource, name: str = "dev", **more: Any) -> StackState:
    return StackState(name, recorded(*resources, name=name, **more))


def recorded(*resources: Resource, name: str = "dev", **more: Any) -> RecordedStack:
    return recorded_stack(name, parse_export(exported(*resources, **more)))


def entry(port_orig: int = 30465, host: str = "smtp.example.com", port_dest: int = 465) -> dict[str, Any]:
    return {"name": host, "portDest": port_dest, "portOrig": port_orig}


def enabled(*entries: Mapping[str, Any], hosts: Sequence[str] = ()) -> AdvancedNetworking:
    return AdvancedNetworking(True, "30001", tuple(hosts), tuple(entries))


def live_variable(name: str = "MAIL_FROM", value: str | None = "noreply@wknd.site", type_: str = "string", **more: Any) -> Variable:
    return Variable(VariableKey(more.get("service"), name), type_, more.get("status", "ready"), value)


def live_secret(name: str = "EMAIL_PASSWORD", **more: Any) -> Variable:
    return live_variable(name, None, "secretString", **more)


def live(
    networking: AdvancedNetworking | AemMailError | None = None,
    variables: Sequence[Variable] | AemMailError = (),
    *,
    status: str = "ready",
    programs: Sequence[NetworkInfrastructure] | AemMailError = (),
    files: Mapping[str, str | AemMailError | None] | None = None,
) -> Live:
    """Return one environment, its program and files."""
    environment = Environment(E, P, "wknd dev", "dev", status)
    answered = variables if isinstance(variables, AemMailError) else tuple(variables)
    there = EnvironmentAnswers(environment, networking or AdvancedNetworking(enabled=False), answered)
    return Live({HERE: there}, {P: program(programs)}, files or {})


def program(infrastructures: Sequence[NetworkInfrastructure] | AemMailError = ()) -> ProgramAnswers:
    return ProgramAnswers(infrastructures if isinstance(infrastructures, AemMailError) else tuple(infrastructures))


def unread(error: AemMailError) -> Live:
    """Return an environment of which nothing could be read, or that is gone, and its program."""
    return Live({HERE: EnvironmentAnswers(error)}, {P: program()})


GONE = EnvironmentGone("Environment 20001 does not exist in program 10001.")


def ready_infrastructure(**more: Any) -> NetworkInfrastructure:
    return NetworkInfrastructure(**{"id": "30001", "kind": "dedicatedEgressIp", "region": "va7", "status": "ready", **more})


def report(
    *stacks: StackState,
    there: Live,
    ignores: Sequence[Ignore] = (),
    program_asked: bool = False,
    secrets: frozenset[str] = frozenset(),
) -> DriftReport:
    return find_drift(stacks, there, ProjectContext("/project", TODAY, ignores, secrets=secrets), program_asked=program_asked)


def found(*stacks: StackState, there: Live) -> list[str]:
    """Return the keys of all findings, without what every key begins with."""
    return [finding.key.removeprefix("drift:") for finding in report(*stacks, there=there).findings]


def only(*stacks: StackState, there: Live) -> DriftFinding:
    """Return the one finding."""
    (finding,) = report(*stacks, there=there).findings
    return finding
