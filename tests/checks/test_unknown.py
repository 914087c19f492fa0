"""What is not known is not judged: an unknown variable is not an unset one, and facts that need no rules do not wait for them."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aem_mail.checks import Severity, find_mistakes
from aem_mail.checks.subject import ResolvedService
from aem_mail.simulator.mail import SimulatedMailPath
from tests.checks.oauth_cases import GMAIL, GMAIL_SERVER, GOOGLE, with_oauth
from tests.checks.situations import MAIL_FILE, Aem, Situation, healthy, live, mail_file, string, with_mail

FROM_DEFAULTS = {
    "smtp_host": "$[env:SMTP_HOST;default=localhost]",
    "smtp_port": "$[env:SMTP_PORT;default=1025]",
    "smtp_user": "$[env:SMTP_USER;default=]",
    "smtp_password": "$[secret:SMTP_PASSWORD;default=]",
    "from_address": "$[env:SMTP_FROM;default=]",
    "smtp_ssl": "$[env:SMTP_SSL;default=false]",
}
DEFAULTS = st.text(st.characters(blacklist_characters="[];\\$=\"'", min_codepoint=32, max_codepoint=126), max_size=30)


def alone(**mail: object) -> Situation:
    """Return an AEM project of which nothing else is known."""
    return healthy(declaration=None, files={MAIL_FILE: mail_file(**mail)})


def told(situation: Situation, directory: Path) -> list[str]:
    return [f"{one.id} {one.severity}" for one in find_mistakes(situation.subject(directory))]


def test_a_default_of_an_unknown_variable_is_told_as_what_happens_where_it_is_unset(tmp_path: Path) -> None:
    found = find_mistakes(alone(**FROM_DEFAULTS).subject(tmp_path))

    assert {one.severity for one in found} == {Severity.INFO}
    assert ["Where SMTP_HOST is unset: AEM would connect to localhost directly" in one.effect for one in found if one.id == "M01"] == [True]
    assert ["Where SMTP_FROM is unset: AEM would send nothing" in one.effect for one in found if one.id == "M17"] == [True]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    defaults=st.fixed_dictionaries(
        dict.fromkeys(["smtp_host", "smtp_port", "smtp_user", "from_address", "smtp_ssl", "oauth_flow"], DEFAULTS)
    )
)
def test_no_default_of_an_unknown_variable_is_an_error(defaults: dict[str, str], tmp_path: Path) -> None:
    read = {key: f"$[env:X_{number};default={default}]" for number, (key, default) in enumerate(defaults.items())}

    assert [one for one in find_mistakes(alone(**read).subject(tmp_path)) if one.severity is Severity.ERROR] == []


def test_what_is_known_to_be_unset_is_judged_by_its_default(tmp_path: Path) -> None:
    assert "M01 error" in told(replace(alone(**FROM_DEFAULTS), live=live()), tmp_path)


def test_the_variables_of_a_file_are_all_there_are(tmp_path: Path) -> None:
    subject = alone(smtp_host="$[env:SMTP_HOST;default=localhost]", smtp_password="$[secret:EMAIL_PASWORD]").subject(tmp_path)
    known = replace(subject, given=(string("SMTP_HOST", "proxy.tunnel"),))

    assert [one.id for one in find_mistakes(replace(subject, given=()))] == ["M01", "M09", "M09"]
    assert [one.id for one in find_mistakes(known)] == ["M09", "M09"]


@pytest.mark.parametrize("host", ["proxy.tunnel", "Proxy.Tunnel", "PROXY.TUNNEL.", "$[env:AEM_PROXY_HOST;default=Proxy.Tunnel]"])
def test_the_proxy_has_one_name_however_it_is_written(host: str, tmp_path: Path) -> None:
    assert told(with_mail(smtp_host=host), tmp_path) == []


def test_a_literal_mistake_is_found_beside_a_number_that_is_not_known(tmp_path: Path) -> None:
    assert told(alone(smtp_host="smtp.wknd.site", smtp_port="$[env:PORT;type=Integer;default=30465]"), tmp_path) == ["M01 error"]


def test_a_port_that_may_be_a_rules_is_no_mistake_where_the_rules_are_not_known(tmp_path: Path) -> None:
    for number, port in enumerate([30465, "30999", "$[env:PORT]", "$[env:PORT;default=587]"]):
        assert "M02 error" not in told(alone(smtp_port=port), tmp_path / str(number))


@pytest.fixture(scope="module")
def mail_path() -> Iterator[SimulatedMailPath]:
    with SimulatedMailPath() as started:
        started.configure([GMAIL_SERVER])
        yield started


def test_a_provider_that_is_not_used_is_told_once_and_mail_goes(tmp_path: Path, mail_path: SimulatedMailPath) -> None:
    situation = with_oauth(GOOGLE, rule=GMAIL, oauth_flow=False, smtp_password="$[secret:EMAIL_PASSWORD]")

    (finding,) = (one for one in find_mistakes(situation.subject(tmp_path)) if one.id == "M14")

    assert (finding.severity, "On author, publish and preview, AEM" in finding.effect) == (Severity.WARNING, True)
    assert Aem(mail_path, tmp_path).send(situation, "author").delivered


def test_a_value_is_never_shown_as_what_stands_for_one_that_is_not_known(tmp_path: Path) -> None:
    services: list[ResolvedService] = list(alone(**FROM_DEFAULTS).subject(tmp_path).mail_services())

    assert [service.text("smtp.host") for service in services] == [None, None, None]
