"""From the untouched seed to a mail that arrived and back, for every kind of network infrastructure."""

from typing import Any

import pytest

from tests.flow.conftest import PASSWORD, Simulator
from tests.flow.programs import mail_egress
from tests.flow.seeds import with_infrastructure
from tests.flow.stack import Stack
from tests.vpn import SHARED_KEY

pytestmark = pytest.mark.flow


def resolvers_know_the_mail_server(state: dict[str, Any]) -> None:
    """Let those of the program's VPN know the public name, since no others are asked."""
    state["programs"]["10001"]["infrastructures"][0]["knownNames"] = ["smtp.example.com"]


@pytest.mark.parametrize("kind", ["flexiblePortEgress", "dedicatedEgressIp", "vpn"])
def test_one_up_delivers_a_mail_and_destroy_leaves_the_seed(kind: str, stack: Stack, simulator: Simulator) -> None:
    stack.watch.add(SHARED_KEY)
    seed = simulator.state()
    stack.program(mail_egress(kind)).up()
    if kind == "vpn":
        simulator.edit(resolvers_know_the_mail_server)

    sent = simulator.send(stack.folder / "osgiconfig")

    assert sent["delivered"], sent
    assert [mail["host"] for mail in simulator.mails()] == ["smtp.example.com"]
    assert sorted(simulator.mutations()) == ["PATCH variables", "POST networkInfrastructures", "PUT advancedNetworking"]
    simulator.forget_journal()
    assert "8 unchanged" in stack.up().output
    assert simulator.mutations() == []

    stack.destroy()

    assert simulator.state() == seed


@pytest.mark.parametrize("port", [465, 587])
def test_each_port_gets_the_tls_that_aem_needs(port: int, stack: Stack, simulator: Simulator) -> None:
    stack.program(mail_egress("flexiblePortEgress", port=port)).up()

    sent = simulator.send(stack.folder / "osgiconfig")

    assert (sent["delivered"], sent["resolved"]["port"]) == (True, 30000 + port), sent


def test_a_server_without_tls_on_port_25_gets_its_mail_and_the_user_a_warning(stack: Stack, simulator: Simulator) -> None:
    server = {"host": "smtp.example.com", "port": 25, "tls": "none", "users": {"apikey": PASSWORD}}
    simulator.http.request("PUT", "/_sim/smtp", json=[server]).raise_for_status()

    result = stack.program(mail_egress("flexiblePortEgress", port=25)).up()
    sent = simulator.send(stack.folder / "osgiconfig")

    assert (sent["delivered"], sent["resolved"]["port"]) == (True, 30025), sent
    assert "warning" in result.output


def test_existing_egress_of_another_kind_is_refused_before_networking_is_touched(stack: Stack, simulator: Simulator) -> None:
    simulator.edit(lambda state: with_infrastructure(state, "dedicatedEgressIp"))
    program = mail_egress("flexiblePortEgress").replace('Egress("managed"', 'Egress("existing"')

    result = stack.program(program).up(code=1)

    assert "egress.kind" in result.output
    assert "dedicatedEgressIp" in result.output
    assert simulator.environment()["advancedNetworking"] is None


def test_outputs_say_what_aem_has_to_use_and_hold_no_secret(stack: Stack) -> None:
    stack.program(mail_egress("dedicatedEgressIp", more='services=["author", "publish"]')).up()

    outputs = stack.outputs()

    assert outputs["proxyHost"] == "$[env:AEM_PROXY_HOST;default=proxy.tunnel]"
    assert outputs["proxyPort"] == 30465
    assert outputs["egressHost"] == "p10001.external.adobeaemcloud.com"
    assert [(one["name"], one["type"], one["service"]) for one in outputs["variables"]] == [
        ("EMAIL_PASSWORD", "secretString", "author"),
        ("EMAIL_PASSWORD", "secretString", "publish"),
        ("EMAIL_USERNAME", "secretString", "author"),
        ("EMAIL_USERNAME", "secretString", "publish"),
    ]
    (configuration,) = outputs["osgiConfig"]
    assert configuration["pid"] == "com.day.cq.mailer.DefaultMailService"
    assert configuration["path"] == "osgiconfig/config/com.day.cq.mailer.DefaultMailService.cfg.json"
    assert configuration["content"] == (stack.folder / configuration["path"]).read_text()
    assert PASSWORD not in configuration["content"]
