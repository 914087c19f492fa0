"""Network infrastructures as stacks declare them, and a rollout's operations on them."""

from typing import Any

from aem_mail.kinds.requests import Answer
from aem_mail.rollout.wanted_infrastructure import WantedInfrastructure
from tests.vpn import ADDRESS_SPACE, DNS, SHARED_KEY, connection

from .harness import PATIENT, PROGRAM, Bench, infrastructure

POST, DELETE = "POST networkInfrastructures", "DELETE 30001"
COLLECTION, ONE = "*/networkInfrastructures", "*/networkInfrastructure/*"
FLEXIBLE = {"kind": "flexiblePortEgress", "region": "va7", "isPrimaryRegion": True}
KEY, NEW_KEY = SHARED_KEY, "another-key-of-the-office"


def vpn(*, key: str = KEY, gateway: str = "203.0.113.10", space: str = ADDRESS_SPACE) -> WantedInfrastructure:
    return infrastructure("vpn", address_space=(space,), dns=DNS, connections=[connection(key=key, gateway=gateway)])


def create(bench: Bench, wanted: WantedInfrastructure | None = None, timeout: float = PATIENT) -> Answer:
    return bench.rollout.infrastructures.create(wanted or infrastructure(), timeout)


def update(bench: Bench, wanted: WantedInfrastructure, *, rewrite: bool = False, created: bool = True, timeout: float = PATIENT) -> Answer:
    return bench.rollout.infrastructures.update(wanted, rewrite=rewrite, timeout=timeout, created=created)


def delete(bench: Bench, *, created: bool = True, replacing: bool = False, timeout: float = PATIENT) -> str | None:
    return bench.rollout.infrastructures.delete(PROGRAM, "va7", created=created, replacing=replacing, timeout=timeout)


def there(bench: Bench) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = bench.simulator.state()["programs"][PROGRAM]["infrastructures"]
    return found
