"""Seeds in the form of `/_sim/state`, of any shape that the simulator takes."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from aem_mail.simulator.state.infrastructure_json import KINDS
from aem_mail.simulator.state.program_json import ENVIRONMENT_STATUSES, ENVIRONMENT_TYPES
from tests.contract.vpn import vpn_connection


def with_unknown(known: dict[str, Any]) -> "st.SearchStrategy[dict[str, Any]]":
    """Objects that carry fields which the specification does not know, as often as not."""
    return st.builds(lambda one, more: {**more, **one}, st.fixed_dictionaries(known), st.deferred(lambda: unknown))


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
names = st.from_regex(r"[A-Z_][A-Z_0-9]{1,6}", fullmatch=True)
hosts = st.sampled_from(["smtp.example.com", "10.0.0.1", "Old.Example.com", ""])
ports = st.integers(1, 65535)
services = st.sampled_from([None, "author", "publish", "preview"])
unknown = st.fixed_dictionaries({}, optional={"bgpSettings": st.dictionaries(names, st.integers() | texts, max_size=2), "note": texts})
port_forwards = with_unknown({"name": hosts, "portDest": ports, "portOrig": ports | st.just(30465)})
networking = st.none() | with_unknown({"nonProxyHosts": st.lists(hosts, max_size=2), "portForwards": st.lists(port_forwards, max_size=3)})
variables = st.builds(
    lambda name, service, type_, value: {"name": name, "service": service, "type": type_, "value": value},
    names,
    services,
    st.sampled_from(["string", "secretString"]),
    texts,
)
environments = st.fixed_dictionaries(
    {
        "type": st.sampled_from(ENVIRONMENT_TYPES),
        "status": st.sampled_from(ENVIRONMENT_STATUSES),
        "advancedNetworking": networking,
        "variables": st.lists(variables, max_size=3, unique_by=lambda each: (each["service"], each["name"])),
    }
)
grants = st.fixed_dictionaries(
    {"refreshToken": texts, "scopes": st.lists(texts, max_size=2)}, optional={"expiresAt": st.floats(0, 1e10), "revoked": st.booleans()}
)
oauth_clients = st.fixed_dictionaries(
    {"clientId": texts, "clientSecret": texts, "users": st.dictionaries(names, grants, max_size=2)},
    optional={"clientSecretExpiresAt": st.floats(0, 1e10)},
).flatmap(lambda client: st.sampled_from([client | {"provider": "google"}, client | {"provider": "microsoft365", "tenant": "a-tenant"}]))
failing_steps = st.sampled_from([None, "build", "deploy"])
mail_servers = st.fixed_dictionaries(
    {
        "host": st.sampled_from(["smtp.example.com", "smtp.sendgrid.com"]),
        "port": ports,
        "tls": st.sampled_from(["implicit", "starttls", "none"]),
        "users": st.dictionaries(names, texts, max_size=2),
    },
    optional={
        "basicAuth": st.sampled_from(["accepted", "disabled", "retired"]),
        "mechanisms": st.lists(st.sampled_from(["LOGIN", "PLAIN"]), unique=True),
        "oauth": oauth_clients,
    },
)


def pipeline(number: int, environment: str, failing_step: str | None) -> dict[str, Any]:
    return {"id": f"4{number}", "name": f"Pipeline {number}", "environmentId": environment, "branch": "main", "failingStep": failing_step}


@st.composite
def infrastructures(draw: Callable[..., Any]) -> list[dict[str, Any]]:
    """Up to two, of one kind, in different regions."""
    kind = draw(st.sampled_from(KINDS))
    connections = [{**draw(unknown), **vpn_connection(name=name, sharedKey=draw(texts))} for name in ("office", "branch")]
    vpn = {"addressSpace": ["10.9.0.0/26"], "connections": connections[: draw(st.integers(1, 2))]}
    parts = {**draw(unknown), **(vpn if kind == "vpn" else {})}
    regions = draw(st.lists(st.sampled_from(["va7", "nld2"]), max_size=2, unique=True))
    statuses = st.sampled_from(["ready", "failed"])
    return [{"kind": kind, "region": region, "status": draw(statuses), **parts} for region in regions]


@st.composite
def seeds(draw: Callable[..., Any]) -> dict[str, Any]:
    """Up to two programs of up to two environments."""
    programs = {}
    for program in range(draw(st.integers(0, 2))):
        ids = [f"2{program}{number}" for number in range(draw(st.integers(0, 2)))]
        deployed = draw(st.lists(st.sampled_from(ids), max_size=2)) if ids else []
        programs[f"1{program}"] = {
            "name": draw(texts.filter(bool)),
            "region": "va7",
            "sandbox": draw(st.booleans()),
            "infrastructures": draw(infrastructures()),
            "environments": {id_: draw(environments) for id_ in ids},
            "pipelines": [pipeline(number, id_, draw(failing_steps)) for number, id_ in enumerate(deployed)],
        }
    return {"clock": draw(st.floats(0, 1e10)), "programs": programs, "smtp": draw(st.lists(mail_servers, max_size=2))}


def state_with(name: str) -> dict[str, Any]:
    """A state in which all that may have any name has this one."""
    rule = {"name": name, "portDest": 465, "portOrig": 30465}
    networking = {"nonProxyHosts": [name], "portForwards": [rule]}
    environment = {"name": name, "type": "dev", "advancedNetworking": networking, "variables": [{"name": name or "AB", "value": "x"}]}
    return {"programs": {"7": {"name": name, "region": name, "environments": {"8": environment}}}}
