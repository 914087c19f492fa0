from typing import Any

import pytest

from aem_mail.kinds.mail_configurations import configured_by, mail_configurations, written_pids
from aem_mail.osgi import MAIL_SERVICE_PID, OAUTH_PID
from aem_mail.presets import with_preset
from aem_mail.simulator.mail import SendRequest, SimulatedMailPath
from aem_mail.simulator.state.values import MailServer, PortForward
from tests.simulator.mail.mail_requests import in_force, variable
from tests.simulator.mail.oauth_requests import GMAIL, MAILBOX, NOW, OFFICE, TENANT

OAUTH: dict[str, Any] = {"client_id": "an-id", "tenant": "a-tenant", "client_secret": "hunter2-secret", "refresh_token_from": "env:TOKEN"}
PROPERTIES: dict[str, Any] = {
    "smtp": {"preset": "microsoft365"},
    "from_address": "noreply@wknd.site",
    "username": "hunter2-user",
    "oauth": OAUTH,
}


def rendered(**changes: Any) -> dict[str, dict[str, Any]]:
    properties = with_preset({**PROPERTIES, **changes})
    configurations = mail_configurations(configured_by(properties))
    assert [one.pid for one in configurations] == list(written_pids(properties))
    return {one.pid: dict(one.properties) for one in configurations}


def provider(**oauth: Any) -> dict[str, Any]:
    return rendered(oauth={**OAUTH, **oauth})[OAUTH_PID]


def test_without_oauth_there_is_the_mail_service_alone() -> None:
    files = rendered(oauth=None, smtp={"host": "smtp.example.com", "port": 465.0, "port_orig": 30002.0})

    assert list(files) == [MAIL_SERVICE_PID]
    assert (files[MAIL_SERVICE_PID]["smtp.port"], files[MAIL_SERVICE_PID]["oauth.flow"]) == ("30002", False)
    assert files[MAIL_SERVICE_PID]["smtp.password"] == "$[secret:EMAIL_PASSWORD]"


def test_a_provider_gives_addresses_and_scopes() -> None:
    found = provider()

    assert found["refreshUrl"] == found["tokenUrl"] == "https://login.microsoftonline.com/a-tenant/oauth2/v2.0/token"
    assert found["authUrl"] == "https://login.microsoftonline.com/a-tenant/oauth2/v2.0/authorize"
    assert found["scopes"] == ["https://outlook.office.com/SMTP.Send", "openid", "offline_access", "email", "profile"]


@pytest.mark.parametrize(
    ("oauth", "key", "value"),
    [
        ({"auth_url": "https://login.wknd.site/a"}, "authUrl", "https://login.wknd.site/a"),
        ({"token_url": "https://login.wknd.site/t"}, "refreshUrl", "https://login.wknd.site/t"),
        ({"refresh_url": "https://login.wknd.site/r"}, "refreshUrl", "https://login.wknd.site/r"),
        ({"scopes": ["mail"]}, "scopes", ["mail"]),
        ({"refresh_token_variable": "TOKEN"}, "refreshToken", "$[secret:TOKEN]"),
        ({"provider": "google"}, "tokenUrl", "https://oauth2.googleapis.com/token"),
    ],
)
def test_each_may_be_given_instead(oauth: dict[str, Any], key: str, value: object) -> None:
    assert provider(**oauth)[key] == value


@pytest.mark.parametrize(("preset", "server"), [("microsoft365", OFFICE), ("google", GMAIL)])
def test_a_mail_arrives_by_what_is_rendered_for_a_preset(preset: str, server: MailServer) -> None:
    oauth = {**OAUTH, "client_id": "an-id", "tenant": TENANT if preset == "microsoft365" else None}
    configuration = rendered(smtp={"preset": preset}, from_address=MAILBOX, oauth=oauth)
    secrets = {
        "EMAIL_USERNAME": MAILBOX,
        "SECRET_SMTP_OAUTH_CLIENT_SECRET": "client-secret",
        "SECRET_SMTP_OAUTH_REFRESH_TOKEN": "refresh-token",
    }
    variables = tuple(variable(name, "secretString", None, value) for name, value in secrets.items())
    rule = PortForward(server.host, server.port, 30000 + server.port)

    with SimulatedMailPath(clock=lambda: NOW) as mail_path:
        mail_path.configure([server])
        result = mail_path.send(SendRequest(configuration, "publish", variables, in_force(rule)))

    assert result.delivered, result.error


def test_what_configurations_are_made_of_holds_no_secret() -> None:
    assert "hunter2" not in repr(configured_by(PROPERTIES))
    assert "hunter2" not in repr(rendered())
