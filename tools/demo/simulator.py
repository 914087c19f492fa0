"""The simulator as a process of its own, and its control plane."""

import json
import select
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import httpx

from tools.demo.errors import NotAsTold

TIME_SCALE: Final = 600
"""Ten minutes of Cloud Manager are one second here."""
START_SECONDS: Final = 20.0
STOP_SECONDS: Final = 10.0
LAST_CHARACTERS: Final = 500


class Simulator:
    """One simulator, whose state lives in a file, so that it can be stopped and started again."""

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        self._state_file = folder / "simulator.json"
        self._log = folder / "simulator.log"
        self._environ = environ
        self._process: subprocess.Popen[str] | None = None
        self._announced: Mapping[str, str] = {}
        # No proxy of the surroundings may come between two processes on loopback.
        self._http = httpx.Client(trust_env=False, timeout=30)

    @property
    def url(self) -> str:
        return self._announced["url"]

    @property
    def credentials(self) -> dict[str, str]:
        """The environment variables by which the provider, and everybody else, gets in."""
        announced = self._announced
        return {
            "CLOUDMANAGER_BASE_URL": announced["url"],
            "CLOUDMANAGER_ORG_ID": announced["orgId"],
            "CLOUDMANAGER_CLIENT_ID": announced["clientId"],
            "CLOUDMANAGER_CLIENT_SECRET": announced["clientSecret"],
        }

    def start(self) -> None:
        """Start it on a free port and read where it is and whom it lets in."""
        command = ("aem-mail", "simulate", "--port", "0", "--state", str(self._state_file), "--time-scale", str(TIME_SCALE))
        with self._log.open("w") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                command, env=self._environ, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, text=True
            )
        first_line = first_line_of(self._process)
        if not first_line:
            raise NotAsTold(f"the simulator did not start: {self._log.read_text()[-LAST_CHARACTERS:]}")
        self._announced = json.loads(first_line)

    def stop(self) -> None:
        """End it as a user would."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            code = self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            raise NotAsTold(f"the simulator did not end within {STOP_SECONDS:.0f} s") from None
        self._process = None
        if code != 0:
            raise NotAsTold(f"the simulator ended with {code}: {self._log.read_text()[-LAST_CHARACTERS:]}")

    def state(self) -> dict[str, Any]:
        """Return everything that Cloud Manager holds, but not the time."""
        state = self._json("GET", "state")
        del state["clock"]
        return dict(state)

    def become(self, state: Mapping[str, Any]) -> None:
        self._json("PUT", "state", state)

    def journal(self) -> list[dict[str, Any]]:
        return list(self._json("GET", "journal"))

    def mails(self) -> list[dict[str, Any]]:
        return list(self._json("GET", "mails"))

    def _json(self, method: str, name: str, body: Any = None) -> Any:
        try:
            answer = self._http.request(method, f"{self.url}/_sim/{name}", json=body)
            answer.raise_for_status()
        except httpx.HTTPError as error:
            raise NotAsTold(f"the simulator does not answer: {error}") from None
        return answer.json()


def first_line_of(process: "subprocess.Popen[str]") -> str:
    """Return what a process says first, empty if that is nothing."""
    output = process.stdout
    if output is None:
        return ""
    readable, _, _ = select.select([output], [], [], START_SECONDS)
    return output.readline() if readable else ""
