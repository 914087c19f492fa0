"""What in docs/ comes from the code: `make docs` writes it, and tests/tools/docs compares it."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from tools.docs import checks, presets, simulator

DOCS: Final = Path(__file__).resolve().parents[2] / "docs"
GENERATED: Final[Mapping[str, Callable[[], str]]] = {"checks.md": checks.page, "presets.md": presets.page, "simulator.md": simulator.page}
"""The files of docs/ with what returns the content of each."""


def content(name: str) -> str:
    """Return what one of the files has to hold."""
    return f"{GENERATED[name]().rstrip()}\n"
