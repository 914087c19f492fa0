"""Changes, reads, status polls and tokens are told apart in the simulator's journal."""

from typing import Any

from tools.benchmarks.journal import counts

ENVIRONMENT = "/api/program/10001/environment/20001"


def entry(method: str, path: str, *, applied: bool = False) -> dict[str, Any]:
    return {"method": method, "path": path, "applied": applied}


def test_requests_are_counted_by_what_they_cost() -> None:
    counted = counts(
        [
            entry("POST", "/ims/token/v3"),
            entry("GET", f"{ENVIRONMENT}/advancedNetworking"),
            entry("GET", ENVIRONMENT),
            entry("PUT", f"{ENVIRONMENT}/advancedNetworking", applied=True),
            entry("GET", ENVIRONMENT),
            entry("PATCH", f"{ENVIRONMENT}/variables", applied=True),
            entry("GET", "/api/program/10001/networkInfrastructures"),
            entry("DELETE", "/api/program/10001/networkInfrastructure/30001", applied=True),
        ]
    )

    assert counted.mutations == ("PUT advancedNetworking", "PATCH variables", "DELETE networkInfrastructure")
    assert (counted.changes, counted.gets, counted.status_polls, counted.tokens) == (3, 4, 2, 1)


def test_a_refused_change_is_none() -> None:
    assert counts([entry("PUT", f"{ENVIRONMENT}/advancedNetworking")]).changes == 0


def test_changes_are_summed_up_by_kind_and_by_what_they_take() -> None:
    put = entry("PUT", f"{ENVIRONMENT}/advancedNetworking", applied=True)
    patch = entry("PATCH", f"{ENVIRONMENT}/variables", applied=True)

    counted = counts([put, patch, put])

    assert counted.summary == "2 PUT advancedNetworking, 1 PATCH variables"
    assert counted.minutes == 25
    assert counts([]).summary == ""
