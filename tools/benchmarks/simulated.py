"""The simulator as the benchmark uses it: with latency, and a journal to count from."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from aem_mail.simulator.server import Running, running_simulator
from tools.benchmarks.journal import Counts, counts
from tools.benchmarks.pace import KIND, LATENCY
from tools.benchmarks.programs import PROGRAM


class Simulated:
    """A running simulator."""

    def __init__(self, running: Running, http: httpx.Client) -> None:
        self.running = running
        self._http = http

    @property
    def credentials(self) -> dict[str, str]:
        """The environment variables by which the provider gets in."""
        return {
            "CLOUDMANAGER_BASE_URL": self.running.url,
            "CLOUDMANAGER_ORG_ID": self.running.org_id,
            "CLOUDMANAGER_CLIENT_ID": self.running.client_id,
            "CLOUDMANAGER_CLIENT_SECRET": self.running.client_secret,
        }

    def counted(self, work: Callable[[], float]) -> tuple[float, Counts]:
        """Return the seconds of ``work``, and what it asked for."""
        self.control("DELETE", "journal")
        seconds = work()
        return seconds, counts(self.control("GET", "journal"))

    def with_infrastructure(self) -> None:
        """Let the program have a ready network infrastructure."""
        state = self.control("GET", "state")
        there = {"id": "30001", "kind": KIND, "region": "va7", "isPrimaryRegion": True, "status": "ready"}
        state["programs"][PROGRAM]["infrastructures"] = [there]
        self.control("PUT", "state", state)

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """Use the control plane."""
        answer = self._http.request(method, f"/_sim/{path}", json=body).raise_for_status()
        return answer.json() if answer.content else None


@contextmanager
def simulated(scale: float, *, infrastructure: bool = True) -> Iterator[Simulated]:
    """Run a simulator with the benchmark's latency for as long as the context lasts."""
    with running_simulator(time_scale=scale) as running, httpx.Client(base_url=running.url, timeout=30, trust_env=False) as http:
        simulator = Simulated(running, http)
        simulator.control("POST", "faults", {"latency": LATENCY})
        if infrastructure:
            simulator.with_infrastructure()
        yield simulator
