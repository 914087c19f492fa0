"""The texts of the errors, whole: object, attempt, cause, next step, request id."""

import json

import pytest

from aem_mail.cloud_manager.call import BUSINESS_OWNER, DEPLOYMENT_MANAGER, Call
from aem_mail.cloud_manager.failures import Report
from aem_mail.cloud_manager.outcome import Answered, Lost
from aem_mail.cloud_manager.vocabulary import Vocabulary
from aem_mail.errors import ApiError, BadRequest, Busy, NotFound, NotPermitted, Problem, RateLimited, ServerError

from .conftest import connection_to

PUT = Call(
    "PUT",
    "/api/program/1/environment/2/advancedNetworking",
    "change the advanced networking of program 1, environment 2",
    DEPLOYMENT_MANAGER,
)
POST = Call("POST", "/api/program/1/networkInfrastructures", "create the network infrastructure of program 1", BUSINESS_OWNER)
GET = Call("GET", "/api/program/1", "read program 1")


def report(call: Call) -> Report:
    return Report(call, "https://cloudmanager.adobe.io", connection_to("https://cloudmanager.adobe.io"), str)


def error(call: Call, status: int, body: bytes = b"", **headers: str) -> ApiError:
    refused = report(call).refused(
        Answered(status, {"x-request-id": "r-1", **{name.replace("_", "-"): value for name, value in headers.items()}}, body)
    )
    assert isinstance(refused, ApiError)
    return refused


def test_400_names_every_parameter() -> None:
    body = (
        b'{"status":400,"type":"http://ns.adobe.com/adobecloud/error","title":"Validation failed.",'
        b'"missingParams":[{"name":"region","type":"string"}],'
        b'"invalidParams":[{"name":"kind","reason":"unknown kind"}],"errors":["and more."]}'
    )

    bad = error(POST, 400, body)

    assert str(bad) == (
        "Could not create the network infrastructure of program 1: Validation failed "
        "(region: is missing (string); kind: unknown kind; and more). Correct what is named and run again. "
        "(HTTP 400, POST /api/program/1/networkInfrastructures, request id r-1)"
    )
    assert isinstance(bad, BadRequest)
    assert bad.problems == (Problem("region", "is missing (string)"), Problem("kind", "unknown kind"), Problem("", "and more."))
    assert (bad.title, bad.type, bad.request_id) == ("Validation failed.", "http://ns.adobe.com/adobecloud/error", "r-1")


def test_403_names_organization_key_and_profile() -> None:
    assert str(error(PUT, 403, b'{"title":"Forbidden"}')) == (
        "Could not change the advanced networking of program 1, environment 2: Forbidden. Check that the program belongs to "
        "organization 1234@AdobeOrg, that the api key client-id-1 is that of a project with the Cloud Manager API, and that the credential "
        "has the product profile Deployment Manager (for networking, Business Owner also serves; or a custom profile with Network "
        "Infrastructure Manage, Environment Edit or Environment Variables Manage, as the request needs). "
        "(HTTP 403, PUT /api/program/1/environment/2/advancedNetworking, request id r-1)"
    )
    assert "the product profile Business Owner (or a custom profile with" in str(error(POST, 403))
    assert "a product profile of Cloud Manager." in str(error(GET, 403))
    assert isinstance(error(GET, 403), NotPermitted)


@pytest.mark.parametrize(
    ("status", "kind", "text"),
    [
        (404, NotFound, "Not Found. Check the ids, and that they belong to organization 1234@AdobeOrg"),
        (409, Busy, "Conflict. Another change is under way: run again when it has ended."),
        (422, BadRequest, "Correct what is named"),
        (429, RateLimited, "Too many requests: run again in 77 s."),
        (
            500,
            ServerError,
            "Whether it was applied anyway is not known: read before it is sent again. The server failed: run again later",
        ),
        (599, ServerError, "no reason was given."),
        (418, ApiError, "Ask Adobe's support with the request id."),
    ],
)
def test_every_status_has_its_kind_and_its_next_step(status: int, kind: type[ApiError], text: str) -> None:
    refused = error(PUT, status, retry_after="77")

    assert type(refused) is kind
    assert text in str(refused)


def test_a_pause_of_more_than_a_day_is_not_counted_in_seconds() -> None:
    assert "run again later." in str(error(PUT, 429, retry_after="123456789"))


def test_a_page_instead_of_a_problem_document_is_quoted_by_its_title() -> None:
    assert str(error(GET, 502, b"<html><title>502 Bad Gateway</title>")).startswith(
        "Could not read program 1: 502 Bad Gateway. The server failed"
    )


