from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.model import UNKNOWN
from aem_mail.presets import oauth_endpoints, presets, with_preset
from tests.strategies import anything


@pytest.mark.parametrize(
    ("given_", "smtp", "username"),
    [
        ({}, {"host": "smtp.sendgrid.net", "port": 465}, "apikey"),
        ({"smtp": {"host": "relay.wknd.site"}}, {"host": "relay.wknd.site", "port": 465}, "apikey"),
        ({"smtp": {"port": 587, "port_orig": 30001}}, {"host": "smtp.sendgrid.net", "port": 587, "port_orig": 30001}, "apikey"),
        ({"smtp": {"host": None, "port": None}}, {"host": "smtp.sendgrid.net", "port": 465}, "apikey"),
        ({"username": "me"}, {"host": "smtp.sendgrid.net", "port": 465}, "me"),
        ({"username": UNKNOWN}, {"host": "smtp.sendgrid.net", "port": 465}, UNKNOWN),
        ({"username_from": "env:USER"}, {"host": "smtp.sendgrid.net", "port": 465}, None),
    ],
)
def test_a_preset_gives_what_is_not_given(given_: dict[str, Any], smtp: dict[str, Any], username: object) -> None:
    completed = with_preset({**given_, "smtp": {"preset": "sendgrid", **given_.get("smtp", {})}})

    assert completed["smtp"] == {**smtp, "preset": "sendgrid"}
    assert completed.get("username") is username or completed.get("username") == username


@pytest.mark.parametrize(
    ("name", "smtp"),
    [("ses", {"port": 465}), ("generic", {"port": 465}), ("microsoft365", {"host": "smtp.office365.com", "port": 587})],
)
def test_a_preset_gives_no_more_than_it_knows(name: str, smtp: dict[str, Any]) -> None:
    assert with_preset({"smtp": {"preset": name}}) == {"smtp": {"preset": name, **smtp}}


@given(
    st.dictionaries(st.sampled_from(["smtp", "username", "oauth"]), anything | st.just({"preset": "x"}) | st.just({"host": "a.example"}))
)
def test_without_a_preset_that_there_is_nothing_changes(properties: dict[str, Any]) -> None:
    assert with_preset(properties) == properties


@given(st.sampled_from(sorted(presets())), st.dictionaries(st.sampled_from(["host", "port", "port_orig"]), anything))
def test_nothing_that_is_given_is_changed_and_a_second_time_changes_nothing(name: str, smtp: dict[str, Any]) -> None:
    completed = with_preset({"smtp": {"preset": name, **smtp}, "username": "me"})

    assert completed["smtp"] == {**completed["smtp"], **{key: value for key, value in smtp.items() if value is not None}}
    assert with_preset(completed) == completed
    assert completed["username"] == "me"


@pytest.mark.parametrize(
    ("oauth", "host", "provider"),
    [
        ({"provider": "google"}, "smtp.office365.com", "google"),
        ({}, "smtp.office365.com", "microsoft365"),
        ({}, "smtp.gmail.com", "google"),
        ({}, "mail.wknd.site", None),
        ({}, UNKNOWN, None),
        ({"provider": "sendgrid"}, "smtp.gmail.com", None),
        ({"provider": UNKNOWN}, "smtp.gmail.com", None),
    ],
)
def test_tokens_come_from_the_provider_that_is_named_or_that_of_the_mail_server(
    oauth: dict[str, Any], host: object, provider: str | None
) -> None:
    assert oauth_endpoints(oauth, host) == (None if provider is None else presets()[provider].oauth)
