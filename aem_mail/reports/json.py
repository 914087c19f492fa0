"""A report as JSON."""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

UNPRINTABLE: Final = re.compile("[\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What JSON leaves as it is, although terminals obey it or UTF-8 has no bytes for it."""


def to_json(value: Mapping[str, Any]) -> str:
    """Write a value as JSON that every terminal can be shown and every file can hold; ends with a line break."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    return UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n"
