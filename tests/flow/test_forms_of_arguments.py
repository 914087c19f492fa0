"""In whichever form a program gives its arguments, the same is recorded."""

from typing import Any

import pytest

from tests.flow.conftest import Simulator
from tests.flow.programs import VPN
from tests.flow.stack import Stack

pytestmark = pytest.mark.flow

OBJECTS = f"""
MailEgress("mail", MailEgressArgs(
    P, E, Smtp("smtp.example.com", 465, preset="generic"), "noreply@wknd.site", username="apikey", password="password123",
    egress=Egress("managed", "vpn", "va7", {VPN}), osgi=Osgi("osgiconfig"), services=["author"],
    on_conflict={{"secretEnvVar": "replace"}},
))
EnvVar("from", EnvVarArgs(P, E, "MAIL_FROM", "noreply@wknd.site", "publish", "replace"))
"""
NAMES = f"""
from aem_mail import ConflictPolicy, DhGroup, EgressMode, Kind, Service, SmtpPreset
vpn = dict({VPN})
vpn["connections"][0]["ipsecPolicy"]["dhGroup"] = DhGroup(vpn["connections"][0]["ipsecPolicy"]["dhGroup"])
MailEgress(
    "mail", program_id=P, environment_id=E, smtp={{"host": "smtp.example.com", "port": 465, "preset": SmtpPreset.GENERIC}},
    from_address="noreply@wknd.site", username="apikey", password="password123",
    egress={{"mode": EgressMode.MANAGED, "kind": Kind.VPN, "region": "va7", **vpn}}, osgi={{"directory": "osgiconfig"}},
    services=[Service.AUTHOR], on_conflict={{"secretEnvVar": ConflictPolicy.REPLACE}},
)
EnvVar(
    "from", program_id=P, environment_id=E, name="MAIL_FROM", value="noreply@wknd.site",
    service=pulumi.Output.from_input(Service.PUBLISH), on_conflict=ConflictPolicy.REPLACE,
)
"""


def test_a_stack_of_texts_is_unchanged_by_enumerations_names_and_dictionaries(stack: Stack, simulator: Simulator) -> None:
    stack.program(OBJECTS).up()
    before = recorded(stack)
    simulator.forget_journal()

    stack.program(NAMES).preview("--expect-no-changes")
    stack.up()

    assert simulator.mutations() == []
    assert recorded(stack) == before


def recorded(stack: Stack) -> dict[str, Any]:
    """Return what the state has of each resource."""
    return {one["urn"]: comparable([one.get("inputs"), one.get("outputs")]) for one in stack.resources() if "pulumi:" not in one["type"]}


def comparable(value: Any) -> Any:
    """Return a value without the ciphertexts of secrets, which are other ones each time."""
    if isinstance(value, dict):
        return {name: comparable(item) for name, item in value.items() if name != "ciphertext"}
    return [comparable(item) for item in value] if isinstance(value, list) else value
