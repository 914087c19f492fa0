"""The pipelines from end to end: their own steps, a real Git repository, the real engine and the simulator.

GitHub and GitLab are stand-ins, since the real ones cannot be reached from a test.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flow.conftest import PASSWORD, USERNAME, Simulator, simulator, watch
from tests.flow.stack import PASSPHRASE
from tests.pipelines.conftest import CHANGE, OWN
from tests.pipelines.forge import ForgeState, running_forge
from tests.pipelines.github_runner import machine
from tests.pipelines.pipeline import GitHubPipeline, GitLabPipeline, Pipeline
from tests.pipelines.project import Project, make_project
from tests.secrets import SecretWatch
from tools.engine import environment

__all__ = ["simulator", "watch"]

pytestmark = [pytest.mark.flow, pytest.mark.time_scale(6000)]


@pytest.fixture
def environ(tmp_path: Path, simulator: Simulator) -> dict[str, str]:
    path = f"{sys.prefix}/bin:{environment()['PATH']}"
    return machine(
        path,
        {
            "PULUMI_HOME": str(tmp_path / "home"),
            "PULUMI_BACKEND_URL": f"file://{tmp_path / 'state'}",
            "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "XDG_CACHE_HOME": str(tmp_path / "cache"),
            "EMAIL_USERNAME": USERNAME,
            "EMAIL_PASSWORD": PASSWORD,
            **simulator.variables,
        },
    )


@pytest.fixture
def project(tmp_path: Path, environ: dict[str, str]) -> Project:
    return make_project(tmp_path, environ)


@pytest.fixture
def forge() -> ForgeState:
    return ForgeState(tokens={"good-token": OWN})


@pytest.fixture(params=["github", "gitlab"])
def pipeline(
    request: pytest.FixtureRequest, project: Project, forge: ForgeState, environ: dict[str, str], tmp_path: Path
) -> Iterator[Pipeline]:
    folder = tmp_path / "runner"
    folder.mkdir()
    with running_forge(forge) as url:
        yield GitHubPipeline(project, folder, url, environ) if request.param == "github" else GitLabPipeline(project, folder, url, environ)


def test_a_change_goes_from_its_preview_to_the_environment_and_nothing_else_does(
    pipeline: Pipeline, project: Project, forge: ForgeState, simulator: Simulator, watch: SecretWatch
) -> None:
    watch.add("good-token")
    assert pipeline.apply(by_hand=True) == 0, pipeline.said
    assert simulator.rules() == {30465: "smtp.sendgrid.com:465"}
    simulator.forget_journal()

    project.change("port", "port: 465", "port: 587")
    assert pipeline.preview("port") == 0, pipeline.said
    assert "30587" in only_comment(forge)
    assert simulator.mutations() == []

    forge.merged[project.merge("port")] = [CHANGE]
    assert pipeline.apply() == 0, pipeline.said
    assert simulator.rules() == {30587: "smtp.sendgrid.com:587"}
    simulator.forget_journal()

    assert pipeline.drift() == 0, pipeline.said
    assert forge.issues == {}
    simulator.edit_environment(lambda environment: environment["advancedNetworking"]["portForwards"][0].update(portDest=25))
    assert pipeline.drift() == 0, pipeline.said
    assert "30587" in only_open_issue(forge)
    simulator.edit_environment(lambda environment: environment["advancedNetworking"]["portForwards"][0].update(portDest=587))
    assert pipeline.drift() == 0, pipeline.said
    assert [issue.state for issue in forge.issues.values()] == ["closed"]

    project.change("main", "smtp.sendgrid.com", "smtp.example.com")
    assert pipeline.apply() == 2
    assert "nobody reviewed its plan" in pipeline.said
    assert simulator.mutations() == []
    watch.text("what the jobs printed", pipeline.said)
    watch.text("the comment", only_comment(forge))
    watch.value("the issue", [issue.body for issue in forge.issues.values()])


def only_comment(forge: ForgeState) -> str:
    (post,) = forge.comments[CHANGE]
    return post.body


def only_open_issue(forge: ForgeState) -> str:
    (issue,) = (issue for issue in forge.issues.values() if issue.state == "open")
    return issue.body
