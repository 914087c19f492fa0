"""Runs the `script:` of GitLab's jobs as its runner does: extends and rules resolved, bash -eo pipefail, artifacts handed on.

What `before_script` would install and log in to is what the test has prepared.
"""

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from tests.pipelines.shell import run_script

FILE: Final = Path(__file__).parents[2] / "pipelines" / "gitlab" / "aem-mail.gitlab-ci.yml"
TERM: Final = re.compile(r"\$(\w+) (==|!=) (?:\$(\w+)|\"([^\"]*)\")")


def configuration() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(FILE.read_text())
    return loaded


def definition(name: str) -> dict[str, Any]:
    """Return a job with what it extends."""
    whole = configuration()
    job = whole[name]
    if "extends" not in job:
        return dict(job)
    base = definition(job["extends"])
    merged = {
        key: {**base[key], **value} if isinstance(value, dict) and isinstance(base.get(key), dict) else value for key, value in job.items()
    }
    return {**base, **merged}


def jobs() -> list[str]:
    return [name for name, value in configuration().items() if isinstance(value, dict) and "stage" in definition_or_nothing(name, value)]


def definition_or_nothing(name: str, value: Mapping[str, Any]) -> Mapping[str, Any]:
    return {} if name.startswith(".") or name == "variables" or not value else definition(name)


def is_run(job: str, variables: Mapping[str, str]) -> bool:
    """Say whether a pipeline with these variables has the job, by itself or for somebody to start."""
    return any(all(_term(term.strip(), variables) for term in rule["if"].split("&&")) for rule in definition(job)["rules"])


def _term(term: str, variables: Mapping[str, str]) -> bool:
    found = TERM.fullmatch(term)
    assert found is not None, f"no condition that is understood here: {term}"
    right = variables.get(found[3]) if found[3] else found[4]
    return (variables.get(found[1]) == right) == (found[2] == "==")


@dataclass
class Runner:
    """One pipeline: artifacts are shared by its jobs."""

    folder: Path
    environ: Mapping[str, str]
    said: str = ""

    def run(self, name: str, checkout: Path, **matrix: str) -> int:
        """Run one job in a checkout; return the exit code of its script."""
        job = definition(name)
        store = self.folder / "artifacts"
        if "needs" in job and store.exists():
            shutil.copytree(store, checkout, dirs_exist_ok=True)
        script = self.folder / "script.sh"
        script.write_text("\n".join(job["script"]))
        variables = {**configuration()["variables"], **job.get("variables", {}), **matrix}
        done = run_script(script, checkout, {**self.environ, **variables})
        self.said += done.stdout + done.stderr
        if done.returncode == 0 or job.get("artifacts", {}).get("when") == "always":
            for path in job.get("artifacts", {}).get("paths", []):
                shutil.copytree(checkout / path, store / path, dirs_exist_ok=True)
        return done.returncode
