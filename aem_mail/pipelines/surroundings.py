"""What a pipeline says of itself in its environment variables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aem_mail.pipelines.errors import NoPermission, WrongUse
from aem_mail.pipelines.forge import Forge
from aem_mail.pipelines.github import AUTHOR, GitHub
from aem_mail.pipelines.gitlab import GitLab


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where the step runs: the forge, the commit, a link to the run, and the change that it is about (None: about none)."""

    forge: Forge
    commit: str
    run: str
    change: int | None


def surroundings(environ: Mapping[str, str]) -> Surroundings:
    """Read the variables of GitHub Actions or GitLab CI. Raises WrongUse outside of both, NoPermission without a token."""
    if environ.get("GITHUB_ACTIONS") == "true":
        return _github(environ)
    if environ.get("GITLAB_CI") == "true":
        return _gitlab(environ)
    raise WrongUse("This step runs in GitHub Actions or GitLab CI: neither GITHUB_ACTIONS nor GITLAB_CI is true.")


def _github(environ: Mapping[str, str]) -> Surroundings:
    repository = _given(environ, "GITHUB_REPOSITORY")
    server, run = _given(environ, "GITHUB_SERVER_URL"), _given(environ, "GITHUB_RUN_ID")
    token = _token(environ, "GITHUB_TOKEN", "pass `GITHUB_TOKEN: ${{ github.token }}` in the step's env")
    forge = GitHub(_given(environ, "GITHUB_API_URL"), repository, token, environ.get("COMMENT_AUTHOR") or AUTHOR)
    change = _number(environ.get("PULL_REQUEST", ""))
    return Surroundings(forge, _given(environ, "GITHUB_SHA"), f"{server}/{repository}/actions/runs/{run}", change)


def _gitlab(environ: Mapping[str, str]) -> Surroundings:
    token = _token(environ, "GITLAB_TOKEN", "make a project access token, and set it as a masked variable")
    forge = GitLab(_given(environ, "CI_API_V4_URL"), _given(environ, "CI_PROJECT_ID"), token)
    change = _number(environ.get("CI_MERGE_REQUEST_IID", ""))
    return Surroundings(forge, _given(environ, "CI_COMMIT_SHA"), _given(environ, "CI_JOB_URL"), change)


def _given(environ: Mapping[str, str], name: str) -> str:
    value = environ.get(name)
    if not value:
        raise WrongUse(f"{name} is not set: this step runs in a job of the pipeline.")
    return value


def _token(environ: Mapping[str, str], name: str, advice: str) -> str:
    value = environ.get(name)
    if not value:
        raise NoPermission(f"{name} is not set: {advice}.")
    return value


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() else None
