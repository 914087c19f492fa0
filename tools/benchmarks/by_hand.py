"""The job as it is done today: Adobe's client for variables, plain HTTP for networking, one thing at a time, waiting for each."""

import time
from typing import Any, Final

import httpx

from tools.benchmarks.aio_client import AioClient
from tools.benchmarks.programs import ENVIRONMENTS, PROGRAM

POLL_SECONDS: Final = 0.1
ENVIRONMENT: Final = ENVIRONMENTS[0]
PATH: Final = f"/api/program/{PROGRAM}/environment/{ENVIRONMENT}"


class ByHand:
    """Somebody with a terminal, who never mistypes and looks ten times a second whether the environment is ready."""

    def __init__(self, client: AioClient) -> None:
        self._client = client
        simulator = client.simulator
        self._http = httpx.Client(base_url=simulator.url, headers=simulator.headers(), timeout=30, trust_env=False)

    def up(self, rules: int, secrets: int) -> float:
        """Return the seconds in which rules and secrets are made live; the first rule comes with the enablement."""
        began = time.monotonic()
        with self._http:
            for place in range(rules):
                self._add_rule({"name": "smtp.example.com", "portDest": 465, "portOrig": 30000 + place})
                self._wait()
            for place in range(secrets):
                secret = {"name": f"SECRET_{place}", "type": "secretString", "value": f"secret {place}"}
                self._client.set_variables(PROGRAM, ENVIRONMENT, [secret])
                self._wait()
        return time.monotonic() - began

    def _add_rule(self, rule: dict[str, Any]) -> None:
        listed = self._http.get(f"{PATH}/advancedNetworking").raise_for_status().json()["_embedded"]["networkingConfigurations"]
        there = listed[0] if listed else {}
        document = {"nonProxyHosts": there.get("nonProxyHosts", []), "portForwards": [*there.get("portForwards", []), rule]}
        self._http.put(f"{PATH}/advancedNetworking", json=document).raise_for_status()

    def _wait(self) -> None:
        while self._http.get(PATH).raise_for_status().json()["status"] != "ready":
            time.sleep(POLL_SECONDS)
