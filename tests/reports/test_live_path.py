from aem_mail.reports.live_path import live_paths
from aem_mail.reports.mail_path.model import MailPath, StationKind
from tests.drift.build import enabled, entry, live, live_secret, networking, ready_infrastructure, report, rule, secret, stack
from tests.reports.test_drift_page import FILE


def drifted(path: MailPath) -> list[StationKind]:
    return [station.kind for station in path.stations if any("drift: " in detail for detail in station.details)]


def test_a_variable_that_is_gone_colours_the_tiers_that_it_was_for() -> None:
    resources = (networking(), rule(), secret("EMAIL_USERNAME"), secret("EMAIL_PASSWORD", service="publish"), FILE)
    variables = [live_secret("EMAIL_USERNAME"), live_secret("EMAIL_PASSWORD", service="author")]
    there = live(enabled(entry()), variables, programs=[ready_infrastructure()], files={FILE["id"]: "{}"})
    found = report(stack(*resources), there=there)

    author, others = live_paths(found.environments[0], found.findings)

    assert (author.tiers, drifted(author)) == (("author",), [])
    assert (others.tiers, drifted(others)) == (("publish", "preview"), [StationKind.VARIABLES])
