"""What in a checkout comes from the code: `make docs` writes it, and tests/tools/docs compares it."""

from collections.abc import Callable, Mapping
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Final

from tools.docs import checks, presets, template

CHECKOUT: Final = Path(__file__).resolve().parents[2]
SCHEMAS: Final = ("check.schema.json", "drift.schema.json")
"""What the package has, with a copy for those who read."""


def _schema(name: str) -> Callable[[], str]:
    return partial(files("aem_mail.reports").joinpath(name).read_text, encoding="utf-8")


GENERATED: Final[Mapping[str, Callable[[], str]]] = {
    "docs/checks.md": checks.page,
    "docs/presets.md": presets.page,
    **{f"docs/{name}": _schema(name) for name in SCHEMAS},
    **template.files(),
}
"""The files with what returns the content of each."""


def content(name: str) -> str:
    """Return what one of the files has to hold."""
    return f"{GENERATED[name]().rstrip()}\n"
