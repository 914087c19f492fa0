from dataclasses import replace

import pytest

from aem_mail.cloud_manager.client import CloudManager
from aem_mail.cloud_manager.connection import problems
from aem_mail.errors import InvalidInput
from aem_mail.model import Connection

from .conftest import connection_to

GOOD = Connection("https://cloudmanager.adobe.io", "https://ims-na1.adobelogin.com", "1234@AdobeOrg", "id", "s3cret", None, "")


def fields_of(connection: Connection) -> list[str]:
    return [problem.field for problem in problems(connection)]


def test_a_good_connection_has_no_problem() -> None:
    assert problems(GOOD) == ()


@pytest.mark.parametrize("url", ["http://127.0.0.1:8765", "http://localhost:1", "http://[::1]:80", "https://cloudmanager.adobe.io/"])
def test_a_base_url_may_be_encrypted_or_on_this_machine(url: str) -> None:
    assert problems(replace(GOOD, base_url=url)) == ()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "cloudmanager.adobe.io",
        "ftp://cloudmanager.adobe.io",
        "http://cloudmanager.adobe.io",
        "http://127.0.0.1.example.com",
        "https://cloudmanager.adobe.io/api",
        "https://user:password@cloudmanager.adobe.io",
        "https://cloudmanager.adobe.io?x=1",
        "https://cloudmanager.adobe.io#x",
        "https://cloudmanager.adobe.io:port",
        "https://[::1",
        "https://cloud\nmanager.adobe.io",
        "https:///api",
    ],
)
def test_any_other_base_url_is_refused(url: str) -> None:
    assert fields_of(replace(GOOD, base_url=url)) == ["baseUrl"]
    assert fields_of(replace(GOOD, ims_url=url)) == ["imsUrl"]


@pytest.mark.parametrize("text", ["a b", "line\n", "ünïcode", "\x00"])
def test_credentials_that_cannot_stand_in_a_header_are_refused_without_being_quoted(text: str) -> None:
    bad = replace(GOOD, org_id=text, client_id=text, access_token=text)

    assert fields_of(bad) == ["orgId", "clientId", "accessToken"]
    assert all(text not in str(problem) for problem in problems(bad))


def test_everything_that_is_missing_is_said_at_once() -> None:
    with pytest.raises(InvalidInput) as caught:
        CloudManager(Connection("", "", "", "", None, None, ""))

    assert [problem.field for problem in caught.value.problems] == ["baseUrl", "imsUrl", "orgId", "clientId", "clientSecret"]


def test_a_ready_token_needs_no_client_secret() -> None:
    assert problems(replace(GOOD, client_secret=None, access_token="a-token")) == ()


def test_no_repr_shows_a_secret() -> None:
    shown = repr(replace(connection_to("http://127.0.0.1:1"), access_token="a-token"))

    assert "p8e-correct" not in shown
    assert "a-token" not in shown
