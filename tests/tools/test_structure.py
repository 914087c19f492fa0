import ast
import subprocess
import sys
from pathlib import Path

import grimp

from tools.structure import ROWS, Counted, House, circles, files_that_name_a_kind, files_with_sets_of_statuses, too_many

REPOSITORY = Path(__file__).parents[2]


def house(modules: dict[str, str], imports: tuple[tuple[str, str], ...] = ()) -> House:
    graph = grimp.ImportGraph()
    for name in ("", ".a", ".a.one", ".b", ".b.two", ".c"):
        graph.add_module(f"aem_mail{name}")
    for importer, imported in imports:
        graph.add_import(importer=f"aem_mail.{importer}", imported=f"aem_mail.{imported}")
    return House({path: ast.parse(text) for path, text in modules.items()}, 0, graph)


def test_the_house_is_within_its_bounds() -> None:
    result = subprocess.run([sys.executable, "-m", "tools.structure"], cwd=REPOSITORY, capture_output=True, text=True, check=False)

    assert (result.returncode, result.stderr) == (0, "")
    assert all(f"| {row.what} " in result.stdout for row in ROWS)


def test_what_is_above_its_bound_is_named() -> None:
    row = next(row for row in ROWS if row.names is files_with_sets_of_statuses)
    files = house({f"{name}.py": 'GOING_ON = {"creating"}' for name in ("a", "b")})

    assert too_many([Counted.of(row, files)]) == ["files that hold a set of statuses: 2, at most 1. a.py; b.py"]
    assert too_many([Counted.of(row, house({"a.py": 'GOING_ON = {"creating", "else"}'}))]) == []


def test_a_kind_is_named_by_a_string_and_not_by_a_class_that_is_given_out() -> None:
    named = house(
        {
            "kinds/port_forward.py": '"PortForward"',
            "given_out.py": '__all__ = ["PortForward"]',
            "said.py": '"a PortForward"',
            "named.py": 'x.kind == "PortForward"',
        }
    )

    assert files_that_name_a_kind(named) == ["named.py"]


def test_packages_that_need_each_other_are_one_circle_whatever_the_modules() -> None:
    assert circles(house({}, (("a.one", "b.two"), ("b", "c")))) == []
    assert circles(house({}, (("a.one", "b.two"), ("b", "a"), ("b", "c")))) == ["aem_mail.a, aem_mail.b"]
