from typing import Any

from tools.demo import journal

ENVIRONMENT = "/api/program/10001/environment/20001"


def entry(method: str, path: str, *, applied: bool = False) -> dict[str, Any]:
    return {"method": method, "path": path, "applied": applied}


def test_writes_are_the_changes_that_were_applied() -> None:
    entries = [
        entry("POST", "/ims/token/v3"),
        entry("GET", f"{ENVIRONMENT}/advancedNetworking"),
        entry("PUT", f"{ENVIRONMENT}/advancedNetworking"),
        entry("PUT", f"{ENVIRONMENT}/advancedNetworking", applied=True),
        entry("DELETE", "/api/program/10001/networkInfrastructure/30001", applied=True),
    ]

    assert journal.writes(entries) == ["PUT advancedNetworking", "DELETE networkInfrastructure"]
    assert journal.summary(entries) == "4 requests, 2 of them to change something: DELETE networkInfrastructure, PUT advancedNetworking"


def test_a_summary_without_writes_says_so() -> None:
    assert journal.summary([entry("GET", ENVIRONMENT)]) == "1 request, none of them to change something"


def test_a_token_alone_is_no_request() -> None:
    assert journal.summary([entry("POST", "/ims/token/v3")]) == "no request"
