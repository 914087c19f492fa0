from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.kinds import normalise
from aem_mail.kinds.forms import default_port_orig
from aem_mail.model import UNKNOWN, Kind
from tests.strategies import anything, arbitrary_with_kind, host_names, valid_with_kind

KindAndProperties = tuple[str, dict[str, Any]]


@given(arbitrary_with_kind)
def test_a_second_time_changes_nothing(case: KindAndProperties) -> None:
    kind, properties = case

    once = normalise(kind, properties)

    assert repr(normalise(kind, once)) == repr(once)


@given(anything)
def test_a_mail_egress_with_anything_in_it_is_normalised_without_raising(value: Any) -> None:
    once = normalise("MailEgress", {"smtp": value, "egress": value, "osgi": value, "on_conflict": value, "timeouts": value})

    assert repr(normalise("MailEgress", once)) == repr(once)


@given(valid_with_kind)
def test_numbers_from_pulumi_and_from_python_are_one(case: KindAndProperties) -> None:
    kind, properties = case

    assert normalise(kind, as_pulumi_hands_it_over(properties)) == normalise(kind, properties)


@given(st.lists(host_names, max_size=5).flatmap(lambda hosts: st.tuples(st.just(hosts), st.permutations([*hosts, *hosts[:2]]))))
def test_hosts_are_a_set_whatever_their_order_case_and_number(case: tuple[list[str], list[str]]) -> None:
    hosts, others = case

    normal = normalise("AdvancedNetworking", {"non_proxy_hosts": [f"{host.upper()}." for host in others]})

    assert normal == {"non_proxy_hosts": sorted(set(hosts))}


@pytest.mark.parametrize(
    ("kind", "given_properties", "normal"),
    [
        ("PortForward", {"name": "SMTP.SendGrid.com."}, {"name": "smtp.sendgrid.com"}),
        ("PortForward", {"name": "two.dots.."}, {"name": "two.dots.."}),
        ("PortForward", {"name": "."}, {"name": "."}),
        ("PortForward", {"name": "BÜRO.example"}, {"name": "BÜRO.example"}),
        ("PortForward", {"port_dest": 465.0}, {"port_dest": 465, "port_orig": 30465}),
        ("PortForward", {"port_dest": 465, "port_orig": None}, {"port_dest": 465, "port_orig": 30465}),
        ("PortForward", {"port_dest": 465, "port_orig": 30002}, {"port_dest": 465, "port_orig": 30002}),
        ("PortForward", {"port_dest": 2525}, {"port_dest": 2525}),
        ("PortForward", {"port_dest": UNKNOWN}, {"port_dest": UNKNOWN, "port_orig": UNKNOWN}),
        ("PortForward", {"port_dest": 1.5}, {"port_dest": 1.5}),
        ("PortForward", {"port_dest": True}, {"port_dest": True}),
        ("EnvVar", {"program_id": 10001.0, "environment_id": 20001}, {"program_id": "10001", "environment_id": "20001"}),
        ("EnvVar", {"program_id": True}, {"program_id": True}),
        ("EnvVar", {"service": None, "value": " as is "}, {"value": " as is "}),
        ("AdvancedNetworking", {"non_proxy_hosts": None}, {}),
        ("AdvancedNetworking", {"non_proxy_hosts": ()}, {"non_proxy_hosts": []}),
        ("AdvancedNetworking", {"non_proxy_hosts": [UNKNOWN, "b", 3, "a"]}, {"non_proxy_hosts": ["a", "b", UNKNOWN, 3]}),
        ("NetworkInfrastructure", {"address_space": ["10.0.0.0/255.255.255.192"]}, {"address_space": ["10.0.0.0/26"]}),
        ("NetworkInfrastructure", {"address_space": ["10.0.0.1/26"]}, {"address_space": ["10.0.0.1/26"]}),
        ("NetworkInfrastructure", {"dns": {"resolvers": ["10.0.0.2", "10.0.0.1"]}}, {"dns": {"resolvers": ["10.0.0.2", "10.0.0.1"]}}),
        ("NetworkInfrastructure", {"dns": {"resolvers": [], "domains": None}}, {"dns": {"resolvers": []}}),
        ("OsgiConfig", {"directory": "./ui.config//osgiconfig/"}, {"directory": "ui.config/osgiconfig"}),
        (
            "OsgiConfig",
            {"properties": {"smtp.port": 30465.0, "x": None, "big": 1e300}},
            {"properties": {"smtp.port": 30465, "x": None, "big": 1e300}},
        ),
        ("MailEgress", {"smtp": {"host": "A.example", "port": 465.0}}, {"smtp": {"host": "a.example", "port": 465, "port_orig": 30465}}),
        ("MailEgress", {"smtp": "a"}, {"smtp": "a"}),
        ("NetworkInfrastructure", {"kind": Kind.VPN}, {"kind": "vpn"}),
    ],
)
def test_normal_forms(kind: str, given_properties: dict[str, Any], normal: dict[str, Any]) -> None:
    result = normalise(kind, given_properties)

    assert repr(result) == repr(normal)


@pytest.mark.parametrize(
    ("port_dest", "port_orig"),
    [(1, 30001), (999, 30999), (1000, None), (0, None), (-1, None), ("465", None), (True, None), (465.5, None), (UNKNOWN, UNKNOWN)],
)
def test_the_default_origin_port_stays_in_the_range(port_dest: Any, port_orig: Any) -> None:
    assert default_port_orig(port_dest) is port_orig or default_port_orig(port_dest) == port_orig


def as_pulumi_hands_it_over(value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= 2**53:
        return float(value)
    if isinstance(value, dict):
        return {name: as_pulumi_hands_it_over(item) for name, item in value.items()}
    return [as_pulumi_hands_it_over(item) for item in value] if isinstance(value, list) else value
