from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.errors import InvalidInput
from aem_mail.model import Connection
from aem_mail.settings import connection

ENVIRON = {"CLOUDMANAGER_ORG_ID": "org@AdobeOrg", "CLOUDMANAGER_CLIENT_ID": "id", "CLOUDMANAGER_CLIENT_SECRET": "s3cr3t"}
CONFIG = {"orgId": "other@AdobeOrg", "clientId": "other", "clientSecret": "recorded"}
ADOBE = {"base_url": "https://cloudmanager.adobe.io", "ims_url": "https://ims-na1.adobelogin.com"}


def problems(environ: dict[str, str], config: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(InvalidInput) as caught:
        connection(environ, config)
    return {problem.field: problem.message for problem in caught.value.problems}


def test_environment_variables_are_enough() -> None:
    assert connection(ENVIRON, {}) == Connection(
        **ADOBE, org_id="org@AdobeOrg", client_id="id", client_secret="s3cr3t", source="environment variables"
    )


def test_configuration_is_enough() -> None:
    assert connection({}, CONFIG) == Connection(
        **ADOBE, org_id="other@AdobeOrg", client_id="other", client_secret="recorded", source="stack configuration"
    )


def test_environment_variables_win_key_by_key() -> None:
    found = connection({"CLOUDMANAGER_CLIENT_SECRET": "fresh"}, CONFIG)

    assert (found.org_id, found.client_secret) == ("other@AdobeOrg", "fresh")
    assert found.source == "environment variables and stack configuration"


def test_an_empty_variable_counts_as_none() -> None:
    assert connection({"CLOUDMANAGER_CLIENT_SECRET": " "}, CONFIG).client_secret == "recorded"


def test_line_breaks_around_a_copied_value_are_dropped() -> None:
    assert connection({**ENVIRON, "CLOUDMANAGER_CLIENT_SECRET": "s3cr3t\n"}, {}).client_secret == "s3cr3t"


@pytest.mark.parametrize(
    ("environ", "config", "secret", "token"),
    [
        ({"CLOUDMANAGER_CLIENT_SECRET": "es"}, {"accessToken": "ct"}, "es", None),
        ({"CLOUDMANAGER_ACCESS_TOKEN": "et"}, {"clientSecret": "cs"}, None, "et"),
        ({"CLOUDMANAGER_ACCESS_TOKEN": "et", "CLOUDMANAGER_CLIENT_SECRET": "es"}, {}, None, "et"),
        ({}, {"accessToken": "ct", "clientSecret": "cs"}, None, "ct"),
    ],
    ids=["a fresh secret beats a recorded token", "a fresh token beats a recorded secret", "token in the environment", "token recorded"],
)
def test_exactly_one_credential_is_used(environ: dict[str, str], config: dict[str, str], secret: str | None, token: str | None) -> None:
    found = connection({"CLOUDMANAGER_ORG_ID": "o@AdobeOrg", "CLOUDMANAGER_CLIENT_ID": "i", **environ}, config)

    assert (found.client_secret, found.access_token) == (secret, token)


def test_everything_that_is_missing_is_named_with_the_variable_and_the_command() -> None:
    assert problems({}, {}) == {
        "orgId": "is missing; set CLOUDMANAGER_ORG_ID, or run `pulumi config set aem-mail:orgId <organization id>`",
        "clientId": "is missing; set CLOUDMANAGER_CLIENT_ID, or run `pulumi config set aem-mail:clientId <client id>`",
        "clientSecret": "is missing; set CLOUDMANAGER_CLIENT_SECRET (or a ready token in CLOUDMANAGER_ACCESS_TOKEN), or run "
        "`pulumi config set --secret aem-mail:clientSecret`",
    }


@pytest.mark.parametrize(
    ("base", "ims", "base_url", "ims_url"),
    [
        ("http://127.0.0.1:8765", None, "http://127.0.0.1:8765", "http://127.0.0.1:8765"),
        ("http://localhost:8765/", None, "http://localhost:8765", "http://localhost:8765"),
        ("http://[::1]:8765", None, "http://[::1]:8765", "http://[::1]:8765"),
        ("http://127.0.0.1:1", "http://127.0.0.1:2", "http://127.0.0.1:1", "http://127.0.0.1:2"),
        ("https://cm.example", None, "https://cm.example", ADOBE["ims_url"]),
        (None, "https://ims.example/", ADOBE["base_url"], "https://ims.example"),
    ],
)
def test_base_urls(base: str | None, ims: str | None, base_url: str, ims_url: str) -> None:
    urls = {name: url for name, url in (("baseUrl", base), ("imsUrl", ims)) if url is not None}

    found = connection(ENVIRON, urls)

    assert (found.base_url, found.ims_url) == (base_url, ims_url)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("cloudmanager.adobe.io", "is not a URL; write it as https://host"),
        ("ftp://cloudmanager.adobe.io", "is not a URL"),
        ("https://", "is not a URL"),
        ("https://host:port", "is not a URL"),
        ("https://host:99999", "is not a URL"),
        ("https://[::1", "is not a URL"),
        ("https://a b", "is not a URL"),
        ("https://host/api", "must be a base without user, path, query or fragment"),
        ("https://user:s3cr3t@host", "must be a base without user"),
        ("https://host?x=1", "must be a base without user, path, query"),
        ("http://cloudmanager.adobe.io", "must begin with https://"),
        ("http://127.0.0.1.example", "must begin with https://"),
        ("http://10.0.0.1", "must begin with https://"),
    ],
)
def test_urls_that_would_show_the_credentials_or_lead_nowhere_are_refused(url: str, words: str) -> None:
    assert words in problems({**ENVIRON, "CLOUDMANAGER_BASE_URL": url}, {})["CLOUDMANAGER_BASE_URL"]
    assert words in problems(ENVIRON, {"imsUrl": url})["aem-mail:imsUrl"]


