"""Ask the simulator without HTTP: a world whose clock stands still until a test moves it."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from aem_mail.simulator.api.serve import Incoming, Outgoing, serve
from aem_mail.simulator.control.faults import fault_from_json
from aem_mail.simulator.world import SimulatedWorld

PROGRAM = "/api/program/10001"
ENVIRONMENT = f"{PROGRAM}/environment/20001"
NETWORKING = f"{ENVIRONMENT}/advancedNetworking"
VARIABLES = f"{ENVIRONMENT}/variables"
INFRASTRUCTURES = f"{PROGRAM}/networkInfrastructures"
SANDBOX = "/api/program/10002"
MINUTE = 60.0
RULE = {"name": "smtp.example.com", "portDest": 465, "portOrig": 30465}


class Direct:
    """A client of one world, with good credentials unless a call says otherwise."""

    def __init__(self, seed: dict[str, Any] | None = None, *, page_size: int | None = None) -> None:
        self.world = SimulatedWorld.seeded(seed, time_scale=0, page_size=page_size, wall=lambda: 1_800_000_000.0)
        self._headers = {
            "authorization": f"Bearer {self.world.tokens.issue(self.world.token_now)}",
            "x-api-key": self.world.credential.client_id,
            "x-gw-ims-org-id": self.world.credential.org_id,
            "content-type": "application/json",
        }

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: Mapping[str, str | None] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> Outgoing:
        """One request; a header given as None is left out, a body given as bytes is sent as it is."""
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        sent = {name: value for name, value in {**self._headers, **(headers or {})}.items() if value is not None}
        faults = self.world.faults.fired("answer", method, path)
        return serve(self.world, Incoming(method, path, urlencode(query or {}), query or {}, sent, content), faults)

    def get(self, path: str, query: Mapping[str, str] | None = None) -> Any:
        answer = self.ask("GET", path, query=query)
        assert answer.status == 200, answer
        return answer.document

    def listed(self, path: str) -> list[dict[str, Any]]:
        (items,) = self.get(path)["_embedded"].values()
        assert isinstance(items, list)
        return items

    def status(self, path: str) -> str:
        return str(self.get(path)["status"])

    def wait(self, seconds: float) -> None:
        self.world.advance(seconds)

    def arm(self, **fault: Any) -> None:
        self.world.faults.arm(fault_from_json(fault))

    def with_infrastructure(self, kind: str = "dedicatedEgressIp") -> "Direct":
        """Create an infrastructure and wait until it is ready."""
        assert self.ask("POST", INFRASTRUCTURES, {"kind": kind, "region": "va7"}).status == 201
        self.wait(15 * MINUTE)
        return self

    def with_networking(self, *rules: dict[str, Any]) -> "Direct":
        """Enable networking and wait until the environment is ready."""
        assert self.ask("PUT", NETWORKING, {"portForwards": list(rules)}).status == 200
        self.wait(10 * MINUTE)
        return self


def invalid(answer: Outgoing) -> dict[str, str]:
    """Name and reason of every invalid parameter of a refusal."""
    assert answer.status == 400, answer
    return {each["name"]: each["reason"] for each in answer.document.get("invalidParams", [])}


def missing(answer: Outgoing) -> list[str]:
    assert answer.status == 400, answer
    return [each["name"] for each in answer.document.get("missingParams", [])]


def reason(answer: Outgoing) -> str:
    """The one message of a refusal."""
    (error,) = answer.document["errors"]
    return str(error["message"])
