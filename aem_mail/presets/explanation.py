"""An answer's meaning, its fix, and the checks that look for its cause."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Explanation:
    """The meaning of an answer and its fix; ``checks`` are the ids that look for the cause."""

    match: str
    meaning: str
    fix: str
    checks: tuple[str, ...]
    source: str

    def fits(self, answer: str) -> bool:
        return re.search(self.match, answer, re.IGNORECASE) is not None
