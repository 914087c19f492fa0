"""What loading this package adds to the start of the plugin process, and what `aem-mail` costs before it does anything."""

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from tools.benchmarks.errors import Broken
from tools.benchmarks.lab import Lab
from tools.benchmarks.row import Row, median_row, ratios

MOST_SECONDS = 0.15
MOST_OF_PYTHON = 4
TIMES = 7
COMMAND = str(Path(sys.executable).with_name("aem-mail"))
MODULES = ("network_infrastructure", "advanced_networking", "port_forward", "environment_variable", "osgi_config")
SCRIPT = f"""
from time import perf_counter
began = perf_counter()
import pulumi, pulumi.dynamic
bare = perf_counter()
import {", ".join(f"aem_mail.resources.{name}" for name in MODULES)}
providers = perf_counter()
import aem_mail.cloud_manager.client, aem_mail.rollout.rollout, httpx
print(bare - began, providers - bare, perf_counter() - providers)
"""


def start_up(lab: Lab) -> Iterator[Row]:
    """Import `pulumi`, then all providers, then what they load when they first need it, in a process of its own each time."""
    measured = [[float(part) for part in _run(lab, [sys.executable, "-c", SCRIPT]).split()] for _ in range(TIMES)]
    bare, added, connecting = (list(column) for column in zip(*measured, strict=True))
    yield median_row("start-up", "what importing all providers adds", added, unit="s", at_most=MOST_SECONDS)
    yield median_row("start-up", "what the first request to Cloud Manager adds", connecting, unit="s")
    yield median_row("start-up", "import pulumi", bare, unit="s")
    yield from _command_line(lab)


def _command_line(lab: Lab) -> Iterator[Row]:
    commands = {"python -c pass": [sys.executable, "-c", "pass"], **{f"aem-mail {one}": [COMMAND, one] for one in ("--version", "--help")}}
    for command in commands.values():
        _run(lab, command)
    seconds = {name: [_seconds(lab, command) for _ in range(TIMES)] for name, command in commands.items()}
    nothing = seconds.pop("python -c pass")
    for name, own in seconds.items():
        yield median_row("start-up", f"{name} / python -c pass", ratios(own, nothing), at_most=MOST_OF_PYTHON)
    yield median_row("start-up", "python -c pass", nothing, unit="s")


def _seconds(lab: Lab, command: Sequence[str]) -> float:
    began = time.perf_counter()
    _run(lab, command)
    return time.perf_counter() - began


def _run(lab: Lab, command: Sequence[str]) -> str:
    done = subprocess.run(command, env=lab.environ, capture_output=True, text=True, check=False)  # noqa: S603 - this interpreter
    if done.returncode != 0:
        raise Broken(f"`{' '.join(command)}` ended with {done.returncode}:\n{done.stderr}")
    return done.stdout
