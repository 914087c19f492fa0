import json
import shlex
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.errors import InvalidInput
from aem_mail.settings import ProgramSettings, program_settings
from aem_mail.settings.keys import PROGRAM
from tests.strategies import anything

MARK = "hunter2-sentinel"
CONFIG: dict[str, Any] = {
    "programId": "10001",
    "environmentId": "20001",
    "egress": {"mode": "managed", "kind": "flexiblePortEgress", "region": "va7"},
    "smtp": {"host": "smtp.sendgrid.com", "port": 465, "portOrig": 30002},
    "username": "apikey",
    "password": "password123",
    "fromAddress": "noreply@wknd.site",
}
SETTINGS = ProgramSettings(
    program_id="10001",
    environment_id="20001",
    egress={"mode": "managed", "kind": "flexiblePortEgress", "region": "va7"},
    smtp={"host": "smtp.sendgrid.com", "port": 465, "port_orig": 30002},
    username="apikey",
    password="password123",
    from_address="noreply@wknd.site",
)


def all_secret(_key: str) -> bool:
    return True


def all_plain(_key: str) -> bool:
    return False


def problems(config: dict[str, Any], *, secret: bool = True) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as caught:
        program_settings(config, all_secret if secret else all_plain)
    return [(problem.field, problem.message) for problem in caught.value.problems]


def test_the_seed_example_is_read_as_arguments() -> None:
    assert program_settings(CONFIG, all_secret) == SETTINGS


def test_objects_may_come_as_the_json_texts_that_the_engine_hands_over() -> None:
    handed_over = {key: json.dumps(value) if isinstance(value, dict) else value for key, value in CONFIG.items()}

    assert program_settings(handed_over, all_secret) == SETTINGS


def test_numbers_and_flags_may_come_as_texts_and_ids_as_numbers() -> None:
    smtp = {"host": "smtp.sendgrid.com", "port": "465", "portOrig": "30002"}
    egress = {**CONFIG["egress"], "isPrimaryRegion": "true", "allowReplace": False}
    egress |= {"requiresFixedIp": "true", "expectedConnections": "1200"}

    found = program_settings({**CONFIG, "programId": 10001.0, "environmentId": 20001, "smtp": smtp, "egress": egress}, all_secret)

    demands = {"requires_fixed_ip": True, "expected_connections": 1200}
    assert (found.program_id, found.environment_id, found.smtp) == ("10001", "20001", SETTINGS.smtp)
    assert found.egress == {**SETTINGS.egress, "is_primary_region": True, "allow_replace": False} | demands


def test_every_other_key_arrives_under_its_arguments_name() -> None:
    more = {
        "username": None,
        "password": None,
        "usernameFrom": "env:SMTP_USER",
        "passwordFrom": "file:pw",
        "onConflict": {"portForward": "replace"},
        "osgi": {"directory": "aem/osgiconfig", "runMode": "dev"},
        "timeouts": {"environment": "60", "infrastructure": 1.5},
    }

    found = program_settings({**CONFIG, **more}, all_plain)

    assert (found.username, found.password) == (None, None)
    assert (found.username_from, found.password_from) == ("env:SMTP_USER", "file:pw")
    assert (found.on_conflict, found.timeouts) == ({"portForward": "replace"}, {"environment": 60, "infrastructure": 1.5})
    assert found.osgi == {"directory": "aem/osgiconfig", "run_mode": "dev"}


def test_a_former_rule_and_the_names_of_variables_arrive_under_their_arguments_names() -> None:
    former = {"host": "smtp.example.com", "port": "465", "portOrig": "30465", "secrets": ["SMTP_USER"]}
    smtp = {"host": "smtp.sendgrid.com", "port": 587, "former": former}

    found = program_settings({**CONFIG, "smtp": smtp, "usernameVariable": "USER_2", "passwordVariable": "PASSWORD_2"}, all_secret)

    assert found.smtp["former"] == {"host": "smtp.example.com", "port": 465, "port_orig": 30465, "secrets": ["SMTP_USER"]}
    assert (found.username_variable, found.password_variable) == ("USER_2", "PASSWORD_2")


def test_an_arguments_name_within_the_former_rule_is_told_with_its_own() -> None:
    smtp = {"host": "smtp.sendgrid.com", "port": 587, "former": {"host": "smtp.example.com", "port": 465, "port_orig": 30466}}

    with pytest.raises(InvalidInput, match=r"aem-mail:smtp\.former\.port_orig: is unknown; did you mean portOrig\?"):
        program_settings({**CONFIG, "smtp": smtp}, all_secret)


def test_oauth_and_a_preset_arrive_under_their_arguments_names() -> None:
    oauth = {"clientId": "an-id", "tenant": "a-tenant", "clientSecretFrom": "env:A", "refreshToken": "refresh-token", "scopes": ["a"]}
    config = {**CONFIG, "password": None, "smtp": {"preset": "microsoft365"}, "oauth": json.dumps(oauth)}

    found = program_settings(config, all_secret)

    assert found.smtp == {"preset": "microsoft365"}
    assert found.oauth == {
        "client_id": "an-id",
        "tenant": "a-tenant",
        "client_secret_from": "env:A",
        "refresh_token": "refresh-token",
        "scopes": ["a"],
    }
    assert "refresh-token" not in repr(found)


