from typing import Any

import pytest
from hypothesis import given

from aem_mail.kinds import claim_keys, identity, kind_named, normalise, parse_identity
from aem_mail.model import UNKNOWN
from tests.strategies import valid_with_kind

PLACE = {"program_id": "10001", "environment_id": "20001"}
INFRASTRUCTURE = {"program_id": "10001", "region": "va7", "kind": "vpn", "address_space": ["10.0.0.0/26"]}
FILE = {"directory": "aem/osgiconfig", "pid": "com.example.Service"}


@pytest.mark.parametrize(
    ("kind", "properties", "expected"),
    [
        ("NetworkInfrastructure", INFRASTRUCTURE, "10001/va7"),
        ("AdvancedNetworking", PLACE, "10001/20001"),
        ("PortForward", {**PLACE, "port_orig": 30465}, "10001/20001/30465"),
        ("EnvVar", {**PLACE, "name": "A_B"}, "10001/20001/all/A_B"),
        ("SecretEnvVar", {**PLACE, "name": "A_B", "service": "author"}, "10001/20001/author/A_B"),
        ("OsgiConfig", FILE, "aem/osgiconfig/config/com.example.Service.cfg.json"),
        ("OsgiConfig", {**FILE, "run_mode": "author.dev"}, "aem/osgiconfig/config.author.dev/com.example.Service.cfg.json"),
    ],
)
def test_ids_follow_from_the_inputs(kind: str, properties: dict[str, Any], expected: str) -> None:
    assert identity(kind, properties) == expected


@pytest.mark.parametrize("directory", ["../aem/osgiconfig", "/srv/aem/osgiconfig", "./../aem/osgiconfig/"])
def test_a_file_has_one_id_however_its_folder_is_written(directory: str) -> None:
    properties = normalise("OsgiConfig", {**FILE, "directory": directory})

    assert identity("OsgiConfig", properties, project="/srv/infra") == "../aem/osgiconfig/config/com.example.Service.cfg.json"


@given(valid_with_kind)
def test_an_id_tells_the_inputs_that_it_is_made_of(case: tuple[str, dict[str, Any]]) -> None:
    kind, properties = case
    wanted = normalise(kind, properties)

    parts = parse_identity(kind, identity(kind, wanted))

    assert parts.items() <= wanted.items()
    assert identity(kind, parts) == identity(kind, wanted)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("PortForward", "10001/20001"),
        ("PortForward", "10001/20001/smtp"),
        ("AdvancedNetworking", "10001/"),
        ("EnvVar", "10001/20001/all/A/B"),
        ("OsgiConfig", "aem/osgiconfig/config/readme.txt"),
        ("OsgiConfig", "aem/osgiconfig/other/com.example.Service.cfg.json"),
    ],
)
def test_a_text_that_is_no_id_is_refused(kind: str, text: str) -> None:
    with pytest.raises(ValueError, match=r"id of|path of|invalid literal"):
        parse_identity(kind, text)


@pytest.mark.parametrize("port_orig", [None, UNKNOWN])
def test_an_id_with_a_missing_part_is_refused_and_nothing_is_claimed(port_orig: Any) -> None:
    with pytest.raises(ValueError, match="port_orig"):
        identity("PortForward", {**PLACE, "port_orig": port_orig})
    assert claim_keys("PortForward", {**PLACE, "port_orig": port_orig}) == ()


def test_a_plain_and_a_secret_variable_of_one_name_claim_one_key() -> None:
    variable = {**PLACE, "name": "EMAIL_PASSWORD"}

    assert claim_keys("EnvVar", variable) == claim_keys("SecretEnvVar", variable)
    assert claim_keys("EnvVar", variable) != claim_keys("EnvVar", {**variable, "service": "author"})


@pytest.mark.parametrize("change", [{"kind": "dedicatedEgressIp"}, {"address_space": ["10.0.1.0/26"]}, {"region": "nld2"}])
def test_a_replaced_infrastructure_does_not_keep_the_old_one_claimed(change: dict[str, Any]) -> None:
    assert claim_keys("NetworkInfrastructure", {**INFRASTRUCTURE, **change}) != claim_keys("NetworkInfrastructure", INFRASTRUCTURE)


@pytest.mark.parametrize("part", ["kind", "address_space"])
def test_an_infrastructure_that_is_not_fully_known_claims_nothing(part: str) -> None:
    assert claim_keys("NetworkInfrastructure", {**INFRASTRUCTURE, part: UNKNOWN}) == ()


def test_different_kinds_never_claim_the_same_key() -> None:
    assert claim_keys("AdvancedNetworking", PLACE) != claim_keys("NetworkInfrastructure", {"program_id": "10001", "region": "20001"})


@pytest.mark.parametrize(
    ("recorded", "wanted", "places"),
    [
        (["a"], ["a"], [("a", "a")]),
        (["a"], ["b"], [("a", "b")]),
        (["a"], [], [("a", "a")]),
        (["a", "b"], ["b", "c"], [("a", "b"), ("b", "b")]),
        ([], ["a"], []),
    ],
)
def test_each_recorded_entry_has_a_place_in_the_program(recorded: list[str], wanted: list[str], places: list[tuple[str, str]]) -> None:
    assert list(kind_named("PortForward").places(recorded, wanted)) == places
