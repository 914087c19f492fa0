"""Adobe's own client of the Cloud Manager API, as a Node process."""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from aem_mail.simulator.server import Running
from tools.benchmarks.errors import Broken

SOURCES: Final = Path(__file__).resolve().parents[2] / "tests" / "contract" / "aio_client"
FILES: Final = ("package.json", "package-lock.json", "client.js")
TOOLS: Final = ("node", "npm")
NPM_CI: Final = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")


def missing_tools() -> list[str]:
    """Return what the client needs and this machine lacks."""
    return [tool for tool in TOOLS if shutil.which(tool) is None]


def installed() -> Path:
    """Return the folder of the client with what `npm ci` installs, once per user and version."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "aem-mail" / "aio-client"
    contents = b"".join((SOURCES / name).read_bytes() for name in FILES)
    folder = base / hashlib.sha256(contents).hexdigest()[:16]
    base.mkdir(parents=True, exist_ok=True)
    with (base / "lock").open("w") as lock, tempfile.TemporaryDirectory(dir=base) as scratch:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.is_dir():
            _install(Path(scratch) / "client").rename(folder)
    return folder


def _install(folder: Path) -> Path:
    folder.mkdir()
    for name in FILES:
        shutil.copy(SOURCES / name, folder)
    done = subprocess.run(NPM_CI, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603 - a fixed command
    if done.returncode != 0:
        raise Broken(f"`{' '.join(NPM_CI)}` ended with {done.returncode}:\n{done.stderr}")
    return folder


@dataclass(frozen=True)
class AioClient:
    """The client, logged in to a simulator."""

    folder: Path
    simulator: Running

    def set_variables(self, program: str, environment: str, variables: list[Mapping[str, str]]) -> None:
        """Send one PATCH, as `aio cloudmanager:set-environment-variables` does; returns when it is accepted."""
        order: dict[str, Any] = {
            "url": self.simulator.url,
            "orgId": self.simulator.org_id,
            "clientId": self.simulator.client_id,
            "accessToken": self.simulator.token(),
            "calls": [["setEnvironmentVariables", program, environment, variables]],
        }
        done = subprocess.run(
            ["node", "client.js"],  # noqa: S607 - found by `missing_tools`
            cwd=self.folder,
            input=json.dumps(order),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise Broken(f"Adobe's client ended with {done.returncode}:\n{done.stderr}")
        (outcome,) = json.loads(done.stdout)
        if "error" in outcome:
            raise Broken(f"Adobe's client was refused: {outcome['error']['message']}")
