"""Calendar dates."""

import datetime
import re
from collections.abc import Iterator
from typing import Any, Final

from aem_mail.errors import Problem
from aem_mail.kinds.shapes import shape, shown

DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@shape(type="string", format="date")
def date(path: str, value: Any) -> Iterator[Problem]:
    """Check a date in ISO 8601's extended form."""
    try:
        if not isinstance(value, str) or DATE.fullmatch(value) is None:
            raise ValueError(value)
        datetime.date.fromisoformat(value)
    except ValueError:
        yield Problem(path, f"must be a date such as '2026-12-31', not {shown(value)}")
