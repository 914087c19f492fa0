import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlencode

import pytest

from aem_mail.simulator.api.serve import Outgoing
from aem_mail.simulator.api.tokens import SCOPES, Credential, Tokens
from tests.simulator.direct import Direct

FORM = {
    "client_id": Credential().client_id,
    "client_secret": Credential().client_secret,
    "grant_type": "client_credentials",
    "scope": ",".join(SCOPES),
}
FORM_TYPE = {"content-type": "application/x-www-form-urlencoded", "authorization": None, "x-api-key": None}


def request_token(direct: Direct, form: dict[str, str], **headers: Any) -> Outgoing:
    return direct.ask("POST", "/ims/token/v3", urlencode(form).encode(), headers=FORM_TYPE | headers)


def test_a_token_opens_the_api_for_a_day(direct: Direct) -> None:
    answer = request_token(direct, FORM)

    assert answer.status == 200
    assert (answer.document["token_type"], answer.document["expires_in"]) == ("bearer", 86399)
    token = answer.document["access_token"]
    assert direct.ask("GET", "/api/programs", headers={"authorization": f"Bearer {token}"}).status == 200


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "wrong"}, 401, "invalid_client"),
        ({"client_secret": "wröng"}, 401, "invalid_client"),
        ({"client_secret": ""}, 400, "invalid_request"),
        ({"client_id": ""}, 400, "invalid_request"),
        ({"scope": ""}, 400, "invalid_request"),
        ({"scope": "openid,everything"}, 400, "invalid_scope"),
        ({"scope": "openid AdobeID"}, 400, "invalid_scope"),
        ({"grant_type": "authorization_code"}, 400, "unsupported_grant_type"),
    ],
)
def test_a_wrong_form_is_refused_as_oauth_has_it(change: dict[str, str], status: int, error: str, direct: Direct) -> None:
    answer = request_token(direct, FORM | change)

    assert (answer.status, answer.document["error"], answer.media_type) == (status, error, "application/problem+json")


def test_a_refusal_does_not_repeat_the_secret(direct: Direct) -> None:
    answer = request_token(direct, FORM | {"client_id": "wrong"})

    assert Credential().client_secret not in str(answer)
    assert Credential().client_secret not in repr(Credential())


def test_json_is_no_form(direct: Direct) -> None:
    assert request_token(direct, FORM, **{"content-type": "application/json"}).document["error"] == "invalid_request"


def test_a_token_is_asked_for_with_post(direct: Direct) -> None:
    answer = direct.ask("GET", "/ims/token/v3")

    assert (answer.status, answer.headers["Allow"]) == (405, "POST")


def test_each_of_many_tokens_that_are_asked_for_at_once_is_good() -> None:
    tokens, interval = Tokens(Credential()), sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            issued = list(pool.map(tokens.issue, [0.0] * 1500))
    finally:
        sys.setswitchinterval(interval)

    assert [token for token in issued if not tokens.is_good(token, 1.0)] == []
