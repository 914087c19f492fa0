"""`python -m tools.structure`: count how the house is built, row by row; fails where a row is above its bound.

`--at COMMIT` counts an earlier state and judges nothing, `--show` names what each row counts.
"""

import argparse
import ast
import io
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final, TypeVar

import grimp

Node = TypeVar("Node", bound=ast.AST)

CHECKOUT: Final = Path(__file__).resolve().parents[1]
PACKAGE: Final = "aem_mail"
KINDS: Final = {
    *("AdvancedNetworking", "EnvVar", "EnvVars", "MailEgress", "NetworkInfrastructure", "OsgiConfig", "PortForward", "PortForwards"),
    *("PublishedConfiguration", "SecretEnvVar"),
}
WHERE_KINDS_ARE_NAMED: Final = ("__init__.py", "kinds/", "resources/", "simulator/")
STATUSES: Final = {
    *("created", "creating", "deleted", "deleted_failed", "deleting", "error", "failed", "hibernated", "ready", "resetting", "restoring"),
    "updating",
}
LONG: Final = 40
"""Lines of a function beyond which it does more than one thing."""


@dataclass(frozen=True, slots=True)
class House:
    """The parsed modules of the package by their path in it, their lines, and which of them import which."""

    modules: Mapping[str, ast.Module]
    lines: int
    imports: grimp.ImportGraph

    def nodes(self, kind: type[Node]) -> Iterator[tuple[str, Node]]:
        """Yield each node of a kind with the path of its module."""
        return ((path, node) for path, module in self.modules.items() for node in ast.walk(module) if isinstance(node, kind))


def house_in(folder: Path) -> House:
    """Read the package in a folder. Call it once in a process, since the modules are found as imports find them."""
    paths = sorted((folder / PACKAGE).rglob("*.py"))
    texts = {path.relative_to(folder / PACKAGE).as_posix(): path.read_text(encoding="utf-8") for path in paths}
    sys.path.insert(0, str(folder))
    return House(
        {path: ast.parse(text) for path, text in texts.items()},
        sum(len(text.splitlines()) for text in texts.values()),
        grimp.build_graph(PACKAGE, cache_dir=None),
    )


def names_at_the_top(house: House) -> list[str]:
    return sorted({path.partition("/")[0] for path in house.modules} - {"__init__.py"})


def files_that_name_a_kind(house: House) -> list[str]:
    """Return where a kind is a string; a class of that name that a package gives out is none."""
    given_out = {id(name) for _, node in house.nodes(ast.Assign) if ast.unparse(node.targets[0]) == "__all__" for name in ast.walk(node)}
    files = {path for path, node in house.nodes(ast.Constant) if node.value in KINDS and id(node) not in given_out}
    return sorted(path for path in files if not path.startswith(WHERE_KINDS_ARE_NAMED))


def repeated_class_names(house: House) -> list[str]:
    counts = Counter(node.name for _, node in house.nodes(ast.ClassDef))
    return sorted(name for name, count in counts.items() if count > 1)


def files_with_sets_of_statuses(house: House) -> list[str]:
    return sorted({path for path, node in house.nodes(ast.Set) if not path.startswith("simulator/") and _are_statuses(node.elts)})


def _are_statuses(elements: Sequence[ast.expr]) -> bool:
    return all(isinstance(element, ast.Constant) and element.value in STATUSES for element in elements)


def document_models(house: House) -> list[str]:
    """A document has tables, whatever else it has."""
    return sorted({path for path, node in house.nodes(ast.ClassDef) if node.name == "Table"})


def functions_named(name: str) -> Callable[[House], list[str]]:
    return lambda house: [path for path, node in house.nodes(ast.FunctionDef) if node.name == name]


def builders_of_subjects(house: House) -> list[str]:
    return sorted({path for path, node in house.nodes(ast.Call) if isinstance(node.func, ast.Name) and node.func.id == "Subject"})


def circles(house: House) -> list[str]:
    """Return the groups of what is at the top that import each other, directly or by way of others."""
    rooms = house.imports.find_children(PACKAGE)
    for room in rooms:
        house.imports.squash_module(room)
    needed = {room: house.imports.find_upstream_modules(room) for room in rooms}
    found = {frozenset({room, *(other for other in needed[room] & rooms if room in needed[other])}) for room in rooms}
    return sorted(", ".join(sorted(circle)) for circle in found if len(circle) > 1)


