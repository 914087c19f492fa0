"""What an answer of a mail server, a token endpoint or Cloud Manager, or a line of AEM's log, means."""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

LONGEST = 4000
"""Characters of an answer that are looked at."""


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


def explain(answer: str) -> list[Explanation]:
    """Return what the answer may mean, the closest first; nothing for what is not known."""
    one_line = " ".join(answer[:LONGEST].split())
    return [one for one in explanations() if one.fits(one_line)]


@cache
def explanations() -> tuple[Explanation, ...]:
    """Return all that is known."""
    entries = yaml.safe_load(files("aem_mail.presets").joinpath("answers.yaml").read_text(encoding="utf-8"))
    return tuple(Explanation(**{**entry, "checks": tuple(entry["checks"])}) for entry in entries)
