"""docs/adopt.md tells every field of the JSON report, and every option."""

import re

from aem_mail.cli.main import _parser
from aem_mail.reports.adopt import AdoptionReport, Written, to_json
from tests.adopt.test_stack_settings import EVERYTHING
from tests.docs.markdown import REPOSITORY
from tests.plan.test_documentation import fields

DOCUMENTED = (REPOSITORY / "docs" / "adopt.md").read_text(encoding="utf-8")
WORDS = frozenset(word for code in re.findall(r"`([^`\n]+)`", DOCUMENTED) for word in re.findall(r"[A-Za-z]+", code))


def test_every_field_of_the_report_is_documented() -> None:
    assert set(fields(to_json(AdoptionReport(EVERYTHING, "prod", (Written("Pulumi.yaml", "the project"),))))) <= WORDS


def test_every_option_is_documented() -> None:
    subparsers = next(action for action in _parser(["adopt"])._actions if action.dest == "command")
    adopt = subparsers.choices["adopt"]  # type: ignore[index]

    assert {option for action in adopt._actions for option in action.option_strings} - {"-h", "--help"} <= set(
        re.findall(r"`(--[a-z-]+)`", DOCUMENTED)
    )
