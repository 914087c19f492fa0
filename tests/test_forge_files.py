"""What the repository's forge and its developers' Git run is valid, safe and there, by the linters that the pipelines are held to."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from tests.pipelines import tools
from tests.pipelines.github_runner import WORKFLOWS as PIPELINES
from tests.pipelines.test_files import actionlint, zizmor

REPOSITORY: Final = Path(__file__).resolve().parent.parent
WORKFLOWS: Final = sorted((REPOSITORY / ".github" / "workflows").glob("*.yml"))
FORMS: Final = sorted(path for path in (REPOSITORY / ".github" / "ISSUE_TEMPLATE").glob("*.yml") if path.stem != "config")


def loaded(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content


def jobs(name: str) -> dict[str, Any]:
    whole: dict[str, Any] = loaded(REPOSITORY / ".github" / "workflows" / name)["jobs"]
    return whole


def steps() -> list[dict[str, Any]]:
    return [step for path in WORKFLOWS for job in loaded(path)["jobs"].values() for step in job["steps"]]


def test_the_workflows_are_what_their_linters_want() -> None:
    assert [path.name for path in WORKFLOWS] == ["ci.yml", "release.yml"]
    for found in (actionlint(*WORKFLOWS), zizmor(*WORKFLOWS)):
        assert found.returncode == 0, found.stdout


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        *(("github-workflows", path) for path in WORKFLOWS),
        *(("github-issue-forms", path) for path in FORMS),
        ("github-issue-config", REPOSITORY / ".github" / "ISSUE_TEMPLATE" / "config.yml"),
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_each_file_has_the_form_that_its_schema_describes(kind: str, path: Path) -> None:
    found = tools.run("check-jsonschema", "--builtin-schema", f"vendor.{kind}", path)

    assert found.returncode == 0, found.stdout


def test_each_action_is_pinned_to_the_commit_that_the_pipelines_use_too() -> None:
    pinned = {step["uses"] for step in steps() if "uses" in step}
    texts = "".join(path.read_text(encoding="utf-8") for path in [*WORKFLOWS, *PIPELINES.glob("*.yml")])
    used = set(re.findall(r"uses: (\S+) # v\d", texts))

    assert pinned <= used
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", one) for one in pinned)
    assert len({one.partition("@")[0] for one in used}) == len(used)


def test_every_python_that_the_package_names_is_tested() -> None:
    text = (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8")

    assert jobs("ci.yml")["test"]["strategy"]["matrix"]["python"] == re.findall(r"Python :: (3\.\d+)\"", text)


def test_only_what_publishes_and_attests_has_an_identity_and_it_runs_nothing_of_the_checkout() -> None:
    for name, job in {**jobs("ci.yml"), **jobs("release.yml")}.items():
        identified = "id-token" in job["permissions"]
        assert identified == (name in {"attest", "publish"})
        assert not identified or all("run" not in step and "checkout" not in step["uses"] for step in job["steps"])
    assert "secrets." not in "".join(path.read_text(encoding="utf-8") for path in WORKFLOWS)


def test_what_the_hooks_of_git_run_is_there_and_passes_here() -> None:
    (repository,) = loaded(REPOSITORY / ".pre-commit-config.yaml")["repos"]

    assert repository["repo"] == "local"
    for hook in repository["hooks"]:
        assert hook["language"] == "system"
        assert shutil.which(hook["entry"].split()[0].removeprefix(".venv/bin/"), path=tools.SCRIPTS)
    command = [str(tools.SCRIPTS / "ruff"), "check", "--quiet", "setup.py"]
    assert subprocess.run(command, cwd=REPOSITORY, check=False).returncode == 0