def lengths_of_functions(house: House) -> dict[str, int]:
    functions: list[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]
    functions = [*house.nodes(ast.FunctionDef), *house.nodes(ast.AsyncFunctionDef)]
    return {f"{path}:{node.lineno} {node.name}": (node.end_lineno or node.lineno) - node.lineno + 1 for path, node in functions}


def long_functions(house: House) -> list[str]:
    return sorted(name for name, length in lengths_of_functions(house).items() if length > LONG)


@dataclass(frozen=True, slots=True)
class Row:
    """What is counted, the most there may be, and what the house is to get to.

    ``names`` returns the things that are counted, or what explains a number that ``measure`` returns.
    """

    what: str
    bound: int
    goal: int | None
    names: Callable[[House], Sequence[str]] = lambda _: ()
    measure: Callable[[House], float] | None = None


ROWS: Final = (
    Row("names at the top of aem_mail", 25, 26, names_at_the_top),
    Row("files outside kinds, resources and simulator that name a kind", 0, 0, files_that_name_a_kind),
    Row("names of more than one class", 12, 15, repeated_class_names),
    Row("files that hold a set of statuses", 1, 1, files_with_sets_of_statuses),
    Row("document models", 1, 1, document_models),
    Row("functions to_document, one a report", 6, None, functions_named("to_document")),
    Row("functions to_page", 0, None, functions_named("to_page")),
    Row("files that build the subject of the checks", 2, 1, builders_of_subjects),
    Row("circles of packages", 0, 0, circles),
    Row("lines of a function, median", 6, 6, measure=lambda house: median(lengths_of_functions(house).values())),
    Row("lines of the longest function", LONG, LONG, long_functions, lambda house: max(lengths_of_functions(house).values())),
    Row("lines of production code", 39_060, 28_700, measure=lambda house: house.lines),
)
"""Bounds only get lower: who gets below one writes down how far."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A row of a house."""

    row: Row
    number: float
    names: Sequence[str]

    @classmethod
    def of(cls, row: Row, house: House) -> "Counted":
        names = row.names(house)
        return cls(row, len(names) if row.measure is None else row.measure(house), names)


def too_many(counted: Sequence[Counted]) -> list[str]:
    """Return a sentence for each row above its bound."""
    above = [one for one in counted if one.number > one.row.bound]
    return [f"{one.row.what}: {one.number:g}, at most {one.row.bound}. {'; '.join(one.names)}" for one in above]


def table(counted: Sequence[Counted], *, show: bool) -> Iterator[str]:
    """Yield the lines of the table in Markdown."""
    width = max(len(one.row.what) for one in counted)
    yield f"| {'':{width}} |  count | at most |   goal |"
    yield f"| {'-' * width} | -----: | ------: | -----: |"
    for one in counted:
        goal = "–" if one.row.goal is None else one.row.goal
        yield f"| {one.row.what:{width}} | {one.number:6g} | {one.row.bound:7} | {goal:>6} |"
        yield from (f"    {name}" for name in (one.names if show else ()))


def unpack(commit: str, folder: Path) -> Path:
    """Put the package as a commit has it into a folder."""
    command = ["git", "archive", commit, PACKAGE]
    archive = subprocess.run(command, cwd=CHECKOUT, capture_output=True, check=True).stdout  # noqa: S603 - a commit of this repository
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        tar.extractall(folder, filter="data")
    return folder


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 1 where a row is above its bound."""
    parser = argparse.ArgumentParser(prog="python -m tools.structure", description=__doc__)
    parser.add_argument("--at", metavar="COMMIT", help="count the package as this commit has it, and judge nothing")
    parser.add_argument("--show", action="store_true", help="name what each row counts")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        house = house_in(CHECKOUT if options.at is None else unpack(options.at, Path(scratch)))
    counted = [Counted.of(row, house) for row in ROWS]
    print("\n".join(table(counted, show=options.show)))
    problems = [] if options.at else too_many(counted)
    for problem in problems:
        print(f"structure: {problem}", file=sys.stderr)
    return int(bool(problems))


if __name__ == "__main__":
    sys.exit(main())
