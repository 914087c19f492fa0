"""The template of `pulumi new`, made of the same files as `aem-mail init` writes."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from aem_mail.adopt.new_project import NewProject

FOLDER: Final = "templates/aem-mail"
MANIFEST: Final = "Pulumi.yaml"
ABOUT: Final = """template:
  description: E-mail for the environments dev, stage and prod of AEM as a Cloud Service
"""


def files() -> Mapping[str, Callable[[], str]]:
    """Return what returns the content of each file, by its path in the repository."""
    return {f"{FOLDER}/{name}": partial(_content, name) for name in _project().files()}


def _project() -> NewProject:
    # Pulumi puts the project's name there.
    return NewProject("${PROJECT}")


def _content(name: str) -> str:
    return _project().files()[name] + (ABOUT if name == MANIFEST else "")
