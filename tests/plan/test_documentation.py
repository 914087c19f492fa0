"""docs/plan.md tells every field of the JSON report."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from aem_mail.plan.plan import Asked
from aem_mail.reports.plan import to_json
from tests.plan.recordings import planned

DOCUMENTED = (Path(__file__).parents[2] / "docs" / "plan.md").read_text(encoding="utf-8")
WORDS = frozenset(word for code in re.findall(r"`([^`\n]+)`", DOCUMENTED) for word in re.findall(r"[A-Za-z]+", code))


def fields(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, item in value.items():
            yield name
            yield from fields(item)
    elif isinstance(value, list):
        for item in value:
            yield from fields(item)


def test_every_field_of_the_report_is_documented() -> None:
    assert set(fields(to_json(planned("create")))) <= WORDS


def test_every_answer_to_whether_it_was_asked_is_documented() -> None:
    assert {str(one) for one in Asked} <= WORDS
