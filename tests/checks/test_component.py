import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.checks.component import mail_egress_mistakes, mail_egress_resources
from aem_mail.checks.declared import declarations, rendered_files
from aem_mail.checks.ignores import FILE_NAME
from aem_mail.errors import InvalidInput
from aem_mail.kinds import problems, warnings
from aem_mail.model import UNKNOWN, EnvironmentId, PortForward
from aem_mail.osgi import MAIL_SERVICE_PID, OAUTH_PID
from tests.checks.situations import mail_file, write

TODAY = date(2030, 6, 1)
FILE = f"{MAIL_SERVICE_PID}.cfg.json"
ARGS: dict[str, Any] = {
    "program_id": "10001",
    "environment_id": "20001",
    "smtp": {"host": "smtp.sendgrid.com", "port": 465},
    "from_address": "noreply@wknd.site",
    "username": "apikey",
    "password": UNKNOWN,
    "egress": {"mode": "managed", "kind": "flexiblePortEgress", "region": "va7"},
    "osgi": {"directory": "osgi"},
}


def ids(project: Path, **changes: Any) -> list[str]:
    return [finding.id for finding in mail_egress_mistakes(ARGS | changes, project, TODAY)]


def test_a_component_without_a_mistake_has_none(tmp_path: Path) -> None:
    assert ids(tmp_path) == []
    assert ids(tmp_path, osgi=None) == []
    assert ids(tmp_path, osgi={"directory": "osgi", "run_mode": "author.prod"}) == []


def test_the_resources_are_those_that_pulumi_would_get() -> None:
    resources = list(mail_egress_resources(ARGS | {"password": "password123"}))

    for kind, properties in resources:
        if kind not in ("OsgiConfig", "MailEgress"):
            assert problems(kind, {name: value for name, value in properties.items() if value is not None}) == []
    (declaration,) = declarations(resources).values()
    assert declaration.port_forwards == (PortForward("smtp.sendgrid.com", 465, 30465),)
    assert (declaration.kind, declaration.enables_networking, declaration.services) == ("flexiblePortEgress", True, None)
    assert [variable.key.name for variable in declaration.variables] == ["EMAIL_USERNAME", "EMAIL_PASSWORD"]
    assert [file.path for file in rendered_files(resources)] == [f"config/{FILE}"]


OAUTH_ARGS = {
    **ARGS,
    "smtp": {"preset": "microsoft365"},
    "username": "noreply@wknd.site",
    "oauth": {"client_id": "an-id", "tenant": "a-tenant", "client_secret": UNKNOWN, "refresh_token": UNKNOWN},
}
del OAUTH_ARGS["password"]


def with_oauth(**changes: Any) -> dict[str, Any]:
    return OAUTH_ARGS | {"oauth": {**OAUTH_ARGS["oauth"], **changes}}


def test_with_oauth_the_provider_stands_beside_the_mail_service() -> None:
    resources = list(mail_egress_resources(OAUTH_ARGS))

    (declaration,) = declarations(resources).values()
    assert declaration.port_forwards == (PortForward("smtp.office365.com", 587, 30587),)
    assert [variable.key.name for variable in declaration.variables] == [
        "EMAIL_USERNAME",
        "SECRET_SMTP_OAUTH_CLIENT_SECRET",
        "SECRET_SMTP_OAUTH_REFRESH_TOKEN",
    ]
    assert [file.path for file in rendered_files(resources)] == [f"config/{FILE}", f"config/{OAUTH_PID}.cfg.json"]


@pytest.mark.parametrize(
    ("oauth", "found"),
    [
        ({}, []),
        ({"scopes": ["openid"]}, ["M13", "M13"]),
        ({"refresh_url": "https://login.microsoftonline.com/other/oauth2/v2.0/token"}, ["M13"]),
        ({"refresh_token_expires_at": "2030-06-08"}, ["M16"]),
        ({"client_secret_expires_at": "2030-08-01"}, []),
        ({"client_id": UNKNOWN}, []),
        ({"tenant": UNKNOWN}, []),
    ],
)
def test_mistakes_of_oauth_are_found_before_anything_is_changed(oauth: dict[str, Any], found: list[str], tmp_path: Path) -> None:
    assert [finding.id for finding in mail_egress_mistakes(with_oauth(**oauth), tmp_path, TODAY)] == found


@given(
    provider=st.sampled_from(["microsoft365", "google"]),
    client_id=st.from_regex(r"[a-z0-9.-]{1,20}", fullmatch=True),
    tenant=st.uuids().map(str),
    services=st.sampled_from([None, ["author"], ["publish", "preview"]]),
)
def test_what_is_declared_for_a_provider_has_no_mistake(provider: str, client_id: str, tenant: str, services: list[str] | None) -> None:
    oauth = {"client_id": client_id, "client_secret": "a-secret", "refresh_token": "x" * 499}
    args = OAUTH_ARGS | {"smtp": {"preset": provider}, "services": services, "osgi": None}
    args["oauth"] = oauth | ({"tenant": tenant} if provider == "microsoft365" else {})

    assert problems("MailEgress", args) == []
    assert warnings("MailEgress", args) == []
    assert mail_egress_mistakes(args, Path(__file__).parent, TODAY) == []


