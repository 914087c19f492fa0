"""What a stack's configuration declares besides its MailEgress."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail import settings
from aem_mail.errors import InvalidInput
from aem_mail.settings.keys import ALL
from tests.settings.test_program import CONFIG
from tests.vpn import ADDRESS_SPACE, DNS, connection

IDS: Final = {"programId": "10001", "environmentId": "20001"}
VPN: Final = {"kind": "vpn", "region": "va7", "addressSpace": [ADDRESS_SPACE], "dns": DNS, "connections": [connection()]}
ARGUMENTS: Final = {"kind": "vpn", "region": "va7", "address_space": [ADDRESS_SPACE], "dns": DNS, "connections": [connection()]}
GIVEN: Final = {"name": "a.example.com", "portDest": "700", "onConflict": "replace"}


def read(config: Mapping[str, Any], *secret: str) -> settings.EnvironmentSettings:
    return settings.environment_settings(config, lambda key: key in secret)


def refused(config: Mapping[str, Any], *secret: str) -> str:
    with pytest.raises(InvalidInput) as error:
        read(config, *secret)
    return str(error.value)


def test_each_key_is_one_resource_under_the_names_of_its_arguments() -> None:
    found = read(
        {
            **IDS,
            "networkInfrastructures": [VPN],
            "advancedNetworking": {"nonProxyHosts": ["a.example.com"], "infrastructureKind": "vpn"},
            "portForwards": {
                "30636": "ldap.example.com:636",
                "30700": {"name": "a.example.com", "portDest": "700", "onConflict": "replace"},
            },
            "variables": {
                "MAIL_NOTE@author": "true",
                "FOOTER": {"value": "bye", "service": "publish", "onConflict": "replace"},
                "CRM_TOKEN@author": {"type": "secretString"},
                "DB": {"valueFrom": "env:DB_PASSWORD", "rotateWhen": "2026", "expiresAt": "2999-01-01"},
            },
            "onConflict": {"portForward": "error", "envVar": "error"},
        },
        "networkInfrastructures",
    )

    assert (found.program_id, found.environment_id, found.mail) == ("10001", "20001", None)
    assert [(one.name, dict(one.arguments)) for one in found.beside] == [
        (
            "network-infrastructure-va7",
            {"kind": "vpn", "region": "va7", "address_space": [ADDRESS_SPACE], "dns": DNS, "connections": [connection()]},
        ),
        ("advanced-networking", {"non_proxy_hosts": ["a.example.com"], "infrastructure_kind": "vpn"}),
        (
            "port-forwards",
            {
                "rules": {"30636": "ldap.example.com:636", "30700": {"name": "a.example.com", "port_dest": 700, "on_conflict": "replace"}},
                "on_conflict": "error",
            },
        ),
        (
            "variables",
            {
                "values": {
                    "MAIL_NOTE@author": {"value": "true"},
                    "FOOTER": {"value": "bye", "service": "publish", "on_conflict": "replace"},
                },
                "secrets": {"CRM_TOKEN@author": {"on_conflict": "keep"}},
                "secrets_from": {"DB": {"value_from": "env:DB_PASSWORD", "rotate_when": "2026", "expires_at": "2999-01-01"}},
                "on_conflict": "error",
            },
        ),
    ]


def test_a_mail_and_what_is_besides_it_are_read_together() -> None:
    found = read(
        {**CONFIG, "password": None, "passwordFrom": "env:P", "portForwards": {"30636": "ldap.example.com:636"}, "services": ["author"]}
    )

    assert found.mail is not None
    assert found.mail.services == ["author"]
    assert [one.name for one in found.beside] == ["port-forwards"]


def test_a_file_of_variables_and_policies_of_secrets_are_read() -> None:
    found = read(
        {**IDS, "variablesFile": "dev.yaml", "variables": {"A_A": {"type": "secretString"}}, "onConflict": {"secretEnvVar": "error"}}
    )

    assert found.variables_file == "dev.yaml"
    assert found.beside[0].arguments["secrets"] == {"A_A": {"on_conflict": "error"}}


def test_without_any_key_the_mails_are_missing() -> None:
    assert "aem-mail:smtp.host: is missing" in refused(IDS)


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"portForwards": {"31000": "a.example.com:1"}}, "aem-mail:portForwards.31000: must be"),
        (
            {"portForwards": {"30636": "a.example.com:99999"}},
            "aem-mail:portForwards.30636: portDest must be a whole number from 1",
        ),
        ({"portForwards": {"30636": "a.example.com"}}, "aem-mail:portForwards.30636: must be 'host:port'"),
        ({"portForwards": {"30636": {"name": "a.example.com"}}}, "aem-mail:portForwards.30636.portDest: is missing"),
        ({"portForwards": {"30636": "a.example.com:1", "030636": "a.example.com:1"}}, "aem-mail:portForwards.030636: is the same entry as"),
        ({"portForwards": ["a.example.com:1"]}, "aem-mail:portForwards: must be an object"),
        (
            {"variables": {"A_A": 465}},
            "aem-mail:variables.A_A: must be a text, not a number; put it in quotes; run `pulumi config set --path --type",
        ),
        ({"variables": {"A_A": {"type": "secret"}}}, "aem-mail:variables.A_A.type: must be 'string' or 'secretString', not 'secret'"),
        ({"variables": {"A_A": {"value": "x", "sevice": "author"}}}, "aem-mail:variables.A_A.sevice: is unknown; did you mean service?"),
        ({"variables": {"A_A": {"type": "secretString", "valueFrom": "DB"}}}, "aem-mail:variables.A_A.valueFrom: must be 'env:NAME'"),
        ({"variables": {f"V_{number}": "x" for number in range(401)}}, "aem-mail:variables: an environment has at most 400 variables"),
        ({"variables": "variables.yaml"}, "aem-mail:variables: must be an object of variables by name, not a text"),
        ({"variablesFile": ["a"]}, "aem-mail:variablesFile: must be the path of a file"),
        ({"advancedNetworking": "on"}, "aem-mail:advancedNetworking: must be an object"),
        ({"advancedNetworking": {"nonProxyHosts": "a"}}, "aem-mail:advancedNetworking.nonProxyHosts: must be a list"),
        ({"networkInfrastructures": {"kind": "vpn"}}, "aem-mail:networkInfrastructures: must be a list of objects"),
        ({"networkInfrastructures": [{"kind": "vpn2", "region": "va7"}]}, "aem-mail:networkInfrastructures[0].kind: must be"),
        ({"variable": {"A_A": "x"}, "portForwards": {}}, "aem-mail:variable: is unknown; did you mean variables?"),
        ({"environmentId": None, "portForwards": {}}, "aem-mail:environmentId: is missing; run `pulumi config set aem-mail:environmentId"),
    ],
)
def test_a_mistake_is_one_sentence_under_its_key(keys: Mapping[str, Any], said: str) -> None:
    assert said in refused({**IDS, **keys})


def test_a_mail_egress_has_its_own_enablement() -> None:
    assert "aem-mail:advancedNetworking: is part of the MailEgress; set egress.nonProxyHosts instead" in refused(
        {**CONFIG, "advancedNetworking": {}}
    )


def test_a_secret_in_plain_text_is_refused_with_the_command_that_sets_it_and_never_shown() -> None:
    secrets = {"networkInfrastructures": [VPN], "variables": {"A_A": {"type": "secretString", "value": "hunter2hunter2"}}}

    told = refused({**IDS, **secrets})

    assert "run `pulumi config set --path --secret 'aem-mail:networkInfrastructures[0].connections[0].sharedKey'`" in told
    assert "run `pulumi config set --path --secret aem-mail:variables.A_A.value`" in told
    assert "hunter2" not in told
    assert read({**IDS, **secrets}, *secrets).beside[1].arguments["secrets"] == {"A_A": {"value": "hunter2hunter2"}}


def test_the_reader_of_the_mail_alone_refuses_what_it_would_leave_out() -> None:
    with pytest.raises(
        InvalidInput, match=r"aem-mail:portForwards: is not read by mail_egress_args\(\); have the program call declare_environment"
    ):
        settings.program_settings({**CONFIG, "portForwards": {"30636": "ldap.example.com:636"}}, lambda _: True)


NAMES = st.text(max_size=8) | st.sampled_from(("A_A", "30636", "type", "value", "valueFrom", "connections"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.sampled_from(("secretString", "a.example.com:1", "{}", "[]")),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(max_size=8) | st.sampled_from(("A_A", "30636", "type", "value", "valueFrom", "connections")), inner, max_size=3
        )
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(ALL), VALUES), st.booleans())
def test_no_configuration_makes_it_raise_anything_but_invalid_input(config: dict[str, Any], secret: bool) -> None:
    with suppress(InvalidInput):
        settings.environment_settings(config, lambda _: secret)
