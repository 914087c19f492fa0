"""What loading this package adds to the start of the plugin process."""

import subprocess
import sys
from collections.abc import Iterator

from tools.benchmarks.errors import Broken
from tools.benchmarks.lab import Lab
from tools.benchmarks.row import Row, median_row

MOST_SECONDS = 0.15
TIMES = 7
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
    command = [sys.executable, "-c", SCRIPT]
    measured = []
    for _ in range(TIMES):
        done = subprocess.run(command, env=lab.environ, capture_output=True, text=True, check=False)  # noqa: S603 - this interpreter
        if done.returncode != 0:
            raise Broken(f"the providers cannot be imported:\n{done.stderr}")
        measured.append([float(part) for part in done.stdout.split()])
    bare, added, connecting = (list(column) for column in zip(*measured, strict=True))
    yield median_row("start-up", "what importing all providers adds", added, unit="s", at_most=MOST_SECONDS)
    yield median_row("start-up", "what the first request to Cloud Manager adds", connecting, unit="s")
    yield median_row("start-up", "import pulumi", bare, unit="s")
