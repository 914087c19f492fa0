"""The package that pip builds says under which license it is, brings its text, and holds nothing of the checkout but itself."""

import shutil
import subprocess
import sys
import zipfile
from email import message_from_string
from pathlib import Path
from typing import Final

import pytest

REPOSITORY: Final = Path(__file__).resolve().parent.parent
BUILD: Final = "import sys; from setuptools import build_meta; build_meta.build_wheel(sys.argv[1])"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    checkout = tmp_path_factory.mktemp("checkout")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(REPOSITORY / name, checkout / name)
    for name in ("aem_mail", "engine", "pipelines", "tools"):
        shutil.copytree(REPOSITORY / name, checkout / name, ignore=shutil.ignore_patterns("__pycache__"))

    subprocess.run([sys.executable, "-c", BUILD, str(checkout / "dist")], cwd=checkout, check=True, capture_output=True)

    (built,) = (checkout / "dist").glob("*.whl")
    return built


def test_the_built_package_holds_nothing_that_is_for_a_checkout(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        folders = {name.partition("/")[0] for name in archive.namelist()}

    assert folders == {"aem_mail", next(name for name in folders if name.endswith(".dist-info"))}


def test_the_built_package_has_what_editors_and_type_checkers_read(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())

    assert {"aem_mail/py.typed", "aem_mail/settings/stack.schema.json", "aem_mail/resources/dictionaries.py"} <= names


def test_the_built_package_is_licensed_and_brings_the_text(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        files = {name.partition(".dist-info/")[2]: name for name in archive.namelist()}
        metadata = message_from_string(archive.read(files["METADATA"]).decode())
        text = archive.read(files["licenses/LICENSE"])
    assert (metadata["License-Expression"], metadata["License-File"]) == ("Apache-2.0", "LICENSE")
    assert text == (REPOSITORY / "LICENSE").read_bytes()


def test_the_license_is_the_whole_standard_text() -> None:
    text = (REPOSITORY / "LICENSE").read_text()

    assert text.lstrip().startswith("Apache License\n")
    assert "Version 2.0, January 2004" in text
    assert all(f"\n   {number}. " in text for number in range(1, 10))
    assert "END OF TERMS AND CONDITIONS" in text
    assert "Copyright The aem-mail authors" in text
