"""GitHub and GitLab, each as a stand-in with two accounts: the pipeline's own, and somebody else's."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from aem_mail.pipelines.forge import Forge
from aem_mail.pipelines.github import AUTHOR, GitHub
from aem_mail.pipelines.gitlab import GitLab
from tests.pipelines.forge import ForgeState, Token, running_forge

CHANGE = 7
ALL = ("read comments", "write comments", "read issues", "write issues")
OWN = Token.of(AUTHOR, 1, *ALL)
STRANGER = Token.of("mallory", 2)


@dataclass(frozen=True)
class Served:
    """One of the two, what it keeps, and the environment variables that a job of it has."""

    forge: Forge
    state: ForgeState
    variables: dict[str, str]


@pytest.fixture(params=["github", "gitlab"])
def served(request: pytest.FixtureRequest) -> Iterator[Served]:
    state = ForgeState(tokens={"good-token": OWN, "read-only-token": Token.of(AUTHOR, 1, "read comments", "read issues")})
    with running_forge(state) as url:
        variables = github_variables(url) if request.param == "github" else gitlab_variables(url)
        forge: Forge = GitHub(url, "acme/mail", "good-token") if request.param == "github" else GitLab(f"{url}/api/v4", "42", "good-token")
        yield Served(forge, state, variables)


def github_variables(url: str) -> dict[str, str]:
    return {
        "GITHUB_ACTIONS": "true",
        "GITHUB_API_URL": url,
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_REPOSITORY": "acme/mail",
        "GITHUB_RUN_ID": "4711",
        "GITHUB_SHA": "c0ffee" * 6 + "0000",
        "GITHUB_TOKEN": "good-token",
        "PULL_REQUEST": str(CHANGE),
    }


def gitlab_variables(url: str) -> dict[str, str]:
    return {
        "GITLAB_CI": "true",
        "CI_API_V4_URL": f"{url}/api/v4",
        "CI_PROJECT_ID": "42",
        "CI_JOB_URL": "https://gitlab.com/acme/mail/-/jobs/4711",
        "CI_COMMIT_SHA": "c0ffee" * 6 + "0000",
        "GITLAB_TOKEN": "good-token",
        "CI_MERGE_REQUEST_IID": str(CHANGE),
    }


@pytest.fixture
def no_sleep(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Let pauses between attempts take no time; return them."""
    pauses: list[float] = []
    monkeypatch.setattr("aem_mail.pipelines.persistence.SLEEP", pauses.append)
    return pauses
