"""Runs the `run:` steps of the workflows as GitHub's runner does: bash -eo pipefail, files for outputs and paths.

Actions are not run. Those for artifacts are stood in for by folders; checkout, Python, Pulumi and the login are what the test has
prepared, and so is what the steps named Install would install.
"""

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final

import yaml

from tests.pipelines.expressions import holds, interpolated
from tests.pipelines.shell import run_script

WORKFLOWS: Final = Path(__file__).parents[2] / "pipelines" / "github"
PREPARED: Final = ("actions/checkout", "actions/setup-python", "pulumi/actions", "pulumi/auth-actions")


def workflow(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((WORKFLOWS / f"{name}.yml").read_text())
    return loaded


@dataclass
class Runner:
    """One run of a workflow: artifacts are shared by its jobs."""

    folder: Path
    environ: Mapping[str, str]
    """What the machine has: PATH, and whatever the prepared steps would have set."""
    context: dict[str, Any]
    said: str = ""
    outputs: dict[str, str] = field(default_factory=dict)
    alerts: dict[str, Any] | None = None
    """The report that code scanning was given."""

    def run(self, name: str, job: str, checkout: Path, **matrix: str) -> int:
        """Run one job in a checkout; return 0, or the exit code of the first step that failed; -1 if it is skipped."""
        whole = workflow(name)
        definition = whole["jobs"][job]
        context = {**self.context, "matrix": matrix, "steps": {}}
        if not holds(definition.get("if", ""), context, failed=False):
            return -1
        env = {**whole.get("env", {}), **definition.get("env", {})}
        code = 0
        for step in definition["steps"]:
            if holds(step.get("if", ""), context, failed=code != 0):
                ended = self._step(step, {key: interpolated(value, context) for key, value in env.items()}, context, checkout)
                code = code or ended
        self.outputs = {key: interpolated(value, context) for key, value in definition.get("outputs", {}).items()} if code == 0 else {}
        return code

    def _step(self, step: Mapping[str, Any], env: Mapping[str, str], context: dict[str, Any], checkout: Path) -> int:
        if "uses" in step:
            return self._action(step["uses"].partition("@")[0], step.get("with", {}), context, checkout)
        if step["name"] == "Install":
            return 0
        output = self.folder / "output"
        output.write_text("")
        variables = {key: interpolated(str(value), context) for key, value in step.get("env", {}).items()}
        files = {"GITHUB_OUTPUT": str(output), "GITHUB_STEP_SUMMARY": str(self.folder / "summary"), "RUNNER_TEMP": str(self.folder)}
        script = self.folder / "script.sh"
        script.write_text(step["run"])
        done = run_script(script, checkout, {**self.environ, **files, **env, **variables}, "--noprofile", "--norc")
        self.said += done.stdout + done.stderr
        if "id" in step:
            lines = [line.partition("=") for line in output.read_text().splitlines()]
            context["steps"][step["id"]] = {"outputs": {key: value for key, _, value in lines}}
        return done.returncode

    def _action(self, action: str, given: Mapping[str, Any], context: Mapping[str, Any], checkout: Path) -> int:
        store = self.folder / "artifacts"
        if action == "actions/upload-artifact":
            shutil.copytree(checkout / given["path"], store / interpolated(given["name"], context), dirs_exist_ok=True)
        elif action == "actions/download-artifact":
            pattern = given.get("pattern") or given["name"]
            for artifact in store.iterdir() if store.exists() else ():
                if fnmatchcase(artifact.name, pattern):
                    shutil.copytree(artifact, checkout / given["path"], dirs_exist_ok=True)
        elif action == "github/codeql-action/upload-sarif":
            self.alerts = json.loads((checkout / given["sarif_file"]).read_text())
        else:
            assert action in PREPARED, f"nothing stands in for {action}"
        return 0


def machine(path: str, more: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a runner: nothing of this process but what it needs to run."""
    kept = {name: os.environ[name] for name in ("HOME", "LANG", "TMPDIR", "XDG_CACHE_HOME") if name in os.environ}
    return {**kept, "PATH": path, **more}
