"""The folder of a Pulumi project, and the file that makes it one."""

from pathlib import Path
from typing import Final

from aem_mail.files import is_file

PROJECT_FILES: Final = ("Pulumi.json", "Pulumi.yaml", "Pulumi.yml")
"""In the order in which Pulumi looks for them."""


def project_folder(start: Path) -> Path:
    """Return the absolute folder of Pulumi.yaml, as Pulumi looks for it: ``start`` or the nearest one above; ``start`` if there is none."""
    here = start.resolve()
    return next((folder for folder in (here, *here.parents) if project_file(folder) is not None), here)


def project_file(folder: Path) -> Path | None:
    """Return the file that makes a folder a Pulumi project: Pulumi.yaml, or the same as .yml or .json; None where there is none."""
    return next((folder / name for name in PROJECT_FILES if is_file(folder / name)), None)
