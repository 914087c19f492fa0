from typing import Any

from aem_mail.simulator.control.journal import LONGEST_TEXT, MOST_ENTRIES
from tests.simulator.direct import NETWORKING, VARIABLES, Direct


def entries(direct: Direct) -> list[dict[str, Any]]:
    return [entry.to_json() for entry in direct.world.journal.entries()]


def test_every_request_is_listed_in_order_with_its_outcome(direct: Direct) -> None:
    direct.ask("GET", "/api/programs", query={"start": "1"})
    direct.ask("PATCH", VARIABLES, [{"name": "AB", "value": "x"}])
    direct.ask("PATCH", VARIABLES, [{"name": "AB", "value": "y"}])
    direct.ask("GET", "/nowhere", headers={"authorization": None})

    assert [(each["seq"], each["method"], each["path"], each["query"], each["status"], each["applied"]) for each in entries(direct)] == [
        (1, "GET", "/api/programs", "start=1", 200, False),
        (2, "PATCH", VARIABLES, "", 204, True),
        (3, "PATCH", VARIABLES, "", 409, False),
        (4, "GET", "/nowhere", "", 401, False),
    ]


def test_an_entry_has_both_times_and_the_request_id_of_the_answer(direct: Direct) -> None:
    direct.wait(90)

    answer = direct.ask("GET", "/api/programs")

    (entry,) = entries(direct)
    assert (entry["time"], entry["wall"]) == (1_800_000_090.0, 1_800_000_000.0)
    assert entry["requestId"] == answer.headers["x-request-id"]


def test_a_mutation_without_effect_counts_as_applied(direct: Direct) -> None:
    direct.ask("PATCH", VARIABLES, [{"name": "AB", "value": ""}])

    assert [each["applied"] for each in entries(direct)] == [True]


def test_a_refused_mutation_does_not_count(direct: Direct) -> None:
    direct.ask("PUT", NETWORKING, {})

    assert [(each["status"], each["applied"]) for each in entries(direct)] == [(400, False)]


def test_a_request_for_a_token_is_listed_under_its_own_path(direct: Direct) -> None:
    direct.ask("POST", "/ims/token/v3", b"client_secret=s3cr3t-value")

    (entry,) = entries(direct)
    assert (entry["path"], entry["applied"]) == ("/ims/token/v3", False)
    assert "s3cr3t-value" not in str(entry)


def test_numbers_go_on_after_the_journal_was_emptied_and_start_anew_after_a_reset(direct: Direct) -> None:
    direct.ask("GET", "/api/programs")
    direct.world.clear_journal()
    direct.ask("GET", "/api/programs")
    assert [each["seq"] for each in entries(direct)] == [2]

    direct.world.reset()
    direct.ask("GET", "/api/programs")
    assert [each["seq"] for each in entries(direct)] == [1]


def test_of_more_requests_than_the_journal_keeps_the_oldest_are_forgotten_and_the_numbers_go_on(direct: Direct) -> None:
    for _ in range(MOST_ENTRIES + 2):
        direct.world.record(method="GET", path="/api/programs", query="", status=200, applied=False, request_id="x")

    numbers = [entry.seq for entry in direct.world.journal.entries()]
    assert (numbers[0], numbers[-1], len(numbers)) == (3, MOST_ENTRIES + 2, MOST_ENTRIES)


def test_a_path_and_a_query_are_kept_up_to_a_length(direct: Direct) -> None:
    direct.ask("GET", "/api/" + "a" * 5000, query={"start": "1" * 5000})

    (entry,) = direct.world.journal.entries()
    assert (len(entry.path), len(entry.query)) == (LONGEST_TEXT, LONGEST_TEXT)
