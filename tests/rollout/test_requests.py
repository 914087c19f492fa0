"""Whose request it is may turn out after it was made."""

import pytest

from aem_mail.kinds.requests import NetworkingRequest, RemoveRule, VariableRequest, as_owner

from .harness import enable, put, secret, text


@pytest.mark.parametrize("request_", [put(30465), enable(), text("MAIL_FROM"), secret("EMAIL_PASSWORD")])
def test_a_request_for_what_the_state_holds_is_its_owners(request_: NetworkingRequest | VariableRequest) -> None:
    assert getattr(as_owner(request_, lambda _: True), "owned", None) is True
    assert as_owner(request_, lambda _: False) == request_


@pytest.mark.parametrize("request_", [RemoveRule(30465), secret("EMAIL_PASSWORD", on_conflict="keep")])
def test_a_removal_and_a_secret_that_is_kept_need_no_owner(request_: NetworkingRequest | VariableRequest) -> None:
    assert as_owner(request_, lambda _: True) is request_
