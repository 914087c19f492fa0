from typing import Any

import pytest

from aem_mail.kinds.replacement import replacement_problem
from aem_mail.model import UNKNOWN

FLEXIBLE = {"program_id": "10001", "region": "va7", "kind": "flexiblePortEgress", "allow_replace": False}
VPN = {**FLEXIBLE, "kind": "vpn", "address_space": ["10.0.0.0/26"]}


def test_another_kind_is_refused_with_the_ordered_steps_and_the_downtime() -> None:
    problem = replacement_problem(FLEXIBLE, {**FLEXIBLE, "kind": "dedicatedEgressIp"})

    assert problem is not None
    assert problem.field == "kind"
    assert problem.message == (
        "Cloud Manager cannot change kind from flexiblePortEgress to dedicatedEgressIp in place. It takes these steps: 1. disable "
        "advanced networking in every environment of program 10001, other people's too (take AdvancedNetworking and PortForward out of "
        "each stack and run `pulumi up`; about 10 minutes each); 2. set allow_replace=True on this resource and run `pulumi up`: it "
        "deletes the old infrastructure and creates the new one in region va7 (about 15 minutes, up to an hour); 3. declare "
        "AdvancedNetworking and PortForward again and run `pulumi up` (about 10 minutes each). From step 1 to the end of step 3 no "
        "environment of the program reaches any port but 80 and 443, so no mail is sent, and a dedicated egress IP address may be "
        "another one afterwards (mail servers that allow-list it have to be told)"
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"region": "nld2"}, "region from va7 to nld2"),
        ({"address_space": ["10.0.1.0/26"]}, "address_space from 10.0.0.0/26 to 10.0.1.0/26"),
        (
            {"kind": "dedicatedEgressIp", "address_space": None},
            "kind from vpn to dedicatedEgressIp, address_space from 10.0.0.0/26 to none",
        ),
    ],
)
def test_everything_that_is_fixed_is_named(change: dict[str, Any], words: str) -> None:
    problem = replacement_problem(VPN, {**VPN, **change})

    assert problem is not None
    assert words in problem.message


def test_a_vpn_takes_longer() -> None:
    problem = replacement_problem(FLEXIBLE, VPN)

    assert problem is not None
    assert "45 to 60 minutes" in problem.message


@pytest.mark.parametrize(
    ("recorded", "wanted"),
    [
        ({}, FLEXIBLE),
        (FLEXIBLE, FLEXIBLE),
        (FLEXIBLE, {**FLEXIBLE, "kind": "vpn", "allow_replace": True}),
        (FLEXIBLE, {**FLEXIBLE, "kind": UNKNOWN}),
        (FLEXIBLE, {**FLEXIBLE, "program_id": "10002", "kind": "vpn"}),
        (VPN, {**VPN, "dns": {"resolvers": ["10.1.0.1"]}}),
        (VPN, {**VPN, "is_primary_region": True}),
        (VPN, {**VPN, "address_space": ["10.0.0.0/255.255.255.192"]}),
        ({**VPN, "is_primary_region": True}, {**VPN, "is_primary_region": False}),
    ],
    ids=[
        *("new", "unchanged", "allowed", "unknown", "another program", "resolvers", "primary declared again", "another notation"),
        "primary of a vpn",
    ],
)
def test_what_can_be_done_in_place_or_was_allowed_is_no_problem(recorded: dict[str, Any], wanted: dict[str, Any]) -> None:
    assert replacement_problem(recorded, wanted) is None
