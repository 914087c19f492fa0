"""Checks and mails agree on OAuth 2.0: whatever is put together, no mail stops without a finding that says so."""

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from aem_mail.checks import Finding, Severity, find_mistakes
from aem_mail.simulator.mail import SimulatedMailPath
from tests.checks.oauth_cases import (
    CLIENT_SECRET,
    GMAIL,
    GMAIL_SERVER,
    GOOGLE,
    GOOGLE_MAIL,
    LOGIN,
    MAILBOX,
    MICROSOFT,
    OAUTH_FILE,
    OFFICE,
    OFFICE_SERVER,
    REFRESH_TOKEN,
    SEND,
    TENANT,
)
from tests.checks.situations import MAIL_FILE, PASSWORD, STARTTLS, TODAY, USERNAME, Aem, Situation, declared, healthy, live, mail_file
from tests.checks.test_agreement import mostly

ELSEWHERE = f"{LOGIN.replace('1', '9')}/token"
MICROSOFT_URLS = (
    f"{LOGIN}/token",
    f"{LOGIN.replace(TENANT, TENANT.upper())}/token",
    f"{LOGIN.replace(TENANT, 'common')}/token",
    ELSEWHERE,
    f"{LOGIN.replace('https', 'http')}/token",
    "https://oauth2.googleapis.com/token",
    "https://login.example.com/token",
    "login.microsoftonline.com",
    "",
    None,
)
NOT_TO_BE_TOLD = (ELSEWHERE, "https://login.example.com/token", "https://oauth2.example.com/token")
GOOGLE_URLS = (
    "https://oauth2.googleapis.com/token",
    "http://oauth2.googleapis.com/token",
    "https://oauth2.googleapis.com:8443/token",
    "https://oauth2.example.com/token",
    "",
    None,
)
MICROSOFT_SCOPES: tuple[object, ...] = (
    [SEND, "offline_access"],
    [SEND],
    ["offline_access"],
    f"{SEND} offline_access",
    f"{SEND},offline_access",
    [],
    None,
)
GOOGLE_SCOPES: tuple[object, ...] = ([GOOGLE_MAIL], ["openid", GOOGLE_MAIL], ["openid"], GOOGLE_MAIL, f"openid,{GOOGLE_MAIL}", None)


@pytest.fixture(scope="module")
def mail_path() -> Iterator[SimulatedMailPath]:
    now = datetime.combine(TODAY, time(), UTC).timestamp()
    with SimulatedMailPath(clock=lambda: now) as started:
        started.configure([OFFICE_SERVER, GMAIL_SERVER])
        yield started


def without_none(properties: dict[str, Any]) -> str:
    return json.dumps({key: value for key, value in properties.items() if value is not None})


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    microsoft = draw(st.booleans())
    urls, scopes = (MICROSOFT_URLS, MICROSOFT_SCOPES) if microsoft else (GOOGLE_URLS, GOOGLE_SCOPES)
    same = draw(st.booleans())
    refresh_url = draw(mostly(*urls))
    provider = {**(MICROSOFT if microsoft else GOOGLE), "refreshUrl": refresh_url, "scopes": draw(mostly(*scopes))}
    # Nobody can tell a whole provider or tenant that is not there from one that is.
    assume(not same or refresh_url not in NOT_TO_BE_TOLD)
    if same:
        provider |= {"authUrl": refresh_url, "tokenUrl": refresh_url}
    provider["refreshToken"] = draw(mostly(MICROSOFT["refreshToken"], "$[env:SECRET_SMTP_OAUTH_REFRESH_TOKEN]", "$[secret:TOKEN]"))
    service = {
        **STARTTLS,
        "oauth_flow": draw(mostly(True, False, "true", None)),
        "smtp_user": draw(mostly(MAILBOX, None, "$[secret:NOBODY]")),
        "smtp_password": draw(mostly("value not used", "$[secret:EMAIL_PASSWORD]")),
    }
    # Without OAuth, a mail service without a user may be one for a server that wants no login.
    assume(service["oauth_flow"] in (True, "true") or service["smtp_user"] is not None)
    files = {MAIL_FILE: mail_file(**service)}
    place = draw(mostly("config", "config.author", "config.publish"))
    if draw(mostly(True, False)):
        files[OAUTH_FILE.replace("config", str(place), 1)] = without_none(provider)
    variables = (USERNAME, PASSWORD, CLIENT_SECRET, *draw(mostly((REFRESH_TOKEN,), ())))  # type: ignore[misc]  # both are tuples
    return healthy(files=files, declaration=declared(OFFICE if microsoft else GMAIL, variables=variables), live=live())


def counts(finding: Finding) -> bool:
    """Two checks warn of what only some tenants refuse; the simulated one does."""
    return finding.severity is Severity.ERROR or finding.id in ("M13", "M15")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(situation=situations(), tier=st.sampled_from(["author", "publish"]))
def test_no_mail_stops_without_a_finding(situation: Situation, tier: str, mail_path: SimulatedMailPath, tmp_path: Path) -> None:
    directory = tmp_path / "project"
    shutil.rmtree(directory, ignore_errors=True)
    one_tier = Situation(situation.files, situation.declaration, situation.live, tiers=(tier,))

    found = [finding for finding in find_mistakes(one_tier.subject(directory)) if counts(finding)]
    result = Aem(mail_path, directory).send(one_tier, tier)

    assert result.delivered or found, result.error
