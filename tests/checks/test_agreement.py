"""Checks and mails agree: whatever is put together, a mail arrives exactly if no check finds an error."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aem_mail.checks import Declaration, Severity, find_mistakes
from aem_mail.checks.place import Place
from aem_mail.model import PortForward
from aem_mail.osgi import MAIL_SERVICE_PID, PROXY_HOST_PLACEHOLDER
from aem_mail.simulator.mail import SimulatedMailPath
from tests.checks.situations import (
    HOST,
    SERVERS,
    Aem,
    Situation,
    declared,
    healthy,
    infrastructure,
    live_of,
    mail_file,
    secret,
    string,
)

RULES = (PortForward(HOST, 465, 30465), PortForward(HOST, 587, 30587), PortForward(HOST, 587, 30465), PortForward("10.1.2.3", 465, 30466))
FOLDERS = ("config", "config.author", "config.author.dev", "config.dev", "config.publish", "config.prod", "config.live", "install")
SERVICES = (None, None, "author", "publish", "preview")


@pytest.fixture(scope="module")
def mail_path() -> Iterator[SimulatedMailPath]:
    with SimulatedMailPath() as started:
        started.configure(SERVERS)
        yield started


def mostly(usual: object, *others: object) -> st.SearchStrategy[object]:
    """Draw the usual value often, so that not every situation is spoilt many times over."""
    return st.sampled_from([*[usual] * len(others) * 2, *others])


def files() -> st.SearchStrategy[dict[str, str]]:
    properties = st.fixed_dictionaries(
        {
            "smtp_host": mostly(PROXY_HOST_PLACEHOLDER, "$[env:AEM_PROXY_HOST]", "proxy.tunnel", HOST, ""),
            "smtp_port": mostly("30465", "30587", "30466", "$[env:PORT;default=30465]", "465", None, 30587),
            "smtp_user": mostly("$[secret:EMAIL_USERNAME]", "$[env:EMAIL_USERNAME;default=nobody]", "$[env:EMAIL_USERNAME]"),
            "smtp_password": mostly("$[secret:EMAIL_PASSWORD]", "$[env:EMAIL_PASSWORD]", "$[secret:EMAIL_PASWORD]"),
            "smtp_ssl": mostly(True, False, "true"),
            "smtp_starttls": st.booleans(),
            "from_address": mostly("noreply@wknd.site", "WKND"),
        }
    )
    names = mostly(MAIL_SERVICE_PID, "com.day.cq.mailer.impl.DefaultMailService").map("{}.cfg.json".format)
    paths = st.builds("{}/{}".format, mostly("config", *FOLDERS), names)
    return st.dictionaries(paths, properties.map(lambda changes: mail_file(**changes)), min_size=1, max_size=2)


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    """Draw what is declared, and what is there: mostly the same, and each with mistakes of its own otherwise."""
    declaration, other = draw(declarations()), draw(declarations())
    there = draw(st.sampled_from([declaration, declaration, other]))
    kind = str(there.kind)
    live = live_of(there, infrastructures=(infrastructure(kind, str(draw(mostly("ready", "failed", "creating")))),))
    return healthy(files=draw(files()), declaration=declaration, live=live)


@st.composite
def declarations(draw: st.DrawFn) -> Declaration:
    rules = {rule.port_orig: rule for rule in [*draw(st.lists(st.sampled_from(RULES), max_size=2)), *RULES[: draw(st.integers(0, 2))]]}
    kind = str(draw(mostly("flexiblePortEgress", "vpn", "dedicatedEgressIp")))
    variables = [
        draw(st.sampled_from([secret, secret, secret, string]))(name, value, draw(st.sampled_from(SERVICES)))
        for name, value in (("EMAIL_USERNAME", "apikey"), ("EMAIL_PASSWORD", "password123"))
    ]
    return declared(kind=kind, port_forwards=tuple(rules.values()), variables=tuple(variables))


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(situation=situations(), tier=st.sampled_from(["author", "publish", "preview"]))
def test_a_mail_arrives_exactly_if_no_check_finds_an_error(
    situation: Situation, tier: str, mail_path: SimulatedMailPath, tmp_path: Path
) -> None:
    directory = tmp_path / "project"
    shutil.rmtree(directory, ignore_errors=True)
    one_tier = Situation(situation.files, situation.declaration, situation.live, tiers=(tier,))

    errors = [finding for finding in find_mistakes(one_tier.subject(directory)) if finding.severity is Severity.ERROR]
    result = Aem(mail_path, directory).send(one_tier, tier)

    # What this mail does not need, or a file that this tier does not read, may be wrong or otherwise than declared anyway.
    concerning = [finding for finding in errors if finding.id not in ("M20", "M23", "M34") and not beside_the_way(finding.place)]
    if result.delivered:
        assert concerning == []
    else:
        assert errors, result.error


def beside_the_way(place: Place) -> bool:
    return any("impl.Default" in path or path.startswith(("config.live", "install")) for path in place.names)
