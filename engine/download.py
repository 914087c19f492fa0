"""Install the engine with Pulumi's own installer."""

import sys
import threading
import urllib.request
from collections.abc import Mapping
from http.client import HTTPException
from importlib.metadata import version
from pathlib import Path
from queue import Empty, Queue

from engine.cache import Say, published
from engine.commands import CommandFailed, run_long
from engine.errors import EngineError

_INSTALLER_SITE = "https://get.pulumi.com/"
_PROBE_SECONDS = 3.0
_INSTALL_SECONDS = 180.0

_INSTALL = """
import sys
from pulumi.automation import PulumiCommand
PulumiCommand.install(root=sys.argv[1])
"""


def download_key() -> str:
    """The folder of this download in the cache: the installer takes the CLI that has the version of the Python SDK."""
    return f"download-{version('pulumi')}"


def download(target: Path, environ: Mapping[str, str], say: Say) -> None:
    """Install CLI and Python host into `target`, whose `bin` then belongs first on PATH. Tried once.

    Raises EngineError: no internet, or an installer that fails or takes too long.
    """
    if not reachable(_INSTALLER_SITE, _PROBE_SECONDS):
        raise EngineError(f"{_INSTALLER_SITE} does not answer within {_PROBE_SECONDS:.0f} s")
    say(f"installing Pulumi with its own installer, for at most {_INSTALL_SECONDS / 60:.0f} minutes")
    with published(target) as folder:
        try:
            run_long([sys.executable, "-c", _INSTALL, folder], folder=folder, environ=environ, limit=_INSTALL_SECONDS)
        except CommandFailed as failure:
            last_line = (str(failure).strip().splitlines() or ["no message"])[-1]
            raise EngineError(f"Pulumi's installer failed: {last_line}") from failure


def reachable(url: str, seconds: float) -> bool:
    """Say whether a site answers in time, through the proxies of the usual variables.

    A thread bears the limit: name look-ups have none of their own where packets just vanish.
    """
    answers: Queue[bool] = Queue()

    def ask() -> None:
        try:
            with urllib.request.urlopen(urllib.request.Request(url, method="HEAD"), timeout=seconds):  # noqa: S310 - the caller's own https address
                answers.put(True)
        except (OSError, ValueError, HTTPException):
            answers.put(False)

    threading.Thread(target=ask, daemon=True).start()
    try:
        return answers.get(timeout=seconds)
    except Empty:
        return False
