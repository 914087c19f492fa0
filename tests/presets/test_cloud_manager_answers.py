"""What Cloud Manager refuses, as the client says it of the simulator, is explained first by what is closest."""

from collections.abc import Callable
from typing import Any, Final

import pytest

from aem_mail.cloud_manager.client import CloudManager
from aem_mail.errors import AemMailError
from aem_mail.model import EnvironmentId, VariableChange, VariableKey
from aem_mail.presets import explain
from aem_mail.simulator.server import Running
from tests.cloud_manager.simulation import DEV, PROGRAM, pass_time, simulated
from tests.cloud_manager.test_network_infrastructures import FLEXIBLE, VPN

Asks = Callable[[CloudManager, Running], object]
RULE: Final[dict[str, Any]] = {"name": "smtp.example.com", "portDest": 465, "portOrig": 30465}
HOUR: Final = 3600


def variables(api: CloudManager, *changes: tuple[str, str, str]) -> None:
    api.variables.patch(DEV, [VariableChange(VariableKey(None, name), type_, value) for name, type_, value in changes])


def networking(api: CloudManager, *rules: dict[str, Any], hosts: tuple[str, ...] = (), environment: EnvironmentId = DEV) -> None:
    api.advanced_networking.put(environment, non_proxy_hosts=hosts, port_forwards=rules)


def flexible(api: CloudManager, simulator: Running) -> str:
    """Create an infrastructure, wait until it is ready, and return its id."""
    created = api.network_infrastructures.create(PROGRAM, FLEXIBLE)
    pass_time(simulator, HOUR)
    return created.id


def second_kind(api: CloudManager, simulator: Running) -> None:
    flexible(api, simulator)
    api.network_infrastructures.create(PROGRAM, {**FLEXIBLE, "kind": "dedicatedEgressIp"})


def second_in_its_region(api: CloudManager, simulator: Running) -> None:
    flexible(api, simulator)
    api.network_infrastructures.create(PROGRAM, FLEXIBLE)


def in_use(api: CloudManager, simulator: Running) -> None:
    id_ = flexible(api, simulator)
    networking(api)
    pass_time(simulator, HOUR)
    api.network_infrastructures.delete(PROGRAM, id_)


def while_it_is_created(api: CloudManager, _: Running) -> None:
    api.network_infrastructures.create(PROGRAM, FLEXIBLE)
    networking(api)


def updated(api: CloudManager, simulator: Running) -> None:
    api.network_infrastructures.update(PROGRAM, flexible(api, simulator), FLEXIBLE)


def hosts_on_flexible(api: CloudManager, simulator: Running) -> None:
    flexible(api, simulator)
    networking(api, hosts=("example.com",))


def one_port_twice(api: CloudManager, simulator: Running) -> None:
    flexible(api, simulator)
    networking(api, RULE, {**RULE, "name": "smtp.example.net"})


def port_out_of_range(api: CloudManager, simulator: Running) -> None:
    flexible(api, simulator)
    networking(api, {**RULE, "portOrig": 465})


def two_changes(api: CloudManager, _: Running) -> None:
    variables(api, ("A_1", "string", "x"))
    variables(api, ("A_2", "string", "x"))


def another_type(api: CloudManager, simulator: Running) -> None:
    variables(api, ("A_1", "string", "x"))
    pass_time(simulator, HOUR)
    variables(api, ("A_1", "secretString", "x"))


def too_many(api: CloudManager, simulator: Running) -> None:
    variables(api, *((f"V_{number}", "string", "x") for number in range(401)))


REFUSED: Final[dict[str, tuple[Asks, str]]] = {
    "a second kind": (second_kind, "infrastructure already"),
    "a second one in its region": (second_in_its_region, "infrastructure already"),
    "a sandbox program": (lambda api, _: api.network_infrastructures.create("10002", FLEXIBLE), "sandbox program"),
    "networking of a sandbox": (lambda api, _: networking(api, environment=EnvironmentId("10002", "20004")), "sandbox program"),
    "another region": (lambda api, _: api.network_infrastructures.create(PROGRAM, {**FLEXIBLE, "region": "nld2"}), "production"),
    "one that is used": (in_use, "deletes no network infrastructure while"),
    "none at all": (lambda api, _: networking(api), "needs the network infrastructure"),
    "one that is not ready": (while_it_is_created, "takes no other change"),
    "one that cannot be updated": (updated, "changes a VPN only"),
    "a small address space": (
        lambda api, _: api.network_infrastructures.create(PROGRAM, {**VPN, "addressSpace": ["10.0.0.0/28"]}),
        "does not take the VPN",
    ),
    "a resolver outside": (
        lambda api, _: api.network_infrastructures.create(PROGRAM, {**VPN, "dns": {"resolvers": ["192.0.2.1"]}}),
        "does not take the VPN",
    ),
    "hosts of flexible egress": (hosts_on_flexible, "no list of non-proxy hosts"),
    "one port twice": (one_port_twice, "from 30000 to 30999"),
    "a port out of range": (port_out_of_range, "from 30000 to 30999"),
    "two changes at a time": (two_changes, "one change at a time"),
    "another type": (another_type, "type of a variable"),
    "too many variables": (too_many, "more variables"),
    "a name of AEM's own": (lambda api, _: variables(api, ("AEM_PROXY_HOST", "string", "x")), "AEM sets this variable itself"),
    "a long value": (lambda api, _: variables(api, ("A_1", "string", "x" * 2049)), "longer than"),
    "an environment of nothing": (lambda api, _: api.environments.get(EnvironmentId(PROGRAM, "29")), "no such program or environment"),
}


@pytest.mark.parametrize(("asks", "meaning"), REFUSED.values(), ids=REFUSED)
def test_a_refusal_is_explained_first_by_what_is_closest(asks: Asks, meaning: str) -> None:
    with simulated() as (api, simulator), pytest.raises(AemMailError) as refused:
        asks(api, simulator)

    found = explain(str(refused.value))

    assert [one.meaning for one in found[:1] if meaning in one.meaning], (str(refused.value), found[:2])


@pytest.mark.parametrize(
    ("document", "meaning"),
    [
        (
            '{"status": 400, "title": "Bad Request", "errors": [{"code": "NETWORK_INFRASTRUCTURES_EXCEEDS_LIMIT"}]}',
            "infrastructure already",
        ),
        ('{"error_code": "401013", "message": "Oauth token is not valid"}', "access token"),
        ('{"error_code": "403025", "message": "Profile is not valid"}', "may not do that"),
    ],
)
def test_an_answer_of_the_real_one_is_explained_as_it_stands(document: str, meaning: str) -> None:
    assert meaning in explain(document)[0].meaning
