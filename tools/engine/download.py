"""Install the engine from Pulumi's own archive of the pinned version."""

import platform
import shutil
import sys
import threading
import time
import urllib.request
from collections.abc import Mapping
from http.client import HTTPException
from pathlib import Path
from queue import Empty, Queue
from typing import Final

from tools.engine import pins
from tools.engine.cache import Say, published
from tools.engine.commands import CommandFailed, run_long
from tools.engine.errors import EngineError
from tools.engine.on_path import COMPANIONS

ARCHIVES: Final = "https://get.pulumi.com/releases/sdk"
CHECKSUMS: Final = "https://github.com/pulumi/pulumi/releases/download"
SYSTEMS: Final = {"Linux": "linux", "Darwin": "darwin"}
MACHINES: Final = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}
_PROBE_SECONDS = 3.0
_INSTALL_SECONDS = 180.0


def download_key() -> str:
    """The folder of this download in the cache, such as `download-3.259.0-linux-x64`."""
    return f"download-{pins.cli_version()}-{_platform() or 'nowhere'}"


def download(target: Path, environ: Mapping[str, str], say: Say, *, archives: str = ARCHIVES, checksums: str = CHECKSUMS) -> None:
    """Install CLI and Python host into `target`, whose `bin` then belongs first on PATH. Tried once.

    Raises EngineError: no archive for this kind of machine, no internet, an archive that is not what the release's checksums say,
    or one that takes too long.
    """
    version, here = pins.cli_version(), _platform()
    if here is None:
        raise EngineError(f"Pulumi publishes no archive for {platform.system()} on {platform.machine()} that is known here")
    archive_url = f"{archives}/pulumi-v{version}-{here}.tar.gz"
    if not reachable(archive_url, _PROBE_SECONDS):
        raise EngineError(f"{archive_url} does not answer within {_PROBE_SECONDS:.0f} s")
    say(f"downloading Pulumi {version} from {archives}, about a minute, and at most {_INSTALL_SECONDS / 60:.0f}")
    with published(target) as folder:
        _fetch(archive_url, f"{checksums}/v{version}/pulumi-{version}-checksums.txt", folder / "bin", environ, say)
        missing = [name for name in ("pulumi", *COMPANIONS) if shutil.which(name, path=str(folder / "bin")) is None]
        if missing:
            raise EngineError(f"{archive_url} lacks {' and '.join(missing)}")
    say("downloaded, and its checksum is the one that the release publishes")


def _platform() -> str | None:
    system, machine = SYSTEMS.get(platform.system()), MACHINES.get(platform.machine().lower())
    return f"{system}-{machine}" if system and machine else None


def _fetch(archive_url: str, checksums_url: str, folder: Path, environ: Mapping[str, str], say: Say) -> None:
    began = time.monotonic()
    command: list[str | Path] = [sys.executable, "-m", "tools.engine.archive", archive_url, checksums_url, folder]

    def on_tick() -> None:
        say(f"still downloading, {time.monotonic() - began:.0f} s so far")

    try:
        run_long(command, folder=pins.CHECKOUT, environ=environ, on_tick=on_tick, limit=_INSTALL_SECONDS)
    except CommandFailed as failure:
        last_line = (str(failure).strip().splitlines() or ["no message"])[-1]
        raise EngineError(f"The download failed: {last_line}") from failure


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