@pytest.mark.parametrize("key", ["clientSecret", "refreshToken"])
def test_a_secret_of_oauth_in_a_plain_object_is_refused(key: str) -> None:
    config = {**CONFIG, "username": None, "usernameFrom": "env:U", "password": None, "smtp": {"preset": "google"}}
    oauth = {"clientId": "an-id", "clientSecretFrom": "env:A", "refreshTokenFrom": "env:B", f"{key}From": None, key: MARK}

    assert problems({**config, "oauth": oauth}, secret=False) == [
        (
            f"aem-mail:oauth.{key}",
            f"is a secret, but was set without --secret; run `pulumi config set --path --secret aem-mail:oauth.{key}`, and change it if "
            "the file was shared",
        )
    ]


def test_a_vpn_keeps_the_apis_own_field_names() -> None:
    connection = {
        "name": "c1",
        "gateway": {"address": "192.0.2.1", "addressSpace": ["10.1.0.0/16"]},
        "sharedKey": "key",
        "ipsecPolicy": {
            **{"dhGroup": "ECP256", "ikeEncryption": "AES256", "ikeIntegrity": "SHA256", "ipsecEncryption": "AES256"},
            **{"ipsecIntegrity": "SHA256", "pfsGroup": "ECP256", "saDatasize": "102400", "saLifetime": "3600"},
        },
    }
    egress = {"mode": "managed", "kind": "vpn", "region": "va7", "addressSpace": ["10.0.0.0/26"], "connections": [connection]}

    found = program_settings({**CONFIG, "egress": egress}, all_secret)

    assert found.egress["address_space"] == ["10.0.0.0/26"]
    assert found.egress["connections"][0]["gateway"] == connection["gateway"]
    assert found.egress["connections"][0]["ipsecPolicy"]["saLifetime"] == 3600


def test_an_empty_configuration_is_answered_by_every_command_that_is_needed() -> None:
    assert [(field, message.rpartition("; run ")[2]) for field, message in problems({})] == [
        ("aem-mail:programId", "`pulumi config set aem-mail:programId <program id>`"),
        ("aem-mail:environmentId", "`pulumi config set aem-mail:environmentId <environment id>`"),
        ("aem-mail:smtp.host", "`pulumi config set --path aem-mail:smtp.host <mail server>`"),
        ("aem-mail:smtp.port", "`pulumi config set --path aem-mail:smtp.port <465 or 587>`"),
        ("aem-mail:fromAddress", "`pulumi config set aem-mail:fromAddress <sender's address>`"),
        ("aem-mail:egress.mode", "`pulumi config set --path aem-mail:egress.mode <managed or existing>`"),
        ("aem-mail:username", "`pulumi config set --secret aem-mail:username`"),
        ("aem-mail:password", "`pulumi config set --secret aem-mail:password`"),
    ]


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        (
            {"progamId": "1"},
            "aem-mail:progamId",
            "is unknown; did you mean programId? Run `pulumi config rm aem-mail:progamId`",
        ),
        (
            {"smtp": {**CONFIG["smtp"], "portOrigin": 1}},
            "aem-mail:smtp.portOrigin",
            "is unknown; did you mean portOrig? Run `pulumi config rm --path aem-mail:smtp.portOrigin`",
        ),
        (
            {"smtp": {"host": "a.example", "port": 465, "port_orig": 30465}},
            "aem-mail:smtp.port_orig",
            "is unknown; did you mean portOrig? Run `pulumi config rm --path aem-mail:smtp.port_orig`",
        ),
        (
            {"smtp": {"host": "a.example", "port": 2525}},
            "aem-mail:smtp.portOrig",
            "is missing: 30000 + smtp.port would be 32525, outside 30000–30999; choose one that is free in the environment; run "
            "`pulumi config set --path aem-mail:smtp.portOrig <30000 to 30999>`",
        ),
        (
            {"smtp": "a.example:465"},
            "aem-mail:smtp",
            "must be an object with the fields host, port, portOrig, preset, former, not a text; "
            "run `pulumi config set aem-mail:smtp <value>`",
        ),
        (
            {"passwordFrom": "env:PW"},
            "aem-mail:passwordFrom",
            "password is given too; give only one of them; run `pulumi config rm aem-mail:passwordFrom`",
        ),
        (
            {"password": None},
            "aem-mail:password",
            "is missing: give either password or passwordFrom ('env:NAME' or 'file:PATH'); neither only with the conflict policy "
            '"keep", which adopts the secret that exists; run `pulumi config set --secret aem-mail:password`',
        ),
        (
            {"egress": {**CONFIG["egress"], "addressSpace": ["10.0.0.0/26"]}},
            "aem-mail:egress.addressSpace",
            "only a vpn has it; leave it out for flexiblePortEgress; run `pulumi config rm --path aem-mail:egress.addressSpace`",
        ),
        (
            {"onConflict": {"portForward": "keep"}},
            "aem-mail:onConflict.portForward",
            "must be 'error' or 'replace', not 'keep'; run `pulumi config set --path aem-mail:onConflict.portForward <value>`",
        ),
        (
            {"smtp": {"preset": "ses"}},
            "aem-mail:smtp.host",
            "is missing: the preset 'ses' has no host that is the same for everybody; name one that matches email-smtp.*.amazonaws.com or "
            "email-smtp-fips.*.amazonaws.com; run `pulumi config set --path aem-mail:smtp.host <mail server>`",
        ),
        (
            {"smtp": {"preset": "google"}, "oauth": {"client_id": "an-id", "clientSecret": "a", "refreshToken": "b", "clientId": "x"}},
            "aem-mail:oauth.client_id",
            "is unknown; did you mean clientId? Run `pulumi config rm --path aem-mail:oauth.client_id`",
        ),
        (
            {"smtp": {"preset": "microsoft365"}, "oauth": {"clientId": "an-id", "clientSecret": "a", "refreshToken": "b"}},
            "aem-mail:oauth.tenant",
            "is missing: the directory (tenant) id, which stands in the addresses where tokens are got; run "
            "`pulumi config set --path aem-mail:oauth.tenant <tenant id>`",
        ),
        (
            {"fromAddress": "noreply"},
            "aem-mail:fromAddress",
            "must be a plain e-mail address such as 'noreply@example.com', not 'noreply'; run "
            "`pulumi config set aem-mail:fromAddress <sender's address>`",
        ),
    ],
)
def test_each_mistake_is_told_with_the_command_that_fixes_it(changes: dict[str, Any], field: str, message: str) -> None:
    assert problems({**CONFIG, **changes}) == [(field, message)]


