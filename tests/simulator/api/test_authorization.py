import pytest

from aem_mail.simulator.api.routes import ROUTES, Route
from tests.simulator.direct import ENVIRONMENT, INFRASTRUCTURES, NETWORKING, PROGRAM, VARIABLES, Direct, reason


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer forged", "Basic abc", "forged"])
def test_a_missing_or_wrong_token_is_refused_with_401(authorization: str | None, direct: Direct) -> None:
    answer = direct.ask("GET", "/api/programs", headers={"authorization": authorization})

    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("header", ["x-api-key", "x-gw-ims-org-id"])
@pytest.mark.parametrize("value", [None, "somebody else's"])
def test_a_missing_or_wrong_key_or_organization_is_refused_with_403(header: str, value: str | None, direct: Direct) -> None:
    answer = direct.ask("GET", "/api/programs", headers={header: value})

    assert answer.status == 403
    assert header in reason(answer)


def test_other_headers_are_ignored(direct: Direct) -> None:
    assert direct.ask("GET", "/api/programs", headers={"x-whatever": "yes"}).status == 200


def test_a_token_is_refused_once_a_day_has_passed(direct: Direct) -> None:
    direct.wait(86398)
    assert direct.ask("GET", "/api/programs").status == 200

    direct.wait(1)
    assert direct.ask("GET", "/api/programs").status == 401


def test_a_revoked_token_is_refused(direct: Direct) -> None:
    direct.world.tokens.revoke_all()

    assert direct.ask("GET", "/api/programs").status == 401


@pytest.mark.parametrize(
    ("profile", "method", "path", "status"),
    [
        ("Developer", "POST", INFRASTRUCTURES, 403),
        ("Deployment Manager", "POST", INFRASTRUCTURES, 403),
        ("Business Owner", "POST", INFRASTRUCTURES, 400),
        ("Developer", "PUT", NETWORKING, 403),
        ("Deployment Manager", "DELETE", NETWORKING, 400),
        ("Business Owner", "DELETE", NETWORKING, 400),
        ("Business Owner", "PATCH", VARIABLES, 403),
        ("Deployment Manager", "PATCH", VARIABLES, 400),
        ("Developer", "GET", ENVIRONMENT, 200),
    ],
)
def test_an_operation_needs_its_product_profile(profile: str, method: str, path: str, status: int) -> None:
    direct = Direct({"profiles": [profile], "programs": {"10001": {"region": "va7", "environments": {"20001": {"type": "prod"}}}}})

    answer = direct.ask(method, path, b"{")

    assert answer.status == status
    assert status != 403 or "product profile" in reason(answer)


def test_an_unknown_path_is_404(direct: Direct) -> None:
    assert direct.ask("GET", "/api/program/10001/repositories").status == 404
    assert direct.ask("GET", "/api/program/10001/").status == 404
    assert direct.ask("GET", "/").status == 404


def test_a_wrong_method_is_405_and_names_the_right_ones(direct: Direct) -> None:
    answer = direct.ask("POST", NETWORKING)

    assert (answer.status, answer.headers["Allow"]) == (405, "GET, PUT, DELETE")


@pytest.mark.parametrize("operation", ROUTES[1:], ids=lambda each: f"{each.method} {each.path}")
def test_every_operation_answers_404_for_what_does_not_exist(operation: Route, direct: Direct) -> None:
    path = operation.path.replace("{p}", "10001").replace("{e}", "99").replace("{id}", "99")
    absent = path if "99" in path else path.replace("10001", "99")

    answer = direct.ask(operation.method, absent, {})

    assert answer.status == 404
    assert "99" in reason(answer)
    assert direct.world.state == Direct().world.state


def test_a_body_that_is_too_large_is_refused(direct: Direct) -> None:
    assert direct.ask("PATCH", VARIABLES, b" " * (1024 * 1024 + 1)).status == 413


@pytest.mark.parametrize("body", [b"{", b"\xff", b'{"a": NaN}', b'"\\ud800"', b"[" * 100_000, b"1" * 5000], ids=repr)
def test_a_body_that_is_no_json_is_refused(body: bytes, direct: Direct) -> None:
    answer = direct.ask("PATCH", VARIABLES, body)

    assert (answer.status, reason(answer)) == (400, "the body is not valid JSON")


def test_a_body_of_another_type_is_refused(direct: Direct) -> None:
    answer = direct.ask("PATCH", VARIABLES, [], headers={"content-type": "text/plain"})

    assert (answer.status, reason(answer)) == (400, "the header Content-Type must be application/json")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("DELETE", PROGRAM, 412), ("POST", f"{PROGRAM}/environments", 400), ("DELETE", ENVIRONMENT, 400)],
)
def test_what_the_specification_knows_and_the_simulator_does_not_do_is_refused(method: str, path: str, status: int, direct: Direct) -> None:
    answer = direct.ask(method, path)

    assert answer.status == status
    assert "/_sim/state" in reason(answer)