@pytest.mark.parametrize(
    "name", ["CLOUDMANAGER_ORG_ID", "CLOUDMANAGER_CLIENT_ID", "CLOUDMANAGER_CLIENT_SECRET", "CLOUDMANAGER_ACCESS_TOKEN"]
)
@pytest.mark.parametrize("value", ["two words", "line\nbreak", "ü"])
def test_what_no_header_can_hold_is_refused_under_the_name_it_came_by(name: str, value: str) -> None:
    found = problems({**ENVIRON, name: value}, {})

    assert list(found) == [name]
    assert "copy it again" in found[name]
    assert value not in found[name]


@given(st.dictionaries(st.sampled_from([*CONFIG, "baseUrl", "imsUrl", "accessToken"]), st.text(max_size=20) | st.integers()))
def test_no_configuration_makes_it_raise_anything_but_invalid_input(config: dict[str, Any]) -> None:
    try:
        found = connection({}, config)
    except InvalidInput as error:
        told = bool(error.problems)
    else:
        told = (found.client_secret is None) != (found.access_token is None)

    assert told


def test_a_connection_does_not_show_its_credentials() -> None:
    assert "s3cr3t" not in repr(connection(ENVIRON, {}))


@pytest.mark.parametrize("name", ["CLOUDMANAGER_CLIENT_SECRET", "CLOUDMANAGER_ACCESS_TOKEN"])
@pytest.mark.parametrize("value", ["****", "<secret>", "${CLIENT_SECRET}"])
def test_a_stand_in_for_a_credential_is_refused_and_not_shown(name: str, value: str) -> None:
    found = problems({**ENVIRON, name: value}, {})

    assert list(found) == [name]
    assert "is a stand-in for a secret" in found[name]
    assert value not in found[name]


def test_a_stand_in_for_a_credential_that_is_not_used_does_no_harm() -> None:
    assert connection(ENVIRON, {"accessToken": "****"}).client_secret == "s3cr3t"


@pytest.mark.parametrize("value", ["51A11A70D0000000000A0001", "s3cr3t", "ORG@adobeorg"])
def test_an_organization_without_its_ending_is_refused_and_not_shown(value: str) -> None:
    found = problems({**ENVIRON, "CLOUDMANAGER_ORG_ID": value}, {})

    assert list(found) == ["CLOUDMANAGER_ORG_ID"]
    assert "ends with @AdobeOrg" in found["CLOUDMANAGER_ORG_ID"]
    assert value not in found["CLOUDMANAGER_ORG_ID"]
