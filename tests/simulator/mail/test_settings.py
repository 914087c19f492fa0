import contextlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.simulator.mail import SendRequest
from aem_mail.simulator.mail.failure import StageFailure
from aem_mail.simulator.mail.mail_service import MailSettings, read_settings
from tests.simulator.mail.mail_requests import PASSWORD, USERNAME, delivering, variable, variables_of, with_properties, with_variables

TIERS = ("author", "publish", "preview")


def settings(request: SendRequest) -> MailSettings:
    return read_settings(request)


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize("service", [None, *TIERS])
def test_a_variable_is_seen_by_its_own_tier_or_by_all(tier: str, service: str | None) -> None:
    read = settings(with_variables(delivering(tier=tier), *variables_of("secretString", service)))

    assert read.password == ("password123" if service in (None, tier) else "$[secret:EMAIL_PASSWORD]")


def test_a_variable_for_the_tier_beats_one_for_all() -> None:
    own = variable("EMAIL_PASSWORD", "secretString", "author", "own")

    for variables in ((own, PASSWORD), (PASSWORD, own)):
        assert settings(with_variables(delivering(), *variables)).password == "own"


def test_what_aem_sets_itself_no_variable_can_change() -> None:
    request = with_variables(delivering(), USERNAME, PASSWORD, variable("AEM_PROXY_HOST", "string", None, "elsewhere"))

    assert settings(request).host == "proxy.tunnel"
    assert settings(replace(request, networking=None)).host == "proxy.tunnel"
    assert (
        settings(with_properties(replace(request, networking=None), {"smtp.host": "$[env:AEM_PROXY_HOST]"})).host == "$[env:AEM_PROXY_HOST]"
    )


@pytest.mark.parametrize("name", ["INTERNAL_PASSWORD", "ADOBE_PASSWORD", "CONST_PASSWORD"])
def test_reserved_names_are_ignored_by_the_platform(name: str) -> None:
    request = with_properties(delivering(), {"smtp.password": f"$[secret:{name};default=none]"})

    assert settings(with_variables(request, variable(name, "secretString", None, "lost"))).password == "none"


def test_a_secret_by_fingerprint_matters_only_where_it_is_read() -> None:
    unread = variable("OTHER_SECRET", "secretString")

    assert settings(with_variables(delivering(), USERNAME, PASSWORD, unread)).user == "apikey"
    with pytest.raises(StageFailure, match="OTHER_SECRET is not held") as raised:
        settings(with_properties(with_variables(delivering(), unread), {"smtp.user": "$[secret:OTHER_SECRET;default=x]"}))
    assert raised.value.stage == "variables"


@pytest.mark.parametrize(
    ("written", "port"), [("30465", 30465), (30465, 30465), ("$[env:NONE;type=Integer;default=30465]", 30465), (None, 25)]
)
def test_every_form_of_a_port_that_aem_takes_is_taken(written: str | int | None, port: int) -> None:
    assert settings(with_properties(delivering(), {"smtp.port": written})).port == port


@pytest.mark.parametrize("written", ["0", "65536", "30465 ", "٣٠٤٦٥", "-1", "$[env:NONE]", 1.5])
def test_what_is_no_port_stops_at_the_configuration(written: str | float) -> None:
    with pytest.raises(StageFailure, match=r"smtp\.port is .*, which is no port number") as raised:
        settings(with_properties(delivering(), {"smtp.port": written}))

    assert raised.value.stage == "config"


@pytest.mark.parametrize(("written", "ssl"), [(True, True), ("true", True), ("TRUE", True), ("yes", False), (1, True), (None, False)])
def test_flags_are_read_as_osgi_reads_them(written: object, ssl: bool) -> None:
    assert settings(with_properties(delivering(), {"smtp.ssl": written})).ssl is ssl


def test_the_password_is_not_shown() -> None:
    assert "password123" not in repr(settings(delivering()))


@given(st.dictionaries(st.sampled_from(["smtp.host", "smtp.port", "smtp.user", "from.address", "smtp.ssl"]), st.text()))
def test_no_text_in_the_configuration_raises_anything_but_a_stage(changes: dict[str, str]) -> None:
    with contextlib.suppress(StageFailure):
        settings(with_properties(delivering(), dict(changes)))
