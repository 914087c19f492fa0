"""Whatever stands in a stack's configuration or in the environment, it is understood, or named with what is wrong."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from aem_mail import settings
from aem_mail.settings.connection import VARIABLES
from aem_mail.settings.keys import ALL, CREDENTIALS
from tests.properties.hostile import CANARY, taken, texts, values

SECRET_KEYS = ("clientSecret", "accessToken", "password")


def as_configured(value: Any) -> Any:
    """Write a value as Pulumi hands it to a program: text as it is, everything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value)


configurations = st.dictionaries(st.sampled_from(ALL) | texts, values() | values().map(as_configured), max_size=6)
environments = st.dictionaries(st.sampled_from(sorted(VARIABLES.values())), texts, max_size=6)


@given(config=configurations, secret=st.booleans())
def test_any_configuration_of_a_program_is_read_or_refused(config: dict[str, Any], secret: bool) -> None:
    taken(lambda: settings.program_settings(config, lambda _: secret))


@given(environ=environments, config=configurations)
def test_any_connection_is_read_or_refused(environ: dict[str, str], config: dict[str, Any]) -> None:
    taken(lambda: settings.connection(environ, config))


@given(config=configurations)
def test_any_configuration_of_a_provider_is_read_or_refused(config: dict[str, Any]) -> None:
    taken(lambda: settings.timeouts(config))
    taken(lambda: settings.gathering(config))


@given(config=configurations, key=st.sampled_from(SECRET_KEYS), around=texts)
def test_no_refusal_shows_a_secret(config: dict[str, Any], key: str, around: str) -> None:
    spoiled = {**config, key: f"{around}{CANARY}{around}"}

    taken(lambda: settings.program_settings(spoiled, lambda _: False))
    if key in CREDENTIALS:
        taken(lambda: settings.connection({}, spoiled))
        taken(lambda: settings.connection({VARIABLES[key]: f"{around}{CANARY}{around}"}, config))


@given(connections=values(), around=texts)
def test_no_refusal_shows_a_shared_key(connections: Any, around: str) -> None:
    egress = {"mode": "managed", "kind": "vpn", "connections": [connections, {"sharedKey": f"{CANARY}{around}"}, {"sharedKey": [CANARY]}]}

    taken(lambda: settings.program_settings({"egress": json.dumps(egress)}, lambda _: False))
