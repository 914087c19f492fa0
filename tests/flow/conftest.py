"""Fixtures of the flow tests: a simulator, and stacks that talk to it."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from aem_mail.simulator.server import Running, running_simulator
from tests import loopback
from tests.flow.stack import Stack
from tests.secrets import SecretWatch

USERNAME = "apikey"
PASSWORD = "password123"
SCALE = 1200.0
"""How many simulated seconds pass in one, unless a test says otherwise: ten minutes last half a second."""


class Simulator:
    """The simulator's control plane, in the words of the tests."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self.http = loopback.client(base_url=running.url, timeout=30)

    @property
    def variables(self) -> dict[str, str]:
        """Return the environment variables by which the provider finds it."""
        return {
            "CLOUDMANAGER_BASE_URL": self.running.url,
            "CLOUDMANAGER_ORG_ID": self.running.org_id,
            "CLOUDMANAGER_CLIENT_ID": self.running.client_id,
            "CLOUDMANAGER_CLIENT_SECRET": self.running.client_secret,
        }

    def state(self) -> dict[str, Any]:
        """Return the state except for the clock."""
        state: dict[str, Any] = self._json("GET", "/_sim/state")
        state.pop("clock")
        return state

    def environment(self, environment_id: str = "20001", program_id: str = "10001") -> dict[str, Any]:
        found: dict[str, Any] = self.state()["programs"][program_id]["environments"][environment_id]
        return found

    def rules(self, environment_id: str = "20001") -> dict[int, str]:
        """Return the rules as ``{portOrig: "name:portDest"}``."""
        networking = self.environment(environment_id)["advancedNetworking"] or {"portForwards": []}
        return {rule["portOrig"]: f"{rule['name']}:{rule['portDest']}" for rule in networking["portForwards"]}

    def variable_names(self, environment_id: str = "20001") -> list[str]:
        return sorted(variable["name"] for variable in self.environment(environment_id)["variables"])

    def pace(self, scale: float) -> None:
        """Let so many simulated seconds pass in one from now on; 0 stops the clock, so that no change ends."""
        world = self.running.world
        with world.lock:
            world.clock = world.clock.paced(scale, world.wall())

    def stop_clock_at(self, mutation: str) -> threading.Event:
        """Stop the clock with the first such mutation, so that its change lasts until `pace`; return what is set then."""
        world, reached = self.running.world, threading.Event()
        record = world.record

        def recorded(**entry: Any) -> None:
            record(**entry)
            if not reached.is_set() and entry["applied"] and f"{entry['method']} {_noun(entry['path'])}" == mutation:
                self.pace(0)
                reached.set()

        world.record = recorded  # type: ignore[method-assign]  # the journal has no notice of its own
        return reached

    def edit(self, change: Callable[[dict[str, Any]], None]) -> None:
        """Change the state behind everybody's back."""
        state = self._json("GET", "/_sim/state")
        change(state)
        self._json("PUT", "/_sim/state", state)

    def edit_environment(self, change: Callable[[dict[str, Any]], None], environment_id: str = "20001") -> None:
        self.edit(lambda state: change(state["programs"]["10001"]["environments"][environment_id]))

    def journal(self) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = self._json("GET", "/_sim/journal")
        return entries

    def forget_journal(self) -> None:
        self._json("DELETE", "/_sim/journal")

    def mutations(self) -> list[str]:
        """Return the applied mutations since the journal was last forgotten, as ``METHOD noun``."""
        return [
            f"{entry['method']} {_noun(entry['path'])}"
            for entry in self.journal()
            if entry["method"] != "GET" and entry["path"].startswith("/api") and entry["applied"]
        ]

    def gets(self) -> list[str]:
        return [entry["path"] for entry in self.journal() if entry["method"] == "GET"]

    def fault(self, **fault: Any) -> None:
        self._json("POST", "/_sim/faults", fault)

    def send(self, directory: Path, environment_id: str = "20001", tier: str = "author", run_modes: tuple[str, ...] = ()) -> dict[str, Any]:
        body = {
            "programId": "10001",
            "environmentId": environment_id,
            "tier": tier,
            "directory": str(directory),
            "runModes": list(run_modes),
        }
        result: dict[str, Any] = self._json("POST", "/_sim/send", body)
        return result

    def mails(self) -> list[dict[str, Any]]:
        mails: list[dict[str, Any]] = self._json("GET", "/_sim/mails")
        return mails

    def _json(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.http.request(method, path, json=body) if body is not None else self.http.request(method, path)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None


def _noun(path: str) -> str:
    return [part for part in path.split("/") if not part.isdigit()][-1]


@pytest.fixture
def simulator(request: pytest.FixtureRequest) -> Iterator[Simulator]:
    """Return a simulator whose clock goes as the mark ``time_scale`` says, or by SCALE."""
    mark = request.node.get_closest_marker("time_scale")
    with running_simulator(time_scale=mark.args[0] if mark else SCALE) as running:
        wrapped = Simulator(running)
        yield wrapped
        wrapped.http.close()


@pytest.fixture
def watch(simulator: Simulator) -> Iterator[SecretWatch]:
    """Return the watch over the test's secrets; at the end it looks at the journal too."""
    watch = SecretWatch(simulator.running.client_secret, PASSWORD)
    yield watch
    watch.value("the journal", simulator.journal())
    watch.value("the mails' bodies", [mail["body"] for mail in simulator.mails()])


@pytest.fixture
def stack(simulator: Simulator, watch: SecretWatch, tmp_path: Path) -> Stack:
    return Stack(tmp_path / "project", simulator.variables, watch)
