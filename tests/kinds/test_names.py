"""Nobody but a kind's own files names it as a text: everybody else asks the registry what a kind is."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import aem_mail
from aem_mail.kinds.published_configuration import NAME
from tests.strategies import KINDS

PACKAGE: Final = Path(aem_mail.__file__).parent
NAMES: Final = frozenset(f"{kind}{end}" for kind in (*KINDS, "MailEgress", NAME) for end in ("", "Args"))
MAY_NAME_THEM: Final = {
    "kinds/": "where each kind says what it is called",
    "resources/": "where each has its class in a program, which the engine knows by that name",
    "__init__.py": "the public names",
    "mail_egress/__init__.py": "the public names of the component's module",
    "model/__init__.py": "values of the API, which are called as the API calls them",
}


def texts(path: Path) -> Iterator[str]:
    """Yield the whole texts in a module."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def files_that_name_a_kind() -> set[str]:
    return {path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py") if not NAMES.isdisjoint(texts(path))}


def test_nobody_else_names_a_kind() -> None:
    assert {file for file in files_that_name_a_kind() if not file.startswith(tuple(MAY_NAME_THEM))} == set()


def test_whoever_may_name_a_kind_does() -> None:
    named = files_that_name_a_kind()

    assert [place for place in MAY_NAME_THEM if not any(file.startswith(place) for file in named)] == []
