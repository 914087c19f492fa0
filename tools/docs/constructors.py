"""The docstrings of constructors, which editors show: of the class, and of each argument as the class of arguments has it."""

import ast
import re
from collections.abc import Iterator
from inspect import cleandoc
from pathlib import Path
from textwrap import fill, indent
from typing import Final

from tools.docs.dictionaries import documented

CHECKOUT: Final = Path(__file__).resolve().parents[2]
BODY: Final = r'(?: \.\.\.|\n {8}""".*?"""\n?)(?=\n {4}@)'
IN_ONE: Final = re.compile(rf"(args: (\w+)Args, opts: pulumi\.ResourceOptions \| None = None\s*\) -> None:){BODY}", re.DOTALL)
BY_NAMES: Final = re.compile(rf'(\*\*arguments: "Unpack\[(\w+)ArgsDict\]"\s*\) -> None:){BODY}', re.DOTALL)
"""The constructors with arguments in one object, and with each by its name."""
WIDTH: Final = 140


def module(path: str, arguments: str) -> str:
    """Return a module with the docstrings that its overloads have to have; ``arguments`` is the module with the classes of arguments."""
    text = (CHECKOUT / path).read_text(encoding="utf-8")
    classes = _classes(text) | _classes((CHECKOUT / arguments).read_text(encoding="utf-8"))

    def described(found: re.Match[str]) -> str:
        told = [*_paragraphs(classes[found[2]])]
        return f"{found[1]}\n{_docstring(told[:1] if found.re is IN_ONE else [*told, _arguments(classes[f'{found[2]}Args'])])}\n"

    return BY_NAMES.sub(described, IN_ONE.sub(described, text))


def _classes(text: str) -> dict[str, ast.ClassDef]:
    return {node.name: node for node in ast.parse(text).body if isinstance(node, ast.ClassDef)}


def _paragraphs(node: ast.ClassDef) -> Iterator[str]:
    for paragraph in (ast.get_docstring(node) or "").split("\n\n"):
        yield fill(" ".join(paragraph.split()), WIDTH - 8, break_long_words=False, break_on_hyphens=False)


def _arguments(node: ast.ClassDef) -> str:
    return "\n".join(
        fill(
            f":param {ast.unparse(field.target)}: {' '.join(cleandoc(docstring).split())}",
            WIDTH - 8,
            subsequent_indent="    ",
            break_long_words=False,
            break_on_hyphens=False,
        )
        for field, docstring in documented(node)
    )


def _docstring(paragraphs: list[str]) -> str:
    text = "\n\n".join(paragraphs)
    ending = "" if len(paragraphs) == 1 and "\n" not in text else "\n"
    return indent(f'"""{text}{ending}"""', " " * 8)
