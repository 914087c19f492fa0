"""OAuth 2.0 from the declaration to the mail: secrets set, both files written, a token got, and XOAUTH2 with it."""

import json
import subprocess
from typing import Any

import pytest

from aem_mail.osgi import MAIL_SERVICE_PID, OAUTH_PID
from tests.flow.conftest import Simulator
from tests.flow.stack import Stack

pytestmark = pytest.mark.flow

MAILBOX = "noreply@wknd.site"
TENANT = "11111111-2222-3333-4444-555555555555"
CLIENT_SECRET, REFRESH_TOKEN, ROTATED = "client-secret-of-wknd", "refresh-token-of-wknd", "another-refresh-token"
VARIABLES = ["EMAIL_USERNAME", "SECRET_SMTP_OAUTH_CLIENT_SECRET", "SECRET_SMTP_OAUTH_REFRESH_TOKEN"]

PROGRAM = f"""
mail = MailEgress("mail", MailEgressArgs(
    P, E, Smtp(preset="microsoft365"), "{MAILBOX}", username="{MAILBOX}",
    egress=Egress("managed", "flexiblePortEgress", "va7"), osgi=Osgi("osgiconfig"), services=["author", "publish"],
    oauth=OAuth(
        "an-id", tenant="{TENANT}", client_secret_from="env:MAIL_CLIENT_SECRET", refresh_token_from="env:MAIL_REFRESH_TOKEN",
        client_secret_expires_at="2999-01-01",
    ),
))
for name, value in mail.outputs().items():
    pulumi.export(name, value)
"""
FROM_SETTINGS = """
from aem_mail.program import mail_egress_args
MailEgress("mail", mail_egress_args())
"""


@pytest.fixture
def secured(stack: Stack, simulator: Simulator) -> Stack:
    """Return a stack that knows its secrets, beside a Microsoft 365 that takes no passwords."""
    stack.watch.add(CLIENT_SECRET, REFRESH_TOKEN, ROTATED)
    stack.env |= {"MAIL_CLIENT_SECRET": CLIENT_SECRET, "MAIL_REFRESH_TOKEN": REFRESH_TOKEN}
    microsoft_knows(simulator, REFRESH_TOKEN)
    return stack


def microsoft_knows(simulator: Simulator, refresh_token: str) -> None:
    grant = {"refreshToken": refresh_token, "scopes": ["https://outlook.office.com/SMTP.Send"]}
    oauth = {"provider": "microsoft365", "tenant": TENANT, "clientId": "an-id", "clientSecret": CLIENT_SECRET, "users": {MAILBOX: grant}}
    server = {"host": "smtp.office365.com", "port": 587, "tls": "starttls", "basicAuth": "disabled", "oauth": oauth}
    simulator.http.put("/_sim/smtp", json=[server]).raise_for_status()


def test_a_mail_arrives_by_oauth_and_a_rotated_refresh_token_is_one_patch(secured: Stack, simulator: Simulator) -> None:
    osgi = secured.folder / "osgiconfig"

    secured.program(PROGRAM).up()

    assert sorted(simulator.mutations()) == ["PATCH variables", "POST networkInfrastructures", "PUT advancedNetworking"]
    assert simulator.rules() == {30587: "smtp.office365.com:587"}
    outputs = secured.outputs()
    shown = [(one["name"], one["service"]) for one in outputs["variables"]]
    assert shown == [(name, service) for name in VARIABLES for service in ("author", "publish")]
    assert simulator.variable_names() == [name for name, _ in shown]
    assert [one["pid"] for one in outputs["osgiConfig"]] == [MAIL_SERVICE_PID, OAUTH_PID]
    for one in outputs["osgiConfig"]:
        assert (secured.folder / one["path"]).read_text() == one["content"]
    assert [simulator.send(osgi, tier=tier)["stage"] for tier in ("preview", "author")] == ["auth", "done"]
    assert [(mail["user"], mail["tls"], mail["host"]) for mail in simulator.mails()] == [(MAILBOX, "starttls", "smtp.office365.com")]

    simulator.forget_journal()
    secured.up("--expect-no-changes")
    assert simulator.mutations() == []

    microsoft_knows(simulator, ROTATED)
    refused = simulator.send(osgi)
    assert (refused["stage"], "invalid_grant" in refused["error"]) == ("auth", True)
    secured.env["MAIL_REFRESH_TOKEN"] = ROTATED
    secured.up()
    assert simulator.mutations() == ["PATCH variables"]
    assert simulator.send(osgi)["delivered"]


def test_a_mistake_of_oauth_stops_the_preview(secured: Stack) -> None:
    secured.program(PROGRAM.replace("client_secret_expires_at", 'scopes=["openid"], client_secret_expires_at'))

    assert "M13 error: " in secured.preview(code=1).output


def test_the_settings_of_a_stack_do_the_same_and_keep_their_secrets(secured: Stack, simulator: Simulator) -> None:
    plain: dict[str, Any] = {
        "programId": "10001",
        "environmentId": "20001",
        "egress.mode": "managed",
        "egress.kind": "flexiblePortEgress",
        "egress.region": "va7",
        "smtp.preset": "microsoft365",
        "fromAddress": MAILBOX,
        "username": MAILBOX,
        "osgi.directory": "osgiconfig",
        "oauth.clientId": "an-id",
        "oauth.tenant": TENANT,
        "oauth.clientSecretFrom": "env:MAIL_CLIENT_SECRET",
    }
    secured.run(
        "config", "set-all", "--path", *[text for key, value in plain.items() for text in ("--plaintext", f"aem-mail:{key}={value}")]
    )
    command = ["pulumi", "--cwd", str(secured.folder), "config", "set", "--path", "--secret", "aem-mail:oauth.refreshToken"]
    subprocess.run(command, env=secured.env, input=REFRESH_TOKEN, text=True, check=True, capture_output=True)

    secured.program(FROM_SETTINGS).up()

    assert simulator.send(secured.folder / "osgiconfig")["delivered"]
    assert "value" in secured.resource("mail-refresh-token")["inputs"]
    assert REFRESH_TOKEN not in json.dumps(secured.resources())
