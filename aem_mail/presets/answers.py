"""What an answer of a mail server, a token endpoint or Cloud Manager, a line of AEM's log or a copied connectivity test means."""

from functools import cache
from importlib.resources import files

import yaml

from aem_mail.presets.connectivity_test import read_connectivity_test
from aem_mail.presets.explanation import Explanation

LONGEST = 4000
"""Characters of an answer that are looked at."""


def explain(answer: str) -> list[Explanation]:
    """Return what the answer may mean, the closest first; nothing for what is not known."""
    one_line = " ".join(answer[:LONGEST].split())
    return read_connectivity_test(answer) or [one for one in explanations() if one.fits(one_line)]


@cache
def explanations() -> tuple[Explanation, ...]:
    """Return all that is known."""
    entries = yaml.safe_load(files("aem_mail.presets").joinpath("answers.yaml").read_text(encoding="utf-8"))
    return tuple(Explanation(**{**entry, "checks": tuple(entry["checks"])}) for entry in entries)
