"""Live environments: one to build examples from, and every legal one."""

from typing import Any

from hypothesis import strategies as st

from aem_mail.live.model import LiveEnvironment, LiveProgram
from aem_mail.model import AdvancedNetworking, Environment, NetworkInfrastructure, Variable, VariableKey
from tests.strategies import host_names, hosts, identifiers, network_infrastructures, non_proxy_hosts, services

FLEXIBLE = NetworkInfrastructure("30001", "flexiblePortEgress", "va7", "ready", is_primary_region=True)
DEDICATED = NetworkInfrastructure("30001", "dedicatedEgressIp", "va7", "ready", is_primary_region=True)
SMTP = (30465, "smtp.sendgrid.com", 465)
LDAP = (30636, "ldap.example.com", 636)


def enabled(*rules: tuple[int, str, int], hosts: tuple[str, ...] = ()) -> AdvancedNetworking:
    """Return a document with ``(portOrig, name, portDest)`` rules."""
    forwards = tuple({"name": name, "portDest": port_dest, "portOrig": port_orig} for port_orig, name, port_dest in rules)
    return AdvancedNetworking(enabled=True, network_infrastructure_id="30001", non_proxy_hosts=hosts, port_forwards=forwards)


def string(name: str, value: str, service: str | None = None, status: str = "ready") -> Variable:
    return Variable(VariableKey(service, name), "string", status, value)


def secret(name: str, service: str | None = None, status: str = "ready") -> Variable:
    return Variable(VariableKey(service, name), "secretString", status)


CREDENTIALS = (secret("EMAIL_USERNAME"), secret("EMAIL_PASSWORD"))


def live(
    networking: AdvancedNetworking | None = None,
    variables: tuple[Variable, ...] = CREDENTIALS,
    infrastructures: tuple[NetworkInfrastructure, ...] = (FLEXIBLE,),
    *,
    type_: str = "dev",
    status: str = "ready",
) -> LiveEnvironment:
    """Return a dev environment, by default one that can send mail through SendGrid."""
    environment = Environment("20001", "10001", "WKND", type_, status, "va7")
    return LiveEnvironment(environment, enabled(SMTP) if networking is None else networking, variables, LiveProgram(infrastructures))


VALUES = st.text(min_size=1, max_size=120)
NAMES = st.from_regex(r"[a-zA-Z_][a-zA-Z_0-9]{1,99}", fullmatch=True) | st.sampled_from(
    ("EMAIL_USERNAME", "EMAIL_PASSWORD", "mail", "secrets")
)
STATUSES = st.sampled_from(("ready", "ready", "ready", "creating", "updating", "deleting", "deleted", "failed", "of_the_future"))


@st.composite
def _variables(draw: st.DrawFn) -> Variable:
    key = VariableKey(draw(st.none() | services), draw(NAMES))
    type_ = draw(st.sampled_from(("string", "secretString")))
    return Variable(key, type_, draw(STATUSES), draw(VALUES) if type_ == "string" else None)


@st.composite
def _infrastructures(draw: st.DrawFn) -> NetworkInfrastructure:
    found: dict[str, Any] = draw(network_infrastructures())
    status = draw(st.sampled_from(("ready", "ready", "creating", "updating", "failed", "error", "deleting", "deleted")))
    without_keys = [{name: value for name, value in one.items() if name != "sharedKey"} for one in found.get("connections", ())]
    return NetworkInfrastructure(
        draw(identifiers),
        found["kind"],
        found["region"],
        status,
        draw(st.booleans()),
        tuple(found.get("address_space", ())),
        found.get("dns"),
        tuple(without_keys),
    )


def _of_one_kind(found: list[NetworkInfrastructure]) -> tuple[NetworkInfrastructure, ...]:
    return tuple(one for one in found if one.kind == found[0].kind)


@st.composite
def _documents(draw: st.DrawFn) -> AdvancedNetworking:
    if not draw(st.booleans()):
        return AdvancedNetworking(enabled=False)
    names = hosts | host_names.map(str.upper) | st.just("")
    rule = st.tuples(st.integers(30000, 31000), names, st.sampled_from((25, 465, 587, 2525, 636)) | st.integers(1, 65535))
    odd_hosts = non_proxy_hosts | st.just(["example.*"]) | st.just(["*.Example.COM"])
    return enabled(*draw(st.lists(rule, max_size=6)), hosts=tuple(draw(odd_hosts)))


environments = st.builds(
    LiveEnvironment,
    st.builds(
        Environment,
        identifiers,
        identifiers,
        st.text(max_size=10),
        st.sampled_from(("dev", "stage", "prod", "rde", "preprod")),
        st.sampled_from(("ready", "updating", "failed", "hibernated")),
        st.none() | st.just("va7"),
    ),
    _documents(),
    st.lists(_variables(), max_size=8, unique_by=lambda one: one.key).map(tuple),
    st.builds(LiveProgram, st.lists(_infrastructures(), max_size=3, unique_by=lambda one: one.region).map(_of_one_kind), st.none()),
)
"""Every environment that the specification allows, odd ones too."""
