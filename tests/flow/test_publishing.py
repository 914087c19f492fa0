"""Publishing with the real engine: a real repository that others push to, and the simulator's pipelines."""

import os
from pathlib import Path
from typing import Any

import pytest

from tests.flow.conftest import Simulator
from tests.flow.stack import Result, Stack
from tests.flow.test_program import FILE as FILE_NAME
from tests.flow.test_program import ours, references
from tests.publishing.http_origin import PASSWORD as GIT_PASSWORD
from tests.publishing.http_origin import USER, served
from tests.publishing.origin import DIRECTORY, FILE, PID, Origin, git
from tests.tools.engine.command_plugins import real, stand_in

pytestmark = [pytest.mark.flow, pytest.mark.time_scale(6000)]

CONTENT = '{\n  "smtp.port": "30465"\n}\n'
SUBJECT = "Configure e-mail of environment 20001 (stack test)"
PIPELINE = {"id": "40001", "name": "Deploy to dev", "environmentId": "20001"}


@pytest.fixture
def origin(tmp_path: Path) -> Origin:
    return Origin(tmp_path)


@pytest.fixture
def publishing(stack: Stack) -> Stack:
    """Return the stack in surroundings that have the command plugin, and no Git configuration."""
    stack.env["PATH"] = f"{real() or stand_in()}{os.pathsep}{stack.env['PATH']}"
    stack.env |= {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"}
    return stack


def declared(repository: Path, *, content: str = CONTENT, name: str = "mail", branch: str = "main", **more: Any) -> str:
    arguments = "".join(f", {key}={value!r}" for key, value in more.items())
    return f"""
published = PublishedConfiguration("{name}", PublishedConfigurationArgs(
    P, E, {str(repository)!r}, {branch!r}, {DIRECTORY!r}, [{{"pid": {PID!r}, "content": {content!r}}}], "dev"{arguments}))
for key, value in published.outputs().items():
    pulumi.export(key, value)
"""


def paragraph(result: Result) -> str:
    """Return what a failed command said, which must be one paragraph."""
    assert "Traceback" not in result.output
    said = [line.strip() for line in result.output.splitlines() if line.strip().startswith("PublishedConfiguration: ")]
    assert said
    return said[0]


def test_one_commit_per_change_on_top_of_what_others_push(publishing: Stack, origin: Origin) -> None:
    publishing.program(declared(origin.path))
    assert "create" in publishing.preview().output
    assert origin.log() == ["Work on the site"]

    publishing.up()
    assert origin.show() == CONTENT.encode()
    assert origin.log() == [SUBJECT, "Work on the site"]
    assert publishing.outputs() == {"commit": origin.tip(), "branch": "main", "pushed": True}

    publishing.up("--expect-no-changes")
    publishing.run("preview", "--refresh", "--expect-no-changes", "--non-interactive")
    assert len(origin.log()) == 2

    origin.write({"pom.xml": "<project>1</project>\n"})
    publishing.program(declared(origin.path, content=CONTENT.replace("30465", "30587"))).up()
    assert origin.log() == [SUBJECT, "Work on the site", SUBJECT, "Work on the site"]
    assert origin.changed() == [FILE]
    assert origin.show("pom.xml") == b"<project>1</project>\n"

    assert f"{FILE} stays on branch main" in publishing.destroy().output
    assert origin.show() is not None


def test_a_file_edited_in_the_repository_is_told_at_the_next_change_and_outlives_destroy(publishing: Stack, origin: Origin) -> None:
    publishing.program(declared(origin.path, delete_file=True)).up()
    tip = origin.write({FILE: "{}"})
    publishing.run("preview", "--refresh", "--expect-no-changes", "--non-interactive")

    refused = publishing.program(declared(origin.path, content=CONTENT.replace("30465", "30587"), delete_file=True)).up(code=None)

    assert refused.code != 0
    assert "edited since it was pushed; it differs in smtp.port" in paragraph(refused)
    assert "somebody has edited it" in publishing.destroy().output
    assert origin.tip() == tip


def test_a_renamed_resource_keeps_its_file_and_destroy_takes_it_out(publishing: Stack, origin: Origin) -> None:
    publishing.program(declared(origin.path, delete_file=True)).up()
    tip = origin.tip()

    publishing.program(declared(origin.path, name="other", delete_file=True)).up()
    assert origin.tip() == tip

    publishing.destroy()
    assert origin.show() is None
    assert origin.log()[0] == "Remove e-mail of environment 20001 (stack test)"


def test_arguments_that_cannot_work_are_all_named_at_preview_which_asks_nobody(publishing: Stack, tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere.git"

    refused = publishing.program(declared(nowhere, author="bot", branch="a b")).preview(code=None)

    assert "PublishedConfiguration mail: branch: must be the name of a branch" in refused.output
    assert "author: must be a name and an address" in refused.output
    assert "create" in publishing.program(declared(nowhere)).preview().output


@pytest.mark.parametrize("case", ["wrong repository", "missing branch", "no permission"])
def test_a_repository_that_cannot_be_pushed_to_is_one_clear_paragraph(case: str, publishing: Stack, origin: Origin, tmp_path: Path) -> None:
    repository = tmp_path / "nowhere.git" if case == "wrong repository" else origin.path
    branch = "develop" if case == "missing branch" else "main"
    words = {"wrong repository": "Check the repository's address", "missing branch": "there are main", "no permission": "protected"}[case]
    if case == "no permission":
        origin.hook("pre-receive", "echo 'main is protected' >&2; exit 1")

    refused = publishing.program(declared(repository, branch=branch)).up(code=None)

    assert refused.code != 0
    assert words in paragraph(refused)
    assert origin.log() == ["Work on the site"]


def test_a_password_that_cannot_be_read_is_a_warning_of_the_preview_alone(publishing: Stack, origin: Origin) -> None:
    program = declared(origin.path, username=USER, password_from="env:NOT_SET")
    publishing.program(program.replace(repr(str(origin.path)), repr("https://git.example.com/site.git")))

    diagnostics = publishing.preview().output.partition("Diagnostics:")[2]

    assert diagnostics.count("password_from: the environment variable NOT_SET is not set; set it where Pulumi runs") == 1
    assert "`pulumi up` needs it as soon as it has something to write" in diagnostics


def with_pipeline(simulator: Simulator, **changes: Any) -> None:
    simulator.edit(lambda state: state["programs"]["10001"].update(pipelines=[{**PIPELINE, **changes}]))


def test_the_pipeline_is_started_once_for_each_commit_and_followed(publishing: Stack, origin: Origin, simulator: Simulator) -> None:
    with_pipeline(simulator)

    result = publishing.program(declared(origin.path, pipeline="Deploy to dev")).up()
    assert publishing.outputs()["execution"] == "1"
    assert "has succeeded" in result.output
    publishing.up("--expect-no-changes")

    assert simulator.mutations() == ["PUT execution"]
    publishing.destroy()
    assert simulator.mutations() == ["PUT execution"]


def test_a_failing_pipeline_fails_the_up_and_is_started_again_by_the_next(publishing: Stack, origin: Origin, simulator: Simulator) -> None:
    with_pipeline(simulator, failingStep="codeQuality")
    program = declared(origin.path, pipeline="40001")

    failed = publishing.program(program).up(code=None)

    assert failed.code != 0
    assert "Traceback" not in failed.output
    assert (
        "execution 1, failed: it is FAILED in step codeQuality (execution: /api/program/10001/pipeline/40001/execution/1)" in failed.output
    )
    with_pipeline(simulator)
    publishing.up()
    assert len(origin.log()) == 2
    assert simulator.mutations() == ["PUT execution"] * 2


def test_this_repositorys_own_program_publishes_with_a_password_where_its_stack_says_so(
    publishing: Stack, origin: Origin, simulator: Simulator
) -> None:
    with_pipeline(simulator)
    git(origin.path, "config", "http.receivepack", "true")
    local = ours(publishing, "local")
    local.env |= references("local") | {"GIT_PASSWORD": GIT_PASSWORD, "no_proxy": "127.0.0.1"}
    local.watch.add(GIT_PASSWORD)
    settings = {"branch": "main", "directory": DIRECTORY, "username": USER, "passwordFrom": "env:GIT_PASSWORD", "pipeline": "40001"}
    with served(origin.path) as (url, _):
        for key, value in {"repository": url, **settings}.items():
            local.run("config", "set", "--path", f"aem-mail:osgi.publish.{key}", value)
        local.run("config", "set", "--path", "aem-mail:osgi.runMode", "dev")
        local.up()

    written = next(Path(local.folder).glob(f"examples/**/config.dev/{FILE_NAME}"))
    assert origin.show() == written.read_bytes()
    assert local.outputs()["published"]["execution"] == "1"
    assert "Program 10001" in git(origin.path, "log", "-1", "--format=%B", "main")
    assert simulator.send(written.parents[1], run_modes=("author", "dev"))["delivered"]
