"""The report in its forms."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # it has no types
import pytest

from aem_mail.drift.finding import Impact, RemedyKind
from aem_mail.drift.fleet import DriftReport
from aem_mail.drift.state import StackState
from aem_mail.errors import AemMailError, InvalidInput, NotPermitted
from aem_mail.model.drift_classes import DriftClass
from aem_mail.reports.drift import MOST_SNIPPETS, SCHEMA_VERSION, cost_sentence, headline, to_document
from aem_mail.reports.markdown import to_markdown
from aem_mail.reports.text import to_text
from tests.drift.build import (
    FILE_ID,
    enabled,
    entry,
    file,
    infrastructure,
    live,
    live_secret,
    live_variable,
    networking,
    ready_infrastructure,
    report,
    rule,
    secret,
    stack,
    urn,
    variable,
)

DOCS = Path(__file__).parents[2] / "docs"
SCHEMA = json.loads((DOCS / "drift.schema.json").read_text(encoding="utf-8"))
FORBIDDEN = NotPermitted("Not allowed (request id 1).", status=403)


@pytest.fixture(scope="module")
def full() -> DriftReport:
    """Return a report with a finding of every class that needs no preview."""
    declared = stack(
        networking(non_proxy_hosts=["a.example"]), rule(), variable(), secret(), infrastructure(), file(a=1), rule(30470, delete=True)
    )
    there = live(
        enabled(entry(port_dest=587), entry(30999), hosts=["a.example"]), [live_variable("X_1", "\x1b[31mred")], files={FILE_ID: None}
    )
    interrupted = stack(variable("Y_1"), name="other", pending=[{"type": "updating", "resource": rule(30471)}])
    return report(declared, interrupted, there=there)


def reports() -> list[DriftReport]:
    empty = report(stack(), there=live())
    unknown = report(stack(rule()), there=live(FORBIDDEN))
    updating = report(stack(rule()), there=live(enabled(), status="updating"))
    broken = report(stack(rule()), StackState("broken", InvalidInput("pulumi", [])), there=live(enabled(entry())))
    return [empty, unknown, updating, broken]


def test_every_report_is_as_its_schema_says(full: DriftReport) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    validator = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker())

    for one in (full, *reports()):
        assert [error.message for error in validator.iter_errors(to_document(one).data)] == []


def test_the_schema_takes_no_less_than_what_is_written(full: DriftReport) -> None:
    validator = jsonschema.Draft202012Validator(SCHEMA)
    for field in to_document(full).data:
        assert list(validator.iter_errors({name: value for name, value in to_document(full).data.items() if name != field}))
    assert SCHEMA["properties"]["schemaVersion"]["const"] == SCHEMA_VERSION
    assert set(SCHEMA["$defs"]["finding"]["properties"]["class"]["enum"]) == set(DriftClass)


def test_every_field_and_every_class_is_documented(full: DriftReport) -> None:
    text = (DOCS / "drift.md").read_text(encoding="utf-8")
    words = {word for code in re.findall(r"`([^`\n]+)`", text) for word in re.findall(r"[A-Za-z]+", code)}
    document = {name: value for name, value in to_document(full).data.items() if name != "checks"}

    assert {str(one) for one in DriftClass} | {str(one) for one in RemedyKind} <= words
    assert set(fields(document)) <= words


def fields(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*map(fields, value.values()))
    return set().union(*map(fields, value)) if isinstance(value, list) else set()


@pytest.mark.parametrize("write", [to_text, to_markdown])
def test_people_read_what_drifted_what_its_fix_costs_and_what_to_do(full: DriftReport, write: Any) -> None:
    text = write(to_document(full)).replace("\\", "").replace("`", "")

    assert "changed: PortForward rule-30465 of stack dev, 30465 → smtp.example.com:465: port_dest is 587 instead of 465." in text
    assert "Fix: 1 PUT; about 10 minutes, no restart." in text
    assert "unmanaged: PortForward, 30999 → smtp.example.com:465" in text
    assert "pulumi up --refresh --stack dev" in text
    assert "- check: drift:unmanaged:PortForward:10001/20001/30999" in text
    assert "is still to be deleted" in text
    assert "What is unknown is not clean" in text


def test_no_control_character_of_somebody_elses_text_reaches_a_terminal(full: DriftReport) -> None:
    assert "\x1b" not in to_text(to_document(full))


def test_the_headline_counts_drift_first_and_never_hides_what_is_unknown(full: DriftReport) -> None:
    assert headline(full) == "1 changed, 5 missing, 2 unmanaged, 1 unknown"
    assert headline(reports()[0]) == "no drift"
    assert headline(reports()[1]) == "no drift, 1 unknown"


def test_a_selected_stack_that_is_empty_has_no_name_to_be_told_by() -> None:
    text = to_text(to_document(report(stack(name=""), there=live())))

    assert "- the selected stack: Nothing of this package is recorded" in text


def test_what_is_too_long_to_paste_is_counted() -> None:
    foreign = enabled(*(entry(30000 + place) for place in range(MOST_SNIPPETS + 5)))

    text = to_text(to_document(report(stack(networking()), there=live(foreign))))

    assert text.count("- check: ") == MOST_SNIPPETS
    assert "5 more are in the JSON." in text


@pytest.mark.parametrize(
    ("impact", "sentence"),
    [
        (Impact(), "nothing is sent to Cloud Manager"),
        (Impact(puts=1, minutes=10), "1 PUT; about 10 minutes, no restart"),
        (
            Impact(1, 2, 1, 2, (("author", "publish"), ("preview",)), 75),
            "1 POST, 2 PUTs, 1 DELETE, 2 PATCHes; about 75 minutes, restarts author and publish, preview",
        ),
    ],
)
def test_a_cost_is_one_sentence(impact: Impact, sentence: str) -> None:
    assert cost_sentence(impact) == sentence


def test_the_example_of_the_documentation_is_what_is_written() -> None:
    page = (DOCS / "drift.md").read_text(encoding="utf-8")
    example = page.partition("$ aem-mail drift --stack dev\n")[2].partition("```")[0]
    parent = "urn:pulumi:dev::project::aem:mail:MailEgress::mail"
    parts = [networking(), {**rule(), "urn": urn("PortForward", "mail-port-forward")}, secret(), secret("EMAIL_USERNAME")]
    declared = stack(*({**one, "parent": parent} for one in parts), config={"aem-mail:smtp": "{}"})
    secrets = [live_secret(), live_secret("EMAIL_USERNAME")]
    there = live(enabled(entry(port_dest=587)), [*secrets, live_variable("DEBUG", "true")], programs=[ready_infrastructure()])

    shown = ".*".join(re.escape(part) for part in example.split("…\n"))
    assert re.fullmatch(shown, to_text(to_document(report(declared, there=there))), re.DOTALL)


def test_a_report_holds_no_error_but_texts(full: DriftReport) -> None:
    assert not any(isinstance(value, AemMailError) for value in to_document(full).data.values())
    assert json.loads(json.dumps(to_document(full).data)) == to_document(full).data
