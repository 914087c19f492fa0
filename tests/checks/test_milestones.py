"""When a provider ends passwords, as M15 tells it."""

from datetime import date

import pytest

from aem_mail.checks.oauth import announced
from aem_mail.presets import presets

FIRST, SECOND = presets()["microsoft365"].password_ends


@pytest.mark.parametrize(
    ("today", "left"),
    [
        (date(2026, 11, 28), "from 2026-12-31 on, 33 days from now."),
        (date(2026, 12, 30), "from 2026-12-31 on, 1 day from now."),
        (date(2026, 12, 31), "from 2026-12-31 on, which has come."),
        (date.min, "from 2026-12-31 on."),
    ],
)
def test_the_days_that_are_left_are_told(today: date, left: str) -> None:
    text = announced(FIRST, today)

    assert text.startswith("By the announcement of 2026-01-27, it is off by default for existing tenants")
    assert text.endswith(left)


def test_what_has_no_day_yet_is_said_to_have_none() -> None:
    assert "removal is to be announced in the second half of 2027" in announced(SECOND, date(2026, 11, 28))
