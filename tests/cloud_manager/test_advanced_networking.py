import json
from typing import Any

import pytest

from aem_mail.cloud_manager.advanced_networking import document_of
from aem_mail.cloud_manager.answer_fields import Mismatch
from aem_mail.cloud_manager.client import CloudManager
from aem_mail.errors import BadRequest
from aem_mail.model import AdvancedNetworking, EnvironmentId, PortForward, port_forward_entry

from .scripted_server import ScriptedServer, answer
from .simulation import DEV, PROGRAM, pass_time, simulated

RULE = port_forward_entry(PortForward("smtp.sendgrid.com", 465, 30465))
ENVIRONMENT = EnvironmentId("1", "2")
OFF = AdvancedNetworking(enabled=False)


def configuration(**fields: Any) -> dict[str, Any]:
    return {"programId": "1", "environmentId": "2", "advancedNetworkingEnabled": True, "networkInfrastructureId": "3", **fields}


def test_networking_is_enabled_changed_and_disabled() -> None:
    with simulated() as (api, simulator):
        infrastructure = api.network_infrastructures.create(PROGRAM, {"kind": "dedicatedEgressIp", "region": "va7"})
        pass_time(simulator, 3600)
        assert api.advanced_networking.get(DEV) == OFF

        environment = api.advanced_networking.put(DEV, non_proxy_hosts=["*.example.com"], port_forwards=[RULE])
        assert (environment.id, environment.status) == ("20001", "updating")
        pass_time(simulator, 3600)
        assert api.advanced_networking.get(DEV) == AdvancedNetworking(True, infrastructure.id, ("*.example.com",), (RULE,))

        assert api.advanced_networking.delete(DEV).status == "updating"
        pass_time(simulator, 3600)
        assert api.advanced_networking.get(DEV) == OFF


def test_networking_without_an_infrastructure_is_refused_in_words() -> None:
    with simulated() as (api, _), pytest.raises(BadRequest, match=r"program 10001, environment 20001.*network infrastructure"):
        api.advanced_networking.put(DEV, non_proxy_hosts=[], port_forwards=[])


def test_a_foreign_rule_is_read_and_sent_back_to_the_letter(api: CloudManager, server: ScriptedServer) -> None:
    foreign = {"portDest": 31337, "portOrig": 31000, "comment": "not ours", "name": "UPPER.example.com", "x": [None, 1.5]}
    server.script(
        answer(200, {"_embedded": {"networkingConfigurations": [configuration(portForwards=[foreign], nonProxyHosts=["example.*"])]}}),
        answer(200, {"id": "2", "status": "updating"}),
    )

    read = api.advanced_networking.get(ENVIRONMENT)
    api.advanced_networking.put(ENVIRONMENT, non_proxy_hosts=read.non_proxy_hosts, port_forwards=read.port_forwards)

    assert json.loads(server.requests[-1].body) == {"nonProxyHosts": ["example.*"], "portForwards": [foreign]}


def test_fields_of_a_document_that_are_not_known_go_back_and_those_of_an_answer_do_not(api: CloudManager, server: ScriptedServer) -> None:
    odd = {"profile": {"ipv6": True, "weight": 1.0}, "owner": None}
    server.script(
        answer(200, {"_embedded": {"networkingConfigurations": [configuration(**odd, _links={"self": {"href": "/x"}})]}}),
        answer(200, {"id": "2", "status": "updating"}),
    )

    read = api.advanced_networking.get(ENVIRONMENT)
    api.advanced_networking.put(ENVIRONMENT, non_proxy_hosts=[], port_forwards=[], other_fields=read.other_fields)

    assert read.other_fields == odd
    assert server.requests[-1].body.decode().count("1.0") == 1
    assert json.loads(server.requests[-1].body) == {**odd, "nonProxyHosts": [], "portForwards": []}


def test_configurations_that_differ_in_a_field_that_is_not_known_are_a_mismatch() -> None:
    with pytest.raises(Mismatch, match="different rules, hosts or other fields"):
        document_of(ENVIRONMENT, [configuration(profile=1), configuration(profile=2)])


@pytest.mark.parametrize(
    ("entries", "read"),
    [
        ([], OFF),
        ([configuration(advancedNetworkingEnabled=False, portForwards=[RULE])], OFF),
        ([{}], OFF),
        ([configuration()], AdvancedNetworking(True, "3")),
        ([configuration(nonProxyHosts=None, portForwards=None)], AdvancedNetworking(True, "3")),
        ([configuration(advancedNetworkingEnabled=False), configuration(portForwards=[RULE])], AdvancedNetworking(True, "3", (), (RULE,))),
        (
            [configuration(portForwards=[RULE]), configuration(networkInfrastructureId="4", portForwards=[RULE])],
            AdvancedNetworking(True, "3", (), (RULE,)),
        ),
    ],
)
def test_the_list_is_reduced_to_the_one_document_that_a_put_replaces(entries: list[dict[str, Any]], read: AdvancedNetworking) -> None:
    assert document_of(ENVIRONMENT, entries) == read


@pytest.mark.parametrize(
    "entries",
    [
        [configuration(environmentId="9")],
        [configuration(advancedNetworkingEnabled="yes")],
        [configuration(portForwards={})],
        [configuration(portForwards=[{"portOrig": 30465}])],
        [configuration(portForwards=[{"portOrig": "30465", "portDest": 465}])],
        [configuration(portForwards=[{"portOrig": True, "portDest": 465}])],
        [configuration(portForwards=[{"portOrig": 30465.5, "portDest": 465}])],
        [configuration(portForwards=[{**RULE, "name": 7}])],
        [configuration(nonProxyHosts=[7])],
        [configuration(portForwards=[RULE]), configuration()],
    ],
)
def test_what_cannot_be_replaced_safely_is_a_mismatch(entries: list[dict[str, Any]]) -> None:
    with pytest.raises(Mismatch):
        document_of(ENVIRONMENT, entries)
