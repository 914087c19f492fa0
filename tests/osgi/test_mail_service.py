import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.checks.project_files import KNOWN_KEYS
from aem_mail.osgi import (
    MAIL_SERVICE_KEYS,
    MAIL_SERVICE_PID,
    PROXY_HOST_PLACEHOLDER,
    MailService,
    parse_configuration,
    render_configuration,
    render_mail_service,
    resolve_properties,
    variables_lookup,
)
from aem_mail.simulator.doubts import unknown_keys

SCALARS = st.text() | st.integers() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False)
NAMES = st.from_regex(r"[A-Za-z_][A-Za-z_0-9]{1,20}", fullmatch=True)
SECRETS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="$ "), min_size=1)
PROPERTIES = st.dictionaries(st.text(), SCALARS | st.lists(SCALARS))

SEED_EXAMPLE = """{
  "smtp.host": "$[env:AEM_PROXY_HOST;default=proxy.tunnel]",
  "smtp.port": "30002",
  "smtp.user": "$[secret:EMAIL_USERNAME]",
  "smtp.password": "$[secret:EMAIL_PASSWORD]",
  "from.address": "noreply@wknd.site",
  "smtp.ssl": true,
  "smtp.starttls": false,
  "smtp.requiretls": false,
  "debug.email": false,
  "oauth.flow": false
}
"""


def service(port_dest: int, smtp_port: int = 30002) -> MailService:
    return MailService(smtp_port, port_dest, "noreply@wknd.site", "EMAIL_USERNAME", "EMAIL_PASSWORD")


def test_the_seed_example_is_rendered_byte_for_byte() -> None:
    assert render_configuration(render_mail_service(service(465))) == SEED_EXAMPLE


@pytest.mark.parametrize(
    ("port_dest", "ssl", "starttls", "requiretls"),
    [(465, True, False, False), (587, False, True, True), (25, False, False, False), (2525, False, False, False)],
)
def test_the_destination_port_alone_decides_the_tls_flags(port_dest: int, ssl: bool, starttls: bool, requiretls: bool) -> None:
    properties = render_mail_service(service(port_dest, smtp_port=30587))

    assert (properties["smtp.ssl"], properties["smtp.starttls"], properties["smtp.requiretls"]) == (ssl, starttls, requiretls)
    assert (properties["smtp.host"], properties["smtp.port"]) == (PROXY_HOST_PLACEHOLDER, "30587")


def test_what_is_rendered_checked_and_simulated_has_one_set_of_keys() -> None:
    assert set(render_mail_service(service(465))) == set(MAIL_SERVICE_KEYS)
    assert KNOWN_KEYS[MAIL_SERVICE_PID] is MAIL_SERVICE_KEYS
    assert len(unknown_keys(MAIL_SERVICE_PID, [*MAIL_SERVICE_KEYS, "smtp.tls"])) == 1


def test_text_beyond_ascii_stays_readable_in_the_file() -> None:
    assert render_configuration({"from.address": "grüße@wknd.site"}) == '{\n  "from.address": "grüße@wknd.site"\n}\n'


def test_a_number_that_json_lacks_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        render_configuration({"ratio": float("nan")})


@given(PROPERTIES)
def test_what_is_rendered_reads_back_equal_in_the_same_order(properties: dict[str, Any]) -> None:
    text = render_configuration(properties)

    assert list(json.loads(text).items()) == list(properties.items())
    assert text.endswith("}\n")


@given(st.integers(30000, 30999), st.integers(1, 65535), st.tuples(NAMES, NAMES), st.tuples(SECRETS, SECRETS))
def test_aem_reads_back_what_was_rendered(port_orig: int, port_dest: int, names: tuple[str, str], values: tuple[str, str]) -> None:
    rendered = render_mail_service(MailService(port_orig, port_dest, "noreply@wknd.site", *names))
    secrets = dict(zip(names, values, strict=True))

    read = resolve_properties(parse_configuration(render_configuration(rendered)), variables_lookup({}, secrets))

    assert read == rendered | {
        "smtp.host": "proxy.tunnel",
        "smtp.user": secrets[names[0]],
        "smtp.password": secrets[names[1]],
    }
