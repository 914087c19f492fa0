"""What in a checkout comes from the code: `make docs` writes it, and tests/tools/docs compares it."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from tools.docs import checks, presets, template

CHECKOUT: Final = Path(__file__).resolve().parents[2]
GENERATED: Final[Mapping[str, Callable[[], str]]] = {
    "docs/checks.md": checks.page,
    "docs/presets.md": presets.page,
    **template.files(),
}
"""The files with what returns the content of each."""


def content(name: str) -> str:
    """Return what one of the files has to hold."""
    return f"{GENERATED[name]().rstrip()}\n"