def test_a_missing_request_id_is_said() -> None:
    refused = report(GET).refused(Answered(404, {}, b""))

    assert str(refused).endswith("(HTTP 404, GET /api/program/1, request id not given)")


def test_many_problems_are_counted_not_quoted() -> None:
    body = b'{"errors": [' + b",".join(b'"e%d"' % number for number in range(60)) + b"]}"

    assert "e39; and 20 more" in str(error(PUT, 400, body))


@pytest.mark.parametrize(
    ("lost", "text"),
    [
        (
            Lost("[Errno 111] Connection refused", sent=False),
            "Could not read program 1: https://cloudmanager.adobe.io gave no answer: [Errno 111] Connection refused. "
            "Check the network, the base URLs, and HTTPS_PROXY and NO_PROXY. (GET /api/program/1)",
        ),
        (Lost("no answer in time", sent=True), "gave no answer: no answer in time. Run again. (GET /api/program/1)"),
        (
            Lost("its certificate is not trusted (self-signed)", sent=False, lasting=True, certificate=True),
            "set SSL_CERT_FILE (or REQUESTS_CA_BUNDLE)",
        ),
    ],
)
def test_no_answer_says_what_to_look_at(lost: Lost, text: str) -> None:
    assert text in str(report(GET).no_answer(lost))


@pytest.mark.parametrize(("call", "sent", "unknown"), [(GET, True, False), (PUT, True, True), (PUT, False, False)])
def test_only_a_write_that_left_has_an_unknown_outcome(call: Call, sent: bool, unknown: bool) -> None:
    assert report(call).no_answer(Lost("x", sent=sent)).outcome_unknown is unknown


PATCH = Call(
    "PATCH",
    "/api/program/1/environment/2/variables",
    "change variables EMAIL_PASSWORD, EMAIL_USERNAME of program 1, environment 2",
    secrets=("hunter2-hunter2",),
    vocabulary=Vocabulary({"value": "at most 2048 characters", "name": ""}, ("EMAIL_PASSWORD", "EMAIL_USERNAME")),
)


def test_a_refusal_of_secrets_is_told_in_our_own_words_and_names_what_is_concerned() -> None:
    body = (
        b'{"type":"http://ns.adobe.com/adobecloud/validation-exception","title":"Validation of hunter2 failed",'
        b'"missingParams":[{"name":"[0].name","type":"hunter2"}],'
        b'"errors":[{"field":"[1].value","message":"hunter2-hunter2 is too short"},{"message":"EMAIL_USERNAME: hunter2 is odd."},'
        b'{"field":"[0].hunter2","message":"hunter2"}]}'
    )

    bad = error(PATCH, 400, body)

    assert str(bad) == (
        "Could not change variables EMAIL_PASSWORD, EMAIL_USERNAME of program 1, environment 2: Bad Request "
        "([0].name: is missing for EMAIL_PASSWORD; [1].value: is not valid for EMAIL_USERNAME (at most 2048 characters); "
        "EMAIL_USERNAME: is named in the refusal). What else the server says is not shown, because the request held secrets. "
        "Correct what is named and run again. (HTTP 400, PATCH /api/program/1/environment/2/variables, request id r-1)"
    )
    assert (bad.title, bad.type) == ("Bad Request", "http://ns.adobe.com/adobecloud/validation-exception")


@pytest.mark.parametrize("body", [b"", b"hunter2", b"[]", b'"hunter2"', b'{"errors": 7}', b'{"error": "hunter2"}'])
def test_a_refusal_of_secrets_that_names_nothing_known_says_what_the_status_says(body: bytes) -> None:
    bad = error(PATCH, 409, body)

    assert "environment 2: Conflict." in str(bad)
    assert bad.problems == ()
    assert "hunter2" not in str(bad)


@pytest.mark.parametrize(
    ("field", "known"),
    [
        ("[0].value", True),
        ("value", True),
        ("name", True),
        ("[7].value[0]", True),
        ("[1]", True),
        ("[1234].value", False),
        ("[0].other", False),
        ("other.value", False),
        ("[0]..value", False),
        ("value.", False),
        ("", False),
        ("value" * 100, False),
    ],
)
def test_a_field_is_named_where_each_of_its_parts_is_known(field: str, known: bool) -> None:
    bad = error(PATCH, 400, json.dumps({"errors": [{"field": field, "message": "x"}]}).encode())

    assert [problem.field for problem in bad.problems] == ([field] if known else [])
