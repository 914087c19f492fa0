"""The pipelines of GitHub and GitLab as a person meets them: preview, apply, drift."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from tests.pipelines import github_runner, gitlab_runner
from tests.pipelines.conftest import CHANGE, github_variables, gitlab_variables
from tests.pipelines.project import Project


class Pipeline(Protocol):
    """Each method runs the jobs of one pipeline in fresh checkouts; returns the first exit code that is not 0."""

    said: str

    def preview(self, branch: str) -> int: ...

    def apply(self, *, by_hand: bool = False) -> int: ...

    def drift(self) -> int: ...


@dataclass
class GitHubPipeline:
    """``said`` is all that the steps have printed."""

    project: Project
    folder: Path
    url: str
    environ: Mapping[str, str]
    said: str = ""

    def preview(self, branch: str) -> int:
        commit = self.project.trial_merge(branch, self.folder / "checkout")
        runner = self._runner("preview", "pull_request", commit)
        code = runner.run("aem-mail-preview", "preview", self.folder / "checkout", stack="dev")
        runner.context["needs"] = {"preview": {"result": "failure" if code else "success"}}
        self.project.check_out("main", self.folder / "checkout")
        commented = runner.run("aem-mail-preview", "comment", self.folder / "checkout")
        self.said += runner.said
        return code or commented

    def apply(self, *, by_hand: bool = False) -> int:
        commit = self.project.check_out("main", self.folder / "checkout")
        runner = self._runner("apply", "workflow_dispatch" if by_hand else "push", commit)
        code = runner.run("aem-mail-apply", "apply", self.folder / "checkout", stack="dev")
        self.said += runner.said
        return code

    def drift(self) -> int:
        commit = self.project.check_out("main", self.folder / "checkout")
        runner = self._runner("drift", "schedule", commit)
        code = runner.run("aem-mail-drift", "drift", self.folder / "checkout")
        runner.context["needs"] = {"drift": {"outputs": runner.outputs}}
        self.project.check_out("main", self.folder / "checkout")
        code = code or runner.run("aem-mail-drift", "issue", self.folder / "checkout")
        self.said += runner.said
        return code

    def _runner(self, name: str, event: str, commit: str) -> github_runner.Runner:
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        variables = {**github_variables(self.url), "GITHUB_SHA": commit}
        token = variables.pop("GITHUB_TOKEN")
        del variables["PULL_REQUEST"]
        return github_runner.Runner(folder, {**self.environ, **variables}, self._context(event, token))

    def _context(self, event: str, token: str) -> dict[str, Any]:
        pull_request = {"number": CHANGE, "head": {"repo": {"full_name": "acme/mail"}}}
        return {
            "github": {"event_name": event, "repository": "acme/mail", "token": token, "event": {"pull_request": pull_request}},
            "vars": {"PULUMI_ORGANIZATION": "", **{name: self.environ[name] for name in ("CLOUDMANAGER_ORG_ID", "CLOUDMANAGER_CLIENT_ID")}},
            "secrets": {name: self.environ[name] for name in ("CLOUDMANAGER_CLIENT_SECRET", "EMAIL_USERNAME", "EMAIL_PASSWORD")},
        }


@dataclass
class GitLabPipeline:
    """``said`` is all that the jobs have printed."""

    project: Project
    folder: Path
    url: str
    environ: Mapping[str, str]
    said: str = ""

    def preview(self, branch: str) -> int:
        commit = self.project.trial_merge(branch, self.folder / "checkout")
        return self._run("preview", "merge_request_event", commit, ["aem-mail-preview", "aem-mail-note"], STACK="dev")

    def apply(self, *, by_hand: bool = False) -> int:
        commit = self.project.check_out("main", self.folder / "checkout")
        return self._run("apply", "web" if by_hand else "push", commit, ["aem-mail-apply-dev"])

    def drift(self) -> int:
        commit = self.project.check_out("main", self.folder / "checkout")
        return self._run("drift", "schedule", commit, ["aem-mail-drift", "aem-mail-issue"])

    def _run(self, name: str, source: str, commit: str, jobs: list[str], **matrix: str) -> int:
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        variables = {**gitlab_variables(self.url), "CI_COMMIT_SHA": commit, "CI_PIPELINE_SOURCE": source, "CI_COMMIT_BRANCH": "main"}
        more = {"CI_DEFAULT_BRANCH": "main", "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "42"}
        environ = {**self.environ, **variables, **more}
        runner = gitlab_runner.Runner(folder, environ)
        code = 0
        for job in jobs:
            assert gitlab_runner.is_run(job, environ), f"{job} is not run for {source}"
            code = code or runner.run(job, self.folder / "checkout", **matrix)
            self.project.check_out("main", self.folder / "checkout")
        self.said += runner.said
        return code
