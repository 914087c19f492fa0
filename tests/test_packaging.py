"""What is released: a source archive and a wheel that hold the package and nothing of the checkout, and say what they are."""

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from html.parser import HTMLParser
from importlib.metadata import packages_distributions, version
from pathlib import Path
from typing import Any, Final

import pytest
from readme_renderer import markdown

from aem_mail.adopt.new_project import NewProject
from aem_mail.errors import missing_extra
from tests.released import REPOSITORY, Released, tracked
from tools import release

HOME: Final = "https://git.example.com/acme/aem-mail"
BESIDE_THE_PACKAGE: Final = {"CHANGELOG.md", "LICENSE", "MANIFEST.in", "PKG-INFO", "README.md", "pyproject.toml", "setup.cfg", "setup.py"}
PULUMIS_OWN: Final = {"grpc"}
"""What the plugin process speaks, in the version that Pulumi's SDK wants."""

pytestmark = pytest.mark.slow


def package() -> set[str]:
    return {name for name in tracked() if name.startswith("aem_mail/")}


@pytest.fixture(scope="module")
def homeless(tmp_path_factory: pytest.TempPathFactory) -> Released:
    return Released(tmp_path_factory.mktemp("homeless"), None)


@pytest.fixture(scope="module")
def at_home(tmp_path_factory: pytest.TempPathFactory) -> Released:
    return Released(tmp_path_factory.mktemp("home"), HOME)


def test_the_wheel_holds_the_package_whole_and_nothing_else(homeless: Released) -> None:
    assert homeless.in_wheel() == package()
    assert homeless.in_wheel() >= {
        *("aem_mail/py.typed", "aem_mail/pipelines/__main__.py", "aem_mail/presets/providers.yaml"),
        *("aem_mail/reports/check.schema.json", "aem_mail/reports/drift.schema.json", "aem_mail/settings/stack.schema.json"),
    }


def test_the_source_archive_holds_the_package_and_what_builds_it_without_tests_and_caches(homeless: Released) -> None:
    assert homeless.in_sdist() == package() | BESIDE_THE_PACKAGE


def test_whatever_the_package_imports_is_required_by_it() -> None:
    imported = {
        module.partition(".")[0]
        for path in (REPOSITORY / "aem_mail").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for module in modules_of(node)
    }
    foreign = {name for name in imported - sys.stdlib_module_names - {"aem_mail"} if name not in PULUMIS_OWN}
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [one for name, extra in project["optional-dependencies"].items() if name not in {"bench", "dev"} for one in extra]
    required = {re.split(r"[^\w.-]", one)[0].lower() for one in [*project["dependencies"], *extras]}

    installed = packages_distributions()
    assert {name for name in foreign if not {one.lower() for one in installed[name]} <= required} == set()


