"""Strategies: networking documents and variables as others may have left them, and requests that collide often."""

from typing import Any

from hypothesis import strategies as st

from aem_mail.kinds.requests import Disable, Enable, NetworkingRequest, PutRule, RemoveRule, RemoveVariable, SetVariable, VariableRequest
from aem_mail.model import AdvancedNetworking, PortForward, Variable, VariableKey, VariableType

HOSTS = ("smtp.example.com", "mail.example.org", "10.0.0.7")
PORTS = st.integers(30001, 30005)
NON_PROXY_HOSTS = ("a.example.com", "B.Example.com", "*.c.example", "d.example.*", "b.example.com")

rules = st.builds(PortForward, st.sampled_from(HOSTS), st.sampled_from([25, 465]), PORTS)


@st.composite
def entries(draw: st.DrawFn) -> dict[str, Any]:
    """Return a rule as the API may give it: capitals, no name, fields that we do not know."""
    entry: dict[str, Any] = {"portDest": draw(st.sampled_from([25, 465, 636])), "portOrig": draw(PORTS)}
    if draw(st.booleans()):
        entry["name"] = draw(st.sampled_from([*HOSTS, "ODD.Example.COM", ""]))
    if draw(st.booleans()):
        entry["description"] = draw(st.sampled_from(["", "theirs", "🙂"]))
    return entry


def host_lists(least: int = 0) -> "st.SearchStrategy[tuple[str, ...]]":
    return st.lists(st.sampled_from(NON_PROXY_HOSTS), min_size=least, max_size=3, unique=True).map(tuple)


documents = st.one_of(
    st.just(AdvancedNetworking(enabled=False)),
    st.builds(
        AdvancedNetworking,
        enabled=st.just(True),
        network_infrastructure_id=st.just("30001"),
        non_proxy_hosts=host_lists(),
        port_forwards=st.lists(entries(), max_size=4).map(tuple),
        other_fields=st.sampled_from([{}, {"profile": {"ipv6": True}}]),
    ),
)


@st.composite
def networking_requests(draw: st.DrawFn) -> list[NetworkingRequest]:
    """Return requests, each with an owner of its own."""
    requests: list[NetworkingRequest] = []
    for number in range(draw(st.integers(0, 6))):
        owner = f"owner-{number}"
        requests.append(
            draw(
                st.one_of(
                    st.builds(Enable, st.just(owner), st.none() | host_lists(), owned=st.booleans()),
                    st.builds(PutRule, st.just(owner), rules, st.sampled_from(["error", "replace"]), st.booleans()),
                    st.builds(PutRule, st.just(owner), rules),
                    st.builds(RemoveRule, PORTS),
                    st.builds(Disable, st.booleans(), host_lists()),
                )
            )
        )
    return requests


keys = st.builds(VariableKey, st.sampled_from([None, "author"]), st.sampled_from(["MAIL_A", "MAIL_B", "MAIL_C"]))
types = st.sampled_from([VariableType.STRING, VariableType.SECRET_STRING])
values = st.sampled_from(["one-value", "other-value"])


@st.composite
def variables(draw: st.DrawFn) -> Variable:
    """Return a variable that is not under way."""
    type_ = draw(types)
    value = None if type_ == VariableType.SECRET_STRING else draw(values)
    return Variable(draw(keys), type_, draw(st.sampled_from(["ready", "ready", "failed", "deleted_failed"])), value)


variable_lists = st.lists(variables(), max_size=5, unique_by=lambda variable: variable.key)


@st.composite
def variable_requests(draw: st.DrawFn) -> list[VariableRequest]:
    requests: list[VariableRequest] = []
    for number in range(draw(st.integers(0, 6))):
        key, type_ = draw(keys), draw(types)
        if draw(st.integers(0, 3)) == 0:
            requests.append(RemoveVariable(key, type_))
            continue
        secret = type_ == VariableType.SECRET_STRING
        policy = draw(st.sampled_from(["error", "replace", "keep"] if secret else ["error", "replace"]))
        value = None if policy == "keep" and draw(st.booleans()) else draw(values)
        requests.append(SetVariable(f"owner-{number}", key, type_, value, policy, draw(st.booleans()), draw(st.booleans())))
    return requests
