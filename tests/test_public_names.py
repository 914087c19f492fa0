"""The public names are sorted, complete and loadable, and importing the package alone loads no engine."""

import ast
import subprocess
import sys
from pathlib import Path

import aem_mail

LIGHT = "import sys, aem_mail; print([name for name in ('pulumi', 'httpx', 'starlette', 'jinja2') if name in sys.modules])"
PLUGIN = """
import sys
import pulumi
import aem_mail.resources.port_forward, aem_mail.resources.environment_variable, aem_mail.resources.network_infrastructure
heavy = ("httpx", "starlette", "uvicorn", "aiosmtpd", "trustme", "jinja2", "aem_mail.cli", "aem_mail.simulator", "aem_mail.mail_egress")
print([name for name in heavy if name in sys.modules])
"""


def test_the_public_names_are_sorted_and_each_can_be_imported() -> None:
    assert aem_mail.__all__ == sorted(aem_mail.__all__)
    assert all(getattr(aem_mail, name).__name__ == name for name in aem_mail.__all__)


def test_type_checkers_see_the_same_names() -> None:
    tree = ast.parse(Path(str(aem_mail.__file__)).read_text())
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}

    assert set(aem_mail.__all__) <= imported


def test_importing_the_package_loads_neither_engine_nor_client() -> None:
    assert printed(LIGHT) == "[]"


def test_the_plugin_loads_nothing_that_it_does_not_need() -> None:
    assert printed(PLUGIN) == "[]"


def printed(program: str) -> str:
    return subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout.strip()
