"""The tables of `docs/settings.md`, and what they say of each key."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from aem_mail.settings.connection import VARIABLES
from aem_mail.settings.keys import PREFIX

FOLDER: Final = Path(__file__).parent
PAGE: Final = FOLDER.parents[1] / "docs" / "settings.md"
REGION: Final = re.compile(r"(<!-- make docs: (\w+) -->\n\n).*?(\n\n<!-- end -->)", re.DOTALL)
HEADS: Final[Mapping[str, Sequence[str]]] = {
    "connection": ("environment variable", "configuration", "meaning"),
    "program": ("key", "meaning"),
    "beside": ("key", "declares", "meaning"),
}
LINK: Final = re.compile(r"\[([^]]*)\]\([^)]*\)")


@cache
def told() -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """Return the rows of each table."""
    rows: Mapping[str, Sequence[Mapping[str, Any]]] = yaml.safe_load((FOLDER / "settings.yaml").read_text(encoding="utf-8"))
    return rows


def page() -> str:
    """Return the page with its tables as they have to be."""
    return REGION.sub(lambda found: found[1] + "\n".join(_table(found[2])) + found[3], PAGE.read_text(encoding="utf-8"))


def meanings() -> dict[str, str]:
    """Return what is said of each key, as plain text."""
    return {key: LINK.sub(r"\1", row["meaning"]) for rows in told().values() for row in rows for key in row["keys"]}


def _table(name: str) -> Iterator[str]:
    heads = HEADS[name]
    yield f"| {' | '.join(heads)} |"
    yield f"|{' --- |' * len(heads)}"
    for row in told()[name]:
        names = [f"`{PREFIX}{key}`" for key in row["keys"]]
        key = (" or " if row.get("either") else ", ").join(names)
        cells = {"environment variable": f"`{VARIABLES.get(row['keys'][0])}`", "configuration": key, "key": key, **row}
        yield f"| {' | '.join(cells[head] for head in heads)} |"