def test_a_password_at_microsoft_is_found_and_oauth_fixes_it(tmp_path: Path) -> None:
    assert ids(tmp_path, smtp={"preset": "microsoft365"}) == ["M15"]
    assert mail_egress_mistakes(OAUTH_ARGS, tmp_path, TODAY) == []


def test_a_providers_file_that_wins_over_ours_is_judged_and_the_one_that_we_replace_is_not(tmp_path: Path) -> None:
    write(tmp_path / "osgi", {f"config/{OAUTH_PID}.cfg.json": '{"clientSecret": "in plain text"}'})

    assert mail_egress_mistakes(OAUTH_ARGS, tmp_path, TODAY) == []
    assert set(ids(tmp_path)) == {"M14", "M31"}


def test_the_private_server_is_found(tmp_path: Path) -> None:
    assert ids(tmp_path, smtp={"host": "10.1.2.3", "port": 465}) == ["M20"]
    assert ids(tmp_path, smtp={"host": "10.1.2.3", "port": 465}, egress={"mode": "existing"}) == []


def test_what_is_demanded_of_the_network_is_judged(tmp_path: Path) -> None:
    existing = {"mode": "existing", "kind": "flexiblePortEgress"}

    assert ids(tmp_path, egress=existing | {"requires_fixed_ip": True}) == ["M19"]
    assert ids(tmp_path, egress=existing | {"expected_connections": 5000}) == ["M30"]
    assert ids(tmp_path, egress={"mode": "existing", "requires_fixed_ip": True}) == []
    assert ids(tmp_path, egress=existing | {"requires_fixed_ip": UNKNOWN, "expected_connections": UNKNOWN}) == []


def test_a_file_that_wins_over_ours_is_judged(tmp_path: Path) -> None:
    write(tmp_path / "osgi", {f"config.author/{FILE}": mail_file(smtp_host="smtp.sendgrid.com")})

    assert ids(tmp_path) == ["M01"]
    assert ids(tmp_path, services=["publish"]) == []


def test_the_file_that_will_be_replaced_is_not_judged(tmp_path: Path) -> None:
    write(tmp_path / "osgi", {f"config/{FILE}": mail_file(smtp_port="465", smtp_ssl=False)})

    assert ids(tmp_path) == []
    assert ids(tmp_path, from_address=UNKNOWN) == []


def test_a_rival_with_as_many_run_modes_is_found(tmp_path: Path) -> None:
    write(tmp_path / "osgi", {f"config.author/{FILE}": mail_file()})

    assert ids(tmp_path, osgi={"directory": "osgi", "run_mode": "dev"}) == ["M26"]


@pytest.mark.parametrize("name", ["program_id", "environment_id", "from_address", "username", "smtp"])
def test_what_only_up_will_know_is_no_mistake(name: str, tmp_path: Path) -> None:
    assert ids(tmp_path, **{name: UNKNOWN}) == []
    if name == "smtp":
        for field in ("host", "port"):
            assert ids(tmp_path, smtp=ARGS["smtp"] | {field: UNKNOWN}) == []


def test_an_ignored_mistake_is_not_told_until_it_expires(tmp_path: Path) -> None:
    entry = {"check": "M20", "reason": "a tunnel of our own", "owner": "mail-team", "expires": "2030-06-01"}
    (tmp_path / FILE_NAME).write_text(json.dumps([entry]))
    args = ARGS | {"smtp": {"host": "10.1.2.3", "port": 465}}

    assert mail_egress_mistakes(args, tmp_path, date(2030, 6, 1)) == []
    assert [finding.id for finding in mail_egress_mistakes(args, tmp_path, date(2030, 6, 2))] == ["M20"]


def test_a_broken_file_of_ignores_is_bad_input(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text("- M20")

    with pytest.raises(InvalidInput, match="entry 1: must have"):
        mail_egress_mistakes(ARGS, tmp_path, TODAY)


def test_declarations_are_one_for_each_environment() -> None:
    rule = {"program_id": "1", "name": "smtp.example.com", "port_dest": 465}
    resources: list[tuple[str, dict[str, Any]]] = [
        ("NetworkInfrastructure", {"program_id": "1", "kind": "vpn", "region": "va7"}),
        ("PortForward", {**rule, "environment_id": "2"}),
        ("PortForward", {**rule, "environment_id": "3", "port_orig": 30001.0}),
        ("PortForward", {**rule, "environment_id": UNKNOWN}),
    ]

    found = declarations(resources)

    assert {str(key.environment_id): [one.port_orig for one in each.port_forwards] for key, each in found.items()} == {
        "2": [30465],
        "3": [30001],
    }
    assert {each.kind for each in found.values()} == {"vpn"}
    assert EnvironmentId("1", "2") in found
