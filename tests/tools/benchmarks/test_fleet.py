"""A fleet's stacks are copies of one, each with an environment of its own."""

import ast
import json
from pathlib import Path

from tools.benchmarks.fleet import TEMPLATE, TEXT, Fleet, _copies
from tools.benchmarks.project import STACK, Project

RESOURCE = {"urn": f"urn:pulumi:{STACK}::benchmark::x::{TEMPLATE}-rule", "id": f"10001/{TEMPLATE}/30465"}
ROOT = {"urn": f"urn:pulumi:{STACK}::benchmark::pulumi:pulumi:Stack::benchmark-{STACK}"}


class Folder:
    """A project that was brought up, as far as its files are concerned."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder


def test_what_belongs_to_an_environment_is_there_for_each_and_all_else_once() -> None:
    assert [one["id"] for one in _copies(RESOURCE, ["1", "2"])] == ["10001/1/30465", "10001/2/30465"]
    assert _copies(ROOT, ["1", "2"]) == [ROOT]


def test_a_stack_is_written_as_if_it_had_been_brought_up(tmp_path: Path) -> None:
    stacks = tmp_path / "backend" / ".pulumi" / "stacks" / "benchmark"
    stacks.mkdir(parents=True)
    (tmp_path / f"Pulumi.{STACK}.yaml").write_text("encryptionsalt: x\n")
    state = {"checkpoint": {"stack": f"organization/benchmark/{STACK}", "latest": {"resources": [ROOT, RESOURCE]}}}
    (stacks / f"{STACK}.json").write_text(json.dumps(state))
    project: Project = Folder(tmp_path)  # type: ignore[assignment]  # its folder is all that is looked at

    Fleet(project, None).stack("other", ["1", "2"])  # type: ignore[arg-type]  # nothing is asked of the simulator

    written = json.loads((stacks / "other.json").read_text())["checkpoint"]
    assert written["stack"] == "organization/benchmark/other"
    assert [one["urn"].split("::")[0] for one in written["latest"]["resources"]] == ["urn:pulumi:other"] * 3
    assert written["latest"]["resources"][0]["urn"].endswith("benchmark-other")
    assert (tmp_path / "other.ids").read_text().split() == ["1", "2"]


def test_the_program_is_python() -> None:
    assert ast.parse(TEXT)