@pytest.mark.parametrize("key", ["clientSecret", "accessToken", "password"])
def test_a_secret_set_without_the_option_is_refused_with_the_command_that_fixes_it(key: str) -> None:
    config = {**CONFIG, "password": None, "passwordFrom": "env:PW"}
    if key == "password":
        del config["passwordFrom"]

    assert problems({**config, key: MARK}, secret=False) == [
        (
            f"aem-mail:{key}",
            f"is a secret, but was set without --secret; run `pulumi config set --secret aem-mail:{key}`, and change it if the file was "
            "shared",
        )
    ]


def test_a_shared_key_in_a_plain_object_is_refused() -> None:
    egress = {"mode": "managed", "kind": "vpn", "region": "va7", "connections": [{"sharedKey": MARK}]}
    config = {**CONFIG, "username": None, "password": None, "onConflict": {"secretEnvVar": "keep"}, "egress": egress}

    found = dict(problems(config, secret=False))

    command = "`pulumi config set --path --secret 'aem-mail:egress.connections[0].sharedKey'`"
    assert command in found["aem-mail:egress.connections[0].sharedKey"]
    assert shlex.split(command.strip("`"))[-1] == "aem-mail:egress.connections[0].sharedKey"


def test_credentials_and_provider_keys_are_no_unknown_keys() -> None:
    others = {"orgId": "o", "clientId": "i", "clientSecret": "s", "baseUrl": "u", "imsUrl": "u", "gathering": {"idle": 1}}

    assert program_settings({**CONFIG, **others}, all_secret) == SETTINGS


@given(st.dictionaries(st.sampled_from(PROGRAM), anything))
def test_no_configuration_makes_it_raise_anything_but_invalid_input(config: dict[str, Any]) -> None:
    try:
        program_settings(config, all_secret)
    except InvalidInput as error:
        fields = {problem.field.partition(":")[0] for problem in error.problems}
    else:
        fields = {"aem-mail"}

    assert fields == {"aem-mail"}


@pytest.mark.parametrize("key", ["username", "password", "usernameFrom", "passwordFrom", "clientSecret"])
@pytest.mark.parametrize("value", [f"{MARK} ", [MARK], {"a": MARK}, MARK * 200])
def test_no_message_shows_a_secret(key: str, value: Any) -> None:
    config = {name: item for name, item in CONFIG.items() if name not in ("username", "password")}

    assert MARK not in str(problems({**config, key: value}, secret=False))


def test_settings_do_not_show_user_name_and_password() -> None:
    assert "password123" not in repr(SETTINGS)
    assert "apikey" not in repr(SETTINGS)


@pytest.mark.parametrize("allow", [True, "true"])
def test_a_stand_in_for_the_password_is_refused_unless_the_configuration_allows_it(allow: Any) -> None:
    ((field, message),) = problems({**CONFIG, "password": "****"})

    assert field == "aem-mail:password"
    assert "set allowPlaceholder=True" in message
    assert "****" not in message
    assert program_settings({**CONFIG, "password": "****", "allowPlaceholder": allow}, all_secret).allow_placeholder is True
