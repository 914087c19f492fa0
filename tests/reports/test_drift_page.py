"""What a drift report says as a page, and as JUnit."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from aem_mail.checks.ignores import Ignore
from aem_mail.drift.live import Live
from aem_mail.errors import NotPermitted
from aem_mail.osgi import MAIL_SERVICE_PID
from aem_mail.osgi.mail_service import MailService, render_mail_service
from aem_mail.reports.document import Document, Group, Outcome
from aem_mail.reports.drift import to_document
from aem_mail.reports.html import to_html
from aem_mail.reports.junit import to_junit
from aem_mail.reports.mail_path import WIDE, to_svg
from aem_mail.reports.mail_path.model import State
from tests.drift.build import (
    HERE,
    enabled,
    entry,
    infrastructure,
    live,
    live_secret,
    live_variable,
    networking,
    ready_infrastructure,
    report,
    resource,
    rule,
    secret,
    stack,
    variable,
)
from tests.markup import parsed
from tests.reports.test_html import assert_harmless
from tests.reports.test_junit import assert_valid

MADE = datetime(2030, 6, 1, 9, 30, tzinfo=UTC)
MAIL = render_mail_service(MailService(30465, 465, "noreply@wknd.site", "EMAIL_USERNAME", "EMAIL_PASSWORD"))
FILE = resource("OsgiConfig", "mail", {"directory": "osgi", "pid": MAIL_SERVICE_PID, "properties": MAIL, "content": "{}"})
CLEAN = {"networking": enabled(entry()), "variables": [live_variable()], "programs": [ready_infrastructure()]}
STACK = stack(networking(), rule(), variable(), infrastructure())


def paged(there: dict[str, object], *ignores: Ignore) -> Document:
    return to_document(report(STACK, there=live(**there), ignores=ignores))  # type: ignore[arg-type]  # the parts of CLEAN


def group(page: Document, title: str = "environment 20001") -> Group:
    return next(one for one in page.groups if one.title == title)


def test_what_is_as_recorded_passes_by_name() -> None:
    page = paged(CLEAN)

    assert page.lead == "no drift"
    drift = [entry for one in page.groups for entry in one.entries if entry.key.startswith("drift:")]
    assert drift == []
    assert "PortForward rule-30465 of stack dev: as recorded" in group(page).passed
    assert group(page, "program 10001").passed == ("NetworkInfrastructure infra of stack dev: as recorded",)
    assert group(page).labels == ("wknd dev", "dev", "ready", "stack dev")


def test_what_changed_is_a_failure_with_both_sides_its_cost_and_the_ways_to_fix_it() -> None:
    one = group(paged(CLEAN | {"networking": enabled(entry(port_dest=587))}))

    changed = one.entries[0]
    assert (changed.kind, changed.level, changed.outcome) == ("changed", State.ERROR, Outcome.FAILURE)
    assert changed.key == "drift:changed:PortForward:10001/20001/30465"
    assert "1 PUT" in changed.fix
    (table,) = changed.tables
    assert [[cell.text for cell in row] for row in table.rows if row[0].text == "port_dest"] == [["port_dest", "465", "465", "587"]]
    assert [cell.level for row in table.rows for cell in row if cell.text == "587"] == [State.WARNING]
    assert any(snippet.text for snippet in changed.snippets)
    assert not any("rule-30465" in name for name in one.passed)


def test_what_could_not_be_read_is_an_error_and_lets_nothing_pass() -> None:
    page = paged(CLEAN | {"networking": NotPermitted("Not allowed.", status=403)})

    unknown = group(page).entries[0]
    assert (unknown.kind, unknown.outcome) == ("unknown", Outcome.ERROR)
    assert not any("as recorded" in name for name in group(page).passed)
    (error,) = [one for suite in parsed(to_junit(page, MADE)) for one in suite.iter("error")]
    assert error.attrib["type"] == "unknown"


def test_what_somebody_lives_with_is_skipped() -> None:
    key = "drift:changed:PortForward:10001/20001/30465"
    ignore = Ignore(key, "we try it", "mail-team", date(2031, 1, 1))

    (entry_,) = [one for one in group(paged(CLEAN | {"networking": enabled(entry(port_dest=587))}, ignore)).entries if one.key == key]

    assert (entry_.outcome, entry_.note) == (Outcome.SKIPPED, "Ignored until 2031-01-01: we try it; mail-team.")


def test_a_secret_that_cannot_be_verified_is_not_called_right() -> None:
    there = live(enabled(entry()), [live_secret()], programs=[ready_infrastructure()])

    one = group(to_document(report(stack(networking(), rule(), secret()), there=there)))

    assert any("EMAIL_PASSWORD" in skipped.name for skipped in one.skipped)
    assert not any("EMAIL_PASSWORD" in name for name in one.passed)


def test_the_way_of_the_mail_is_drawn_where_the_stack_has_a_configuration() -> None:
    there = replace(live(enabled(entry()), [], programs=[ready_infrastructure()]), files={FILE["id"]: "{}"})

    with_file = to_document(report(stack(networking(), rule(), FILE), there=there))

    assert [picture.title for picture in group(with_file).pictures] == ["Mail path of author, publish and preview"]
    assert group(paged(CLEAN)).pictures == ()


def test_the_page_is_well_formed_whatever_somebody_called_his_rule() -> None:
    page = paged(CLEAN | {"networking": enabled(entry(), entry(30466, "<script>alert(1)</script>"))})

    assert_harmless(to_html(page, MADE))
    assert_valid(parsed(to_junit(page, MADE)))


def drawn(there: Live, *resources: Mapping[str, Any]) -> str:
    (picture,) = group(to_document(report(stack(*resources), there=there))).pictures
    return parsed(to_svg(picture, WIDE, standalone=False))[1].text or ""


def test_the_way_is_drawn_as_it_is_live_and_coloured_by_what_drifted() -> None:
    changed = live(enabled(entry(host="other.example.com")), [], programs=[ready_infrastructure()], files={FILE["id"]: "{}"})
    missing = replace(changed, environments={HERE: replace(changed.environments[HERE], networking=enabled())})

    assert "port forward: 30465 → other.example.com:465 (drift: changed), error." in drawn(changed, networking(), rule(), FILE)
    assert "port forward: none (drift: missing), error: M02 error" in drawn(missing, networking(), rule(), FILE)


def test_what_several_environments_share_colours_the_way_of_each() -> None:
    there = live(enabled(entry()), [], programs=[replace(ready_infrastructure(), region="va6")], files={FILE["id"]: None})

    told = drawn(there, networking(), rule(), infrastructure(), FILE)

    assert "OSGi configuration: config (" in told
    assert told.count("drift: missing") == 2


def test_what_drifted_beside_the_way_does_not_colour_it() -> None:
    there = live(enabled(entry(), entry(30636, "elsewhere.example.com")), [], programs=[ready_infrastructure()], files={FILE["id"]: "{}"})

    assert "drift" not in drawn(there, networking(), rule(), rule(30636, "ldap.example.com"), FILE)


def test_drift_that_somebody_lives_with_does_not_colour_the_way() -> None:
    there = live(enabled(entry(host="other.example.com")), [], programs=[ready_infrastructure()], files={FILE["id"]: "{}"})
    ignore = Ignore("drift:changed:PortForward:*", "we try it", "mail-team", date(2031, 1, 1))

    page = to_document(report(stack(networking(), rule(), FILE), there=there, ignores=[ignore]))

    (picture,) = group(page).pictures
    assert "port forward: 30465 → other.example.com:465, ok." in (parsed(to_svg(picture, WIDE, standalone=False))[1].text or "")


def test_what_could_not_be_read_is_not_drawn_as_if_it_were_right() -> None:
    there = live(NotPermitted("Not allowed.", status=403), [], programs=[ready_infrastructure()], files={FILE["id"]: "{}"})

    assert "port forward: not known, unknown." in drawn(there, networking(), rule(), FILE)
