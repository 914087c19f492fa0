"""The TypedDicts of arguments, made of the classes that hold them, so that names, types and docstrings are written once."""

import ast
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final

CHECKOUT: Final = Path(__file__).resolve().parents[2]
HEAD: Final = '''"""Arguments as dictionaries, for type checkers and editors. Made of the classes of arguments: `make docs`."""

from __future__ import annotations'''
FOR_TYPES: Final = "if TYPE_CHECKING:"
Imports = dict[str, set[str]]
"""The names that are imported from a module; none of a module that is imported as it is."""


def module(package: str, *names: str) -> str:
    """Return the module with a TypedDict for each class of arguments that some modules of a package hold."""
    trees = {f"{package}.{name}": ast.parse(_path(f"{package}.{name}").read_text(encoding="utf-8")) for name in names}
    classes = {one.name: one for tree in trees.values() for one in tree.body if isinstance(one, ast.ClassDef) and _is_dataclass(one)}
    used = {
        node.id for one in classes.values() for field in _fields(one) for node in ast.walk(field.annotation) if isinstance(node, ast.Name)
    }
    outside: Imports = {"typing": {"NotRequired", "TypedDict"}}
    inside: Imports = {name: {one.name for one in tree.body if isinstance(one, ast.ClassDef)} & used for name, tree in trees.items()}
    for tree in trees.values():
        _add_imports(outside, tree, used)
    if any(inside.values()):
        outside["typing"].add("TYPE_CHECKING")
    parts = [HEAD, *_sections(outside), *_for_types(inside)]
    return "\n\n\n".join(["\n\n".join(parts), *("\n".join(_dictionary(one)) for one in classes.values())])


def _path(name: str) -> Path:
    return CHECKOUT.joinpath(*name.split(".")).with_suffix(".py")


def _is_dataclass(node: ast.ClassDef) -> bool:
    return any(ast.unparse(one) == "dataclass" for one in node.decorator_list)


def _fields(node: ast.ClassDef) -> list[ast.AnnAssign]:
    return [one for one in node.body if isinstance(one, ast.AnnAssign) and ast.unparse(one.annotation) != "KW_ONLY"]


def _add_imports(imports: Imports, tree: ast.Module, used: set[str]) -> None:
    for statement in tree.body:
        if isinstance(statement, ast.Import):
            imports.update({alias.name: set() for alias in statement.names if alias.name in used})
        elif isinstance(statement, ast.ImportFrom) and statement.module:
            names = {alias.name for alias in statement.names} & used
            if names:
                imports.setdefault(statement.module, set()).update(names)


def _sections(imports: Imports) -> Iterator[str]:
    """Yield imports as the linter sorts them."""
    sections = (lambda name: ("." not in name and name != "pulumi") or name == "collections.abc", lambda name: name == "pulumi")
    left = dict(sorted(imports.items()))
    for belongs in (*sections, lambda _: True):
        section = [name for name in left if belongs(name)]
        if section:
            yield "\n".join(_import(name, left.pop(name)) for name in section)


def _import(name: str, names: set[str]) -> str:
    if not names:
        return f"import {name}"
    return f"from {name} import {', '.join(sorted(names, key=lambda one: (not one.isupper(), one)))}"


def _for_types(imports: Imports) -> Sequence[str]:
    lines = [f"    {_import(name, names)}" for name, names in sorted(imports.items()) if names]
    return ["\n".join([FOR_TYPES, *lines])] if lines else []


def _dictionary(node: ast.ClassDef) -> Iterator[str]:
    yield f"class {node.name}Dict(TypedDict):"
    yield f'    """{node.name} as a dictionary."""'
    yield ""
    for field, docstring in documented(node):
        annotation = ast.unparse(field.annotation).replace("'", "")
        yield f"    {ast.unparse(field.target)}: {annotation if field.value is None else f'NotRequired[{annotation}]'}"
        yield f'    """{docstring}"""'


def documented(node: ast.ClassDef) -> Iterator[tuple[ast.AnnAssign, str]]:
    """Yield each field of a class with its docstring."""
    for field, following in pairwise(node.body):
        if isinstance(field, ast.AnnAssign) and isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant):
            yield field, str(following.value.value)
