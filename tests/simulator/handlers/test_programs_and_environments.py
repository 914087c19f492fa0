import pytest

from tests.simulator.direct import ENVIRONMENT, PROGRAM, SANDBOX, Direct, invalid

REL = "http://ns.adobe.com/adobecloud/rel/"


def test_programs_tell_whether_they_are_sandboxes(direct: Direct) -> None:
    assert [(each["id"], each["capabilities"]["sandbox"]) for each in direct.listed("/api/programs")] == [("10001", False), ("10002", True)]


def test_links_lead_from_the_programs_to_everything_in_them(direct: Direct) -> None:
    program = direct.get(direct.listed("/api/programs")[0]["_links"]["self"]["href"])
    environments = direct.listed(program["_links"][f"{REL}environments"]["href"])
    environment = direct.get(environments[0]["_links"]["self"]["href"])

    ends = [program["_links"][f"{REL}{rel}"]["href"] for rel in ("networkInfrastructures", "regions")]
    ends += [environment["_links"][f"{REL}{rel}"]["href"] for rel in ("variables", "advancedNetworking", "program")]
    assert [direct.ask("GET", end).status for end in ends] == [200] * 5


def test_an_environment_tells_its_type_status_and_region(direct: Direct) -> None:
    environment = direct.get(ENVIRONMENT)

    assert {key: environment[key] for key in ("id", "programId", "type", "status", "region")} == {
        "id": "20001",
        "programId": "10001",
        "type": "dev",
        "status": "ready",
        "region": "va7",
    }


def test_an_environment_of_another_program_does_not_exist(direct: Direct) -> None:
    assert direct.ask("GET", f"{SANDBOX}/environment/20001").status == 404


def test_environments_are_listed_by_type(direct: Direct) -> None:
    assert [each["id"] for each in direct.get(f"{PROGRAM}/environments", {"type": "stage"})["_embedded"]["environments"]] == ["20002"]
    assert list(invalid(direct.ask("GET", f"{PROGRAM}/environments", query={"type": "test"}))) == ["type"]


def test_the_programs_own_region_comes_first(direct: Direct) -> None:
    names = [each["name"] for each in direct.listed(f"{PROGRAM}/regions")]

    assert names[0] == "va7"
    assert len(set(names)) == len(names) > 1


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_a_list_in_pages_is_complete_and_in_order(size: int) -> None:
    direct = Direct(page_size=size)
    found: list[str] = []
    path, query = f"{PROGRAM}/environments", dict[str, str]()
    while path:
        page = direct.get(path, query)
        assert page["_totalNumberOfItems"] == 3
        found += [each["id"] for each in page["_embedded"]["environments"]]
        path, _, rest = page["_links"].get("next", {}).get("href", "").partition("?")
        query = dict(pair.split("=") for pair in rest.split("&") if pair)

    assert found == ["20001", "20002", "20003"]


def test_a_page_knows_its_neighbours(direct: Direct) -> None:
    path = f"{PROGRAM}/environments"

    links = direct.get(path, {"type": "prod", "start": "0", "limit": "1"})["_links"]
    assert "next" not in links
    links = direct.get(path, {"start": "1", "limit": "1"})["_links"]
    assert (links["prev"]["href"], links["next"]["href"]) == (f"{path}?start=0&limit=1", f"{path}?start=2&limit=1")


@pytest.mark.parametrize("query", [{"start": "-1"}, {"limit": "0"}, {"limit": "x"}, {"start": "²"}, {"start": "9" * 100}])
def test_a_page_that_cannot_be_is_refused(query: dict[str, str], direct: Direct) -> None:
    assert list(invalid(direct.ask("GET", "/api/programs", query=query))) == list(query)
