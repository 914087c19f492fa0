"""Which run modes a configuration's folder is for, as the analyser of AEM's build judges it.

Source: Adobe's aemanalyser-core 1.5.10 (RunModes, AemAnalyserUtil) and Sling's feature converter 1.3.6, which that build runs.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import PurePosixPath
from typing import Final

TIERS: Final = ("author", "publish")
TYPES: Final = ("dev", "stage", "prod", "rde")
RUN_MODES: Final = frozenset({*TIERS, *TYPES, *(f"{tier}.{type_}" for tier, type_ in product(TIERS, TYPES))})
"""What may follow `config.`; anything else is ignored, or fails the build."""
RIGHT_ORDER: Final = {f"{type_}.{tier}": f"{tier}.{type_}" for tier, type_ in product(TIERS, TYPES)}
BASE_FOLDER: Final = "config"
INSTALL_FOLDER: Final = "install"


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of configurations: `config` or `install`, and the run modes that its name has, joined by dots."""

    base: str
    run_modes: str = ""

    @property
    def name(self) -> str:
        return f"{self.base}.{self.run_modes}" if self.run_modes else self.base

    @property
    def is_taken(self) -> bool:
        """Whether AEM takes configurations from it, in some environment."""
        return self.base == BASE_FOLDER and (not self.run_modes or self.run_modes in RUN_MODES)

    def applies(self, active: Collection[str]) -> bool:
        """Say whether all run modes of its name are active."""
        return self.is_taken and set(self.modes) <= set(active)

    @property
    def modes(self) -> tuple[str, ...]:
        return tuple(filter(None, self.run_modes.split(".")))


def folder_named(name: str) -> Folder | None:
    """Return the folder of that name, None for one that holds no configurations."""
    base, _, run_modes = name.partition(".")
    return Folder(base, run_modes) if base in (BASE_FOLDER, INSTALL_FOLDER) else None


def folder_of(path: str) -> Folder | None:
    """Return the innermost folder of configurations that a file lies in, at any depth; None where it is in none."""
    return next(_folders(path), None)


def _folders(path: str) -> Iterator[Folder]:
    return filter(None, map(folder_named, reversed(PurePosixPath(path).parent.parts)))
