"""A step of a pipeline comes with the installed package, and starts without the engine that it does not need."""

import subprocess
import sys

HEAVY = ("pulumi", "grpc", "aem_mail.cli", "aem_mail.rollout", "aem_mail.resources", "aem_mail.simulator", "starlette", "jinja2")
PROGRAM = f"import sys, aem_mail.pipelines.__main__; print([name for name in {HEAVY!r} if name in sys.modules])"


def test_a_step_loads_nothing_that_it_does_not_need() -> None:
    assert subprocess.run([sys.executable, "-c", PROGRAM], check=True, capture_output=True, text=True).stdout.strip() == "[]"


def test_pipelines_that_were_copied_before_go_on() -> None:
    shown = [subprocess.run([sys.executable, "-m", name, "--help"], capture_output=True, check=True).stdout for name in NAMES]

    assert shown[0] == shown[1]


NAMES = ("pipelines.scripts", "aem_mail.pipelines")
