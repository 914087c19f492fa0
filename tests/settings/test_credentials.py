"""No resource is declared with a secret that the engine would record in plain text, nor with a stand-in for a credential."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.errors import InvalidInput
from aem_mail.settings import refuse_exposed_secrets
from aem_mail.settings.keys import ALL
from tests.strategies import anything

MARK = "hunter2-sentinel"


def refused(config: dict[str, Any], environ: dict[str, str] | None = None, secret: tuple[str, ...] = ()) -> str:
    try:
        refuse_exposed_secrets(config, environ or {}, secret.__contains__)
    except InvalidInput as error:
        return str(error)
    return ""


@pytest.mark.parametrize("key", ["clientSecret", "accessToken", "password"])
def test_a_secret_in_plain_configuration_is_refused_with_the_command_that_sets_it(key: str) -> None:
    assert refused({key: MARK}) == (
        f"Configuration of this stack: aem-mail:{key}: is a secret, but was set without --secret; run `pulumi config set --secret "
        f"aem-mail:{key}`, and change it if the file was shared"
    )
    assert refused({key: MARK}, secret=(key,)) == ""


@pytest.mark.parametrize(
    ("config", "path"),
    [
        ({"oauth": f'{{"clientSecret": "{MARK}"}}'}, "oauth.clientSecret"),
        ({"oauth": {"refreshToken": MARK}}, "oauth.refreshToken"),
        ({"egress": {"connections": [{"sharedKey": MARK}]}}, "egress.connections[0].sharedKey"),
    ],
)
def test_a_secret_in_a_plain_object_is_refused_and_never_shown(config: dict[str, Any], path: str) -> None:
    assert f"aem-mail:{path}: is a secret, but was set without --secret" in refused(config)
    assert MARK not in refused(config)
    assert refused(config, secret=tuple(config)) == ""


@pytest.mark.parametrize(
    ("config", "path"),
    [
        ({"client_secret": MARK}, "client_secret"),
        ({"AccessToken": MARK}, "AccessToken"),
        ({"oauth": f'{{"client_secret": "{MARK}"}}'}, "oauth.client_secret"),
        ({"egress": {"connections": [{"shared_key": MARK}]}}, "egress.connections[0].shared_key"),
        ({"egress": {"connections": {"sharedKey": MARK}}}, "egress.connections.sharedKey"),
        ({"smtp": {"host": "smtp.example.com", "password": MARK}}, "smtp.password"),
        ({"osgi": f'{{"publish": {{"password": "{MARK}"}}}}'}, "osgi.publish.password"),
    ],
)
def test_a_secret_under_a_name_that_nothing_reads_is_recorded_too_and_so_refused(config: dict[str, Any], path: str) -> None:
    found = refused(config)

    assert f"aem-mail:{path}: is called like a secret and lies there in plain text; run `pulumi config rm" in found
    assert found.count("aem-mail:") == 2
    assert MARK not in found
    assert refused(config, secret=tuple(config)) == ""


@pytest.mark.parametrize("key", ["baseUrl", "imsUrl"])
def test_a_password_in_a_plain_address_is_refused(key: str) -> None:
    assert f"aem-mail:{key}: must be a base without user" in refused({key: f"https://user:{MARK}@proxy.example.com"})
    assert MARK not in refused({key: f"https://user:{MARK}@proxy.example.com"})
    assert refused({key: "https://proxy.example.com"}) == ""


def test_the_value_of_a_secret_variable_in_plain_configuration_is_refused() -> None:
    with pytest.raises(
        InvalidInput, match="secrets:CRM_TOKEN: is a secret, but was set without --secret; run `pulumi config set --secret "
    ):
        refuse_exposed_secrets({}, {}, {}.__contains__, ["CRM_TOKEN"])


def test_what_is_no_secret_or_missing_is_nothing_to_refuse() -> None:
    assert refused({}) == ""
    assert refused({"orgId": "o@AdobeOrg", "clientId": "i", "username": "apikey", "passwordFrom": "env:PW", "smtp": "no object"}) == ""
    assert refused({"oauth": {"clientSecretFrom": "env:S", "clientSecret": None}, "osgi": {"publish": {"passwordFrom": "env:P"}}}) == ""


@pytest.mark.parametrize("name", ["CLOUDMANAGER_CLIENT_SECRET", "CLOUDMANAGER_ACCESS_TOKEN"])
def test_a_stand_in_for_the_credential_is_refused_without_being_shown(name: str) -> None:
    found = refused({}, {name: "${CLIENT_SECRET}"})

    assert found.startswith(f"The connection to Cloud Manager: {name}: is a stand-in for a secret")
    assert "${" not in found
    assert refused({"clientSecret": "****"}, secret=("clientSecret",)).startswith("The connection to Cloud Manager: aem-mail:clientSecret")
    assert refused({"clientSecret": "****"}, {name: "real-one"}, ("clientSecret",)) == ""


@given(st.dictionaries(st.sampled_from(ALL), anything))
def test_no_configuration_makes_it_raise_anything_but_invalid_input(config: dict[str, Any]) -> None:
    assert isinstance(refused(config), str)


def test_an_organization_without_its_ending_is_refused_before_anything_is_declared() -> None:
    assert "aem-mail:orgId: must be the organization's id" in refused({"orgId": "51A11A70D0000000000A0001"})
