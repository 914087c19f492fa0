"""The steps of a pipeline run where httpx alone is installed, so that they have of their own what aem_mail has too."""

import ast
import sys
from pathlib import Path
from typing import Final

import pytest

from pipelines import scripts

SCRIPTS: Final = sorted(Path(str(scripts.__file__)).parent.glob("*.py"))
INSTALLED: Final = {"httpx", "pipelines"} | sys.stdlib_module_names


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_a_step_imports_only_what_is_installed_where_it_runs(script: Path) -> None:
    tree = list(ast.walk(ast.parse(script.read_text())))
    imported = {name.name for node in tree if isinstance(node, ast.Import) for name in node.names}
    imported |= {str(node.module) for node in tree if isinstance(node, ast.ImportFrom)}

    assert {name.partition(".")[0] for name in imported} <= INSTALLED
