"""How a stack's Cloud Manager is found, and when Pulumi is asked for it."""

from pathlib import Path
from typing import Any

import pytest

from aem_mail.cli.connection import connection_of
from aem_mail.errors import InvalidInput
from aem_mail.stack.stack import Stack

CONFIGURED = {"aem-mail:orgId": "CONFIGURED@AdobeOrg", "aem-mail:clientId": "configured", "aem-mail:clientSecret": "configured-secret"}
KEYS = ("orgId", "clientId", "clientSecret")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return how often Pulumi was asked for the configuration; no environment variable says anything."""
    times: list[str] = []

    def configuration(_: Stack) -> dict[str, Any]:
        times.append("configuration")
        return CONFIGURED

    for name in ("BASE_URL", "IMS_URL", "ORG_ID", "CLIENT_ID", "CLIENT_SECRET", "ACCESS_TOKEN"):
        monkeypatch.delenv(f"CLOUDMANAGER_{name}", raising=False)
    monkeypatch.setattr(Stack, "configuration", configuration)
    return times


def test_what_the_stack_configures_is_asked_for(asked: list[str]) -> None:
    assert connection_of(Stack(None, Path()), KEYS, by_now=True).org_id == "CONFIGURED@AdobeOrg"
    assert asked == ["configuration"]


def test_what_was_configured_since_the_last_up_is_asked_for(asked: list[str]) -> None:
    assert connection_of(Stack(None, Path()), (), by_now=False).org_id == "CONFIGURED@AdobeOrg"
    assert asked == ["configuration"]


def test_nothing_is_asked_for_where_nothing_is_configured(asked: list[str]) -> None:
    with pytest.raises(InvalidInput, match="orgId: is missing"):
        connection_of(Stack(None, Path()), (), by_now=True)
    assert asked == []


@pytest.mark.parametrize("configured", [(), KEYS])
def test_environment_variables_that_say_it_all_save_the_question(
    configured: tuple[str, ...], asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"ORG_ID": "GIVEN@AdobeOrg", "CLIENT_ID": "given", "CLIENT_SECRET": "given-secret"}.items():
        monkeypatch.setenv(f"CLOUDMANAGER_{name}", value)

    assert connection_of(Stack(None, Path()), configured, by_now=True).org_id == "GIVEN@AdobeOrg"
    assert asked == []


def test_an_address_that_only_the_stack_knows_is_asked_for(asked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"ORG_ID": "GIVEN@AdobeOrg", "CLIENT_ID": "given", "ACCESS_TOKEN": "given-token"}.items():
        monkeypatch.setenv(f"CLOUDMANAGER_{name}", value)

    assert connection_of(Stack(None, Path()), ("baseUrl", *KEYS), by_now=True).org_id == "GIVEN@AdobeOrg"
    assert asked == ["configuration"]
