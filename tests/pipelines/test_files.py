"""The pipelines' files, judged by the linters of their kinds; each linter is first seen to find a planted mistake."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from tests.pipelines import gitlab_runner, tools
from tests.pipelines.expressions import holds
from tests.pipelines.github_runner import WORKFLOWS

GITHUB: Final = sorted(WORKFLOWS.glob("*.yml"))
GITLAB: Final = gitlab_runner.FILE
TITLE: Final = "${{ github.event.pull_request.title }}"
# Newer than the linter: several runs of one group wait for each other, instead of the last one alone.
NOT_KNOWN_YET: Final = ("-ignore", 'unexpected key "queue" for "concurrency" section')


def actionlint(*paths: Path) -> subprocess.CompletedProcess[str]:
    return tools.run(tools.actionlint(), *NOT_KNOWN_YET, *paths)


def zizmor(*paths: Path) -> subprocess.CompletedProcess[str]:
    return tools.run("zizmor", "--offline", "--no-config", "--persona=pedantic", "--min-severity=low", *paths)


def schema(kind: str, path: Path) -> subprocess.CompletedProcess[str]:
    return tools.run("check-jsonschema", "--builtin-schema", f"vendor.{kind}", path)


def planted(path: Path, folder: Path, old: str, new: str) -> Path:
    """Return a copy of a file with one mistake."""
    text = path.read_text()
    assert old in text
    copy = folder / path.name
    copy.write_text(text.replace(old, new, 1))
    return copy


def workflow_steps() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in GITHUB:
        for job in yaml.safe_load(path.read_text())["jobs"].values():
            yield from ((path.stem, step) for step in job["steps"])


def test_actionlint_finds_nothing_in_the_workflows() -> None:
    found = actionlint(*GITHUB)

    assert (found.stdout, found.returncode) == ("", 0)


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("mkdir -p reports", f'echo "{TITLE}"', "potentially untrusted"),
        ("if: ${{ !cancelled() }}", "if: ${{ canceled() }}", "undefined function"),
        ("mkdir -p reports", "rm -r $PROJECT/reports", "shellcheck"),
        ("needs: preview", "needs: previews", "does not exist"),
    ],
)
def test_actionlint_finds_a_planted_mistake(old: str, new: str, rule: str, tmp_path: Path) -> None:
    found = actionlint(planted(WORKFLOWS / "aem-mail-preview.yml", tmp_path, old, new))

    assert rule in found.stdout
    assert found.returncode == 1


def test_zizmor_finds_nothing_in_the_workflows() -> None:
    found = zizmor(*GITHUB)

    assert found.returncode == 0, found.stdout


@pytest.mark.parametrize(
    ("old", "new", "audit"),
    [
        ("mkdir -p reports", f'echo "{TITLE}"', "template-injection"),
        ("@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1", "@v7", "unpinned-uses"),
        ("permissions: {}", "permissions: write-all", "excessive-permissions"),
        ("        with:\n          persist-credentials: false\n", "", "artipacked"),
        ("  pull_request:\n", "  pull_request_target:\n", "dangerous-triggers"),
    ],
)
def test_zizmor_finds_a_planted_mistake(old: str, new: str, audit: str, tmp_path: Path) -> None:
    found = zizmor(planted(WORKFLOWS / "aem-mail-preview.yml", tmp_path, old, new))

    assert audit in found.stdout
    assert found.returncode != 0


@pytest.mark.parametrize(("kind", "path"), [("github-workflows", path) for path in GITHUB] + [("gitlab-ci", GITLAB)])
def test_the_schema_finds_nothing(kind: str, path: Path) -> None:
    found = schema(kind, path)

    assert found.returncode == 0, found.stdout


@pytest.mark.parametrize(
    ("kind", "path", "old", "new"),
    [
        ("github-workflows", WORKFLOWS / "aem-mail-apply.yml", "queue: max", "queue: all"),
        ("github-workflows", WORKFLOWS / "aem-mail-drift.yml", "runs-on: ubuntu-24.04", "runs-at: ubuntu-24.04"),
        ("gitlab-ci", GITLAB, "action: prepare", "action: look"),
        ("gitlab-ci", GITLAB, "access: developer", "access: nobody"),
    ],
)
def test_the_schema_finds_a_planted_mistake(kind: str, path: Path, old: str, new: str, tmp_path: Path) -> None:
    assert schema(kind, planted(path, tmp_path, old, new)).returncode == 1


@pytest.mark.parametrize("job", [".aem-mail-project", ".aem-mail-scripts", *gitlab_runner.jobs()])
def test_shellcheck_finds_nothing_in_what_gitlab_runs(job: str, tmp_path: Path) -> None:
    found = shellcheck(
        "\n".join(part for key in ("before_script", "script") for part in gitlab_runner.definition(job).get(key, [])), tmp_path
    )

    assert (found.stdout, found.returncode) == ("", 0)


def test_shellcheck_finds_a_planted_mistake(tmp_path: Path) -> None:
    assert "SC2086" in shellcheck("rm $CI_PROJECT_DIR", tmp_path).stdout


def shellcheck(text: str, folder: Path) -> subprocess.CompletedProcess[str]:
    script = folder / "script.sh"
    script.write_text(f"{text}\n")
    # 1091: what is sourced, an environment's activate, is only there on the runner.
    return tools.run("shellcheck", "--shell=bash", "--exclude=SC1091", script)


@pytest.mark.parametrize(("workflow", "step"), list(workflow_steps()))
def test_a_step_is_pinned_to_a_commit_and_no_expression_is_part_of_a_script(workflow: str, step: dict[str, Any]) -> None:
    assert "${{" not in step.get("run", "")
    if "uses" in step:
        assert re.fullmatch(r"[\w-]+/[\w-]+(/[\w-]+)?@[0-9a-f]{40}", step["uses"])
        assert f"{step['uses']} # v" in (WORKFLOWS / f"{workflow}.yml").read_text()


def test_every_action_has_one_commit_in_all_workflows() -> None:
    used = {step["uses"] for _, step in workflow_steps() if "uses" in step}

    assert len({uses.partition("@")[0] for uses in used}) == len(used)


def test_only_the_jobs_that_write_may_write_and_they_run_no_code_of_a_pull_request() -> None:
    for path in GITHUB:
        whole = yaml.safe_load(path.read_text())
        assert whole["permissions"] == {}
        for job in whole["jobs"].values():
            writes = {scope for scope, access in job["permissions"].items() if access == "write"} - {"id-token"}
            runs = " ".join(step.get("run", "") for step in job["steps"])
            assert not writes or not re.search(r"\b(aem-mail|pulumi|\$PROJECT)\b", runs.replace("pipelines.scripts", ""))


def test_an_environment_is_never_changed_by_two_runs_and_no_run_is_cut_short() -> None:
    apply = yaml.safe_load((WORKFLOWS / "aem-mail-apply.yml").read_text())["jobs"]["apply"]
    assert apply["concurrency"] == {"group": "aem-mail-${{ matrix.stack }}", "cancel-in-progress": False, "queue": "max"}
    for job in gitlab_runner.jobs():
        if "apply" in job:
            definition = gitlab_runner.definition(job)
            assert (definition["resource_group"], definition["interruptible"]) == ("aem-mail-$STACK", False)


def test_a_fork_gets_no_preview_and_no_secrets() -> None:
    mine = {"CI_PIPELINE_SOURCE": "merge_request_event", "CI_PROJECT_ID": "42", "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "42"}
    fork = {**mine, "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "43"}

    assert [job for job in gitlab_runner.jobs() if gitlab_runner.is_run(job, mine)] == ["aem-mail-preview", "aem-mail-note"]
    assert [job for job in gitlab_runner.jobs() if gitlab_runner.is_run(job, fork)] == []
    condition = yaml.safe_load((WORKFLOWS / "aem-mail-preview.yml").read_text())["jobs"]["preview"]["if"]
    for head, run in (("acme/mail", True), ("mallory/mail", False)):
        context = {"github": {"repository": "acme/mail", "event": {"pull_request": {"head": {"repo": {"full_name": head}}}}}}
        assert holds(condition, context, failed=False) is run
