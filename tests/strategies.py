"""Hypothesis strategies for what users declare: valid properties of each kind, and anything at all."""

from collections.abc import Mapping
from typing import Any, Final

from hypothesis import strategies as st

from aem_mail.model import UNKNOWN, Kind
from aem_mail.model.stand_ins import is_stand_in

KINDS: Final = ("NetworkInfrastructure", "AdvancedNetworking", "PortForward", "EnvVar", "SecretEnvVar", "OsgiConfig")

identifiers = st.integers(1, 10**9).map(str)
labels = st.text("acm", min_size=1, max_size=6) | st.sampled_from(("smtp", "mail-1", "b2b", "xn--bro-hoa"))
host_names = st.lists(labels, min_size=2, max_size=4).map(".".join)
ipv4_addresses = st.ip_addresses(v=4).map(str)
hosts = host_names | ipv4_addresses
non_proxy_hosts = st.lists(host_names | host_names.map("*.{}".format), max_size=4)
services = st.sampled_from(("author", "publish", "preview"))
variable_names = st.text("ABZ_09", min_size=1, max_size=20).map("MAIL_{}".format)
plain_values = st.text(st.characters(min_codepoint=33, max_codepoint=0x2FF, exclude_characters="$\\"), min_size=1, max_size=40)
secret_values = plain_values.filter(lambda value: not is_stand_in(value))
run_modes = st.sampled_from(("dev", "author.stage", "publish.prod"))
pids = st.lists(st.text("abXY", min_size=1, max_size=8), min_size=2, max_size=4).map(".".join)
port_origs = st.integers(30000, 30999)

scalars = st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=12)
json_values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3), max_leaves=8
)
osgi_properties = st.dictionaries(st.text("abc.", min_size=1, max_size=6), json_values, max_size=4)

anything = st.recursive(
    scalars | st.just(UNKNOWN) | st.floats() | st.binary(max_size=4) | hosts | port_origs,
    lambda inner: st.lists(inner, max_size=3) | st.tuples(inner) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)

FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "NetworkInfrastructure": (
        *("program_id", "kind", "region", "is_primary_region", "address_space", "dns", "connections", "allow_replace", "timeout"),
        "allow_placeholder",
    ),
    "AdvancedNetworking": ("program_id", "environment_id", "non_proxy_hosts", "infrastructure_kind", "infrastructure_region", "timeout"),
    "PortForward": ("program_id", "environment_id", "name", "port_dest", "port_orig", "on_conflict", "timeout"),
    "EnvVar": ("program_id", "environment_id", "name", "value", "service", "on_conflict", "timeout"),
    "SecretEnvVar": (
        *("program_id", "environment_id", "name", "value", "value_from", "service", "rotate_when", "expires_at", "on_conflict"),
        *("timeout", "fingerprint", "allow_placeholder"),
    ),
    "OsgiConfig": ("directory", "pid", "properties", "run_mode", "delete_file", "on_conflict"),
}

environment = {"program_id": identifiers, "environment_id": identifiers}


@st.composite
def vpn_parts(draw: st.DrawFn) -> dict[str, Any]:
    """Return a VPN's own fields, its resolvers within its gateway's address space."""
    return {
        "address_space": [f"10.{draw(st.integers(0, 255))}.0.0/{draw(st.integers(16, 26))}"],
        "dns": {"resolvers": [f"172.16.0.{draw(st.integers(1, 254))}"], "domains": draw(st.lists(host_names, max_size=2))},
        "connections": [
            {
                "name": draw(labels),
                "gateway": {"address": draw(ipv4_addresses), "addressSpace": ["172.16.0.0/16", *draw(st.just(["192.168.0.0/24"]))]},
                "sharedKey": draw(secret_values),
                "ipsecPolicy": {
                    "dhGroup": "DHGroup14",
                    "ikeEncryption": "AES256",
                    "ikeIntegrity": "SHA256",
                    "ipsecEncryption": "GCMAES256",
                    "ipsecIntegrity": "GCMAES256",
                    "pfsGroup": "PFS2048",
                    "saDatasize": draw(st.integers(1024, 2**40)),
                    "saLifetime": draw(st.integers(300, 2**31 - 1)),
                },
            }
        ],
    }


@st.composite
def network_infrastructures(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(Kind))
    region = draw(st.sampled_from(("va7", "nld2", "aus5")))
    common = {"program_id": draw(identifiers), "kind": str(kind), "region": region}
    return {**common, **draw(vpn_parts())} if kind == Kind.VPN else common


@st.composite
def secret_variables(draw: st.DrawFn) -> dict[str, Any]:
    source = draw(st.fixed_dictionaries({"value": secret_values}) | st.fixed_dictionaries({"value_from": st.just("env:MAIL_SECRET")}))
    variable = st.fixed_dictionaries({**environment, "name": variable_names}, optional={"service": services})
    return {**draw(variable), **source}


_VALID: Final[Mapping[str, st.SearchStrategy[dict[str, Any]]]] = {
    "NetworkInfrastructure": network_infrastructures(),
    "AdvancedNetworking": st.fixed_dictionaries(environment, optional={"non_proxy_hosts": non_proxy_hosts}),
    "PortForward": st.fixed_dictionaries(
        {**environment, "name": hosts, "port_dest": st.integers(1, 65535), "port_orig": port_origs},
        optional={"on_conflict": st.sampled_from(("error", "replace"))},
    ),
    "EnvVar": st.fixed_dictionaries(
        {**environment, "name": variable_names, "value": plain_values},
        optional={"service": services, "on_conflict": st.sampled_from(("error", "replace"))},
    ),
    "SecretEnvVar": secret_variables(),
    "OsgiConfig": st.fixed_dictionaries(
        {"directory": st.sampled_from(("ui.config/osgiconfig", "../aem/osgiconfig")), "pid": pids, "properties": osgi_properties},
        optional={"run_mode": run_modes, "delete_file": st.booleans()},
    ),
}


def valid(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    """Return properties of one kind that break no rule."""
    return _VALID[kind]


def arbitrary(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    """Return properties of one kind with anything in any field."""
    return st.dictionaries(st.sampled_from(FIELDS[kind]), anything, max_size=len(FIELDS[kind]))


valid_with_kind = st.sampled_from(KINDS).flatmap(lambda kind: st.tuples(st.just(kind), valid(kind)))
arbitrary_with_kind = st.sampled_from(KINDS).flatmap(lambda kind: st.tuples(st.just(kind), arbitrary(kind)))