def modules_of(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [str(node.module)] if isinstance(node, ast.ImportFrom) and node.level == 0 else []


def test_an_index_would_take_both(homeless: Released, at_home: Released) -> None:
    files = [homeless.sdist, homeless.wheel, at_home.sdist, at_home.wheel]

    checked = subprocess.run(
        [sys.executable, "-m", "twine", "--no-color", "check", "--strict", *files], check=False, capture_output=True, text=True
    )

    assert checked.returncode == 0, checked.stdout
    assert checked.stdout.count("PASSED") == len(files)


def test_the_metadata_says_what_this_is(homeless: Released) -> None:
    told = homeless.metadata

    assert (told["Name"], told["Version"], told["Author"]) == ("aem-mail", "0.1.0", "the aem-mail authors")
    assert (told["License-Expression"], told["License-File"]) == ("Apache-2.0", "LICENSE")
    assert homeless.file("licenses/LICENSE") == (REPOSITORY / "LICENSE").read_bytes()
    assert {"aem", "email", "pulumi"} <= set(told["Keywords"].split(","))
    assert set(told.get_all("Provides-Extra", [])) >= {"all", "completion", "preflight", "publishing", "report", "simulator"}
    pythons = {one.rpartition(" ")[2] for one in told.get_all("Classifier", []) if re.fullmatch(r".* :: 3\.\d+", one)}
    assert min(pythons) == told["Requires-Python"].removeprefix(">=")


def test_no_address_is_invented_and_every_one_comes_from_one_setting(homeless: Released, at_home: Released) -> None:
    assert homeless.metadata.get_all("Project-URL") is None
    urls = [one.partition(", ") for one in at_home.metadata.get_all("Project-URL", [])]

    assert {name for name, _, _ in urls} == {"Changelog", "Documentation", "Homepage", "Issues", "Security", "Source"}
    assert all(url == HOME or url.startswith(f"{HOME}/") for _, _, url in urls)


def test_no_link_of_the_readme_is_broken_on_an_index(homeless: Released, at_home: Released) -> None:
    without, with_home = links(homeless), links(at_home)

    assert without
    assert all(link.startswith("https://") for link in without | with_home)
    ours = {link.removeprefix(HOME) for link in with_home if link.startswith(HOME)}
    assert ours
    for link in ours:
        found = re.fullmatch(r"/(?:blob|raw)/v0\.1\.0/([^#]+)(?:#.*)?", link)
        assert found is not None, link
        assert (REPOSITORY / found[1]).exists(), link


PROJECT: Final = {"project": {"version": "0.1.0"}, "tool": {"aem-mail": {"repository": HOME}}}
CHANGES: Final = "# Changes\n\n## 0.1.0 (2026-12-01)\n"


@pytest.mark.parametrize(
    ("project", "changes", "tag", "repository", "said"),
    [
        (PROJECT, CHANGES, "v0.1.0", HOME, []),
        (PROJECT, "## 0.1.0, not yet released\n", None, None, []),
        (PROJECT, CHANGES, "v0.2.0", HOME, ["the tag is v0.2.0"]),
        (PROJECT, "## 0.1.0, not yet released\n", "v0.1.0", HOME, ["CHANGELOG.md has no heading"]),
        ({**PROJECT, "tool": {"aem-mail": {}}}, CHANGES, "v0.1.0", HOME, ["[tool.aem-mail] of pyproject.toml has no line"]),
        (PROJECT, CHANGES, "v0.1.0", "https://git.example.com/fork/aem-mail", ["[tool.aem-mail] of pyproject.toml has no line"]),
    ],
)
def test_what_does_not_fit_a_release_is_said(project: Any, changes: str, tag: str | None, repository: str | None, said: list[str]) -> None:
    problems = list(release.problems(project, changes, tag, repository))

    assert [problem.startswith(start) for problem, start in zip(problems, said, strict=True)] == [True] * len(said)


def test_the_bill_of_materials_names_every_locked_package(tmp_path: Path) -> None:
    release.write_bill(tmp_path / "bill.json")

    bill = json.loads((tmp_path / "bill.json").read_text(encoding="utf-8"))
    locked = re.findall(r"^([\w.-]+)==(\S+)", (REPOSITORY / "requirements.txt").read_text(encoding="utf-8"), re.MULTILINE)
    assert {(one["name"], one["version"]) for one in bill["components"]} == set(locked)
    assert bill["metadata"]["component"]["name"] == "aem-mail"


def links(released: Released) -> set[str]:
    """Return what the description leads to, as an index renders it."""
    rendered = markdown.render(str(released.metadata.get_payload()), variant="GFM")
    assert rendered is not None
    return set(Links.of(rendered))


class Links(HTMLParser):
    """The targets of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    @classmethod
    def of(cls, page: str) -> Iterator[str]:
        reader = cls()
        reader.feed(page)
        yield from reader.found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # An index gives each heading an anchor of its own.
        self.found += [value for name, value in attrs if name in {"href", "src"} and value and not value.startswith("#user-content-")]


def test_a_missing_extra_is_installed_by_name_once_there_is_a_home(
    homeless: Released, at_home: Released, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = []
    for released in (homeless, at_home):
        monkeypatch.setattr("importlib.metadata.metadata", lambda _, told=released.metadata: told)
        said.append(str(missing_extra(ModuleNotFoundError(name="jinja2"), "report")))

    assert "pip install 'aem-mail[report] @ git+" in said[0]
    assert said[1].endswith("pip install 'aem-mail[report]'")


def test_a_new_project_installs_the_package_by_name_once_there_is_a_home(
    homeless: Released, at_home: Released, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = []
    for released in (homeless, at_home):
        monkeypatch.setattr("importlib.metadata.metadata", lambda _, told=released.metadata: told)
        lines.append(NewProject("p").files()["requirements.txt"].splitlines())

    assert [line for line in lines[0] if not line.startswith("#")] == []
    assert "# aem-mail @ git+https://your-git-host/aem-mail.git@<commit>" in lines[0]
    assert lines[1] == [f"aem-mail=={version('aem-mail')}"]


def test_the_license_is_the_whole_standard_text() -> None:
    text = (REPOSITORY / "LICENSE").read_text()

    assert text.lstrip().startswith("Apache License\n")
    assert "Version 2.0, January 2004" in text
    assert all(f"\n   {number}. " in text for number in range(1, 10))
    assert "END OF TERMS AND CONDITIONS" in text
    assert "Copyright The aem-mail authors" in text
