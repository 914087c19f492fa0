"""The schema of a stack's file, of which editors judge it: it knows what the reader knows, and takes nothing that the reader refuses."""

import copy
import json
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import jsonschema_rs
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from aem_mail import settings
from aem_mail.errors import InvalidInput
from aem_mail.settings.keys import ALL, PREFIX, PROVIDER
from aem_mail.settings.names import CONFIGURED
from tests.settings.test_program import CONFIG
from tests.vpn import ADDRESS_SPACE, DNS, connection

SCHEMA: Final = json.loads(files("aem_mail.settings").joinpath("stack.schema.json").read_text(encoding="utf-8"))
VALIDATOR: Final = jsonschema_rs.validator_for(SCHEMA, validate_formats=True)
STACKS: Final = sorted((Path(__file__).parents[2] / "stacks").glob("*.yaml"))
SECURE: Final = {"secure": "v1:AAAA:a-secret"}
VPN: Final = {
    "kind": "vpn",
    "region": "va7",
    "addressSpace": [ADDRESS_SPACE],
    "dns": DNS,
    "connections": [connection() | {"sharedKey": SECURE}],
}
OAUTH: Final = {"clientId": "an-id", "clientSecretFrom": "env:A", "refreshToken": SECURE}
PUBLISH: Final = {
    "repository": "https://git.example.com/wknd.git",
    "branch": "main",
    "directory": "osgiconfig",
    "username": "bot",
    "passwordFrom": "env:TOKEN",
    "deleteFile": "true",
    "pipeline": "Deploy to dev",
    "pipelineTimeout": 60,
}
RIGHT: Final[Mapping[str, list[Any]]] = {
    "programId": ["10001", 10001],
    "environmentId": ["20001"],
    "egress": [
        {"mode": "existing", "kind": "vpn", "region": "va7", "nonProxyHosts": ["*.example.com"], "allowReplace": False},
        {"mode": "managed", "kind": "flexiblePortEgress", "region": "va7", "requiresFixedIp": "true", "expectedConnections": 5},
        {"mode": "managed", "isPrimaryRegion": True, **VPN},
    ],
    "smtp": [
        {"host": "smtp.example.com", "port": 465},
        {"host": "203.0.113.7", "port": 2525, "portOrig": 30025},
        {"preset": "google", "former": {"host": "smtp.example.com", "port": 587}},
        {"preset": "ses", "host": "email-smtp.eu-central-1.amazonaws.com", "former": {"secrets": ["OLD_PASSWORD"]}},
    ],
    "fromAddress": ["noreply@example.com"],
    "username": ["a-user", SECURE],
    "password": [SECURE],
    "usernameFrom": ["env:EMAIL_USERNAME"],
    "passwordFrom": ["file:secrets/password"],
    "usernameVariable": ["A_USER"],
    "passwordVariable": ["A_PASSWORD"],
    "onConflict": [{"portForward": "replace", "envVar": "error", "secretEnvVar": "keep", "osgiConfig": "error"}],
    "osgi": [{"directory": "osgiconfig", "runMode": "author.prod"}, {"directory": "osgiconfig", "publish": PUBLISH}],
    "oauth": [
        {**OAUTH, "provider": "google", "refreshTokenExpiresAt": "2999-01-01"},
        {**OAUTH, "provider": "microsoft365", "tenant": "a-tenant", "scopes": ["a-scope"]},
    ],
    "timeouts": [{"environment": 60, "infrastructure": 0.5}],
    "allowPlaceholder": [True, "false"],
    "services": [["author", "publish"]],
    "networkInfrastructures": [[VPN, {"kind": "dedicatedEgressIp", "region": "va7"}]],
    "advancedNetworking": [{}, {"nonProxyHosts": ["a.example.com"], "infrastructureKind": "vpn", "infrastructureRegion": "va7"}],
    "portForwards": [{"30636": "ldap.example.com:636", "30700": {"name": "a.example.com", "portDest": 700, "onConflict": "replace"}}],
    "variables": [
        {
            "MAIL_NOTE@author": "true",
            "FOOTER": {"value": "bye", "service": "publish", "onConflict": "replace", "type": "string"},
            "CRM_TOKEN": {"type": "secretString", "value": SECURE},
            "DB": {"valueFrom": "env:DB_PASSWORD", "rotateWhen": "2026", "expiresAt": "2999-01-01", "onConflict": "keep"},
        }
    ],
    "variablesFile": ["variables.yaml"],
    "gathering": [{"idle": 0.3, "atMost": 5, "held": 2}],
    "baseUrl": ["https://cloudmanager.adobe.io", "http://127.0.0.1:8765"],
    "imsUrl": ["https://ims-na1.adobelogin.com/"],
    "orgId": ["51A11A70D0000000000A0001@AdobeOrg"],
    "clientId": ["a-client-id"],
    "clientSecret": [SECURE],
    "accessToken": [SECURE],
}
"""Right values of each key, which together have all fields."""
HOSTILE: Final[tuple[Any, ...]] = (
    True,
    "",
    " ",
    "x",
    "a b",
    0,
    -1,
    1.5,
    465,
    99999,
    "author",
    "replace",
    "$[secret:A]",
    [],
    ["x", "x"],
    {},
    {"x": 1},
)
OTHERS: Final = {**CONFIG, "smtp": {"preset": "google"}, "onConflict": {"secretEnvVar": "keep"}}
OTHER_KEYS: Final = ("a port leads to one server", "this provider has no tenants")
"""What the reader says of a key because of another one."""
ALONE: Final = {"username": "usernameFrom", "usernameFrom": "username", "password": "passwordFrom", "passwordFrom": "password"}
CONNECTION: Final = {"orgId": "x@AdobeOrg", "clientId": "x", "clientSecret": "a-secret"}


def is_valid(key: str, value: Any) -> bool:
    return bool(VALIDATOR.is_valid({"config": {f"{PREFIX}{key}": value}}))


def refused(key: str, value: Any) -> list[str]:
    """Return what the readers say of a key, which stands among right ones."""
    is_set = is_encrypted(value)
    others = {name: other for name, other in OTHERS.items() if name != ALONE.get(key)}
    config = {**others, key: decrypted(value)}
    if key in ("advancedNetworking",):
        config = {name: one for name, one in config.items() if name in ("programId", "environmentId", key)}

    def is_secret(name: str) -> bool:
        return name != key or is_set

    said = []
    for read in (
        lambda: settings.environment_settings(config, is_secret),
        lambda: settings.connection({}, {**CONNECTION, **config}),
        lambda: [settings.gathering(config), settings.timeouts(config)] if key in PROVIDER else None,
    ):
        try:
            read()
        except InvalidInput as error:
            said += [str(one) for one in error.problems if one.field.removeprefix(PREFIX).startswith(key)]
    return said


def is_encrypted(value: Any) -> bool:
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return value == SECURE or any(map(is_encrypted, parts))


def decrypted(value: Any) -> Any:
    if value == SECURE:
        return "a-secret-of-the-office"
    if isinstance(value, dict):
        return {name: decrypted(item) for name, item in value.items()}
    return [decrypted(item) for item in value] if isinstance(value, list) else value


def paths(value: Any) -> Iterator[tuple[Any, ...]]:
    """Yield the path of each part of a value, the whole one first."""
    yield ()
    if value == SECURE:
        return
    for name, item in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from ((name, *path) for path in paths(item))


@st.composite
def changed(draw: st.DrawFn) -> tuple[str, Any]:
    """Return a key with a value of which a part is another one, or gone, or too much."""
    key = draw(st.sampled_from(sorted(RIGHT)))
    value = {"": copy.deepcopy(draw(st.sampled_from(RIGHT[key])))}
    path: tuple[Any, ...] = ("", *draw(st.sampled_from(list(paths(value[""])))))
    holder: Any = value
    for one in path[:-1]:
        holder = holder[one]
    name = path[-1]
    match draw(st.sampled_from(("other", "other", "gone", "more"))):
        case "gone" if len(path) > 1:
            del holder[name]
        case "more" if isinstance(holder[name], dict) and holder[name] != SECURE:
            holder[name][draw(st.sampled_from(("more", "port_orig", "kind", "host", "tenant", "value")))] = draw(st.sampled_from(HOSTILE))
        case _:
            holder[name] = draw(st.sampled_from(HOSTILE))
    return key, value[""]


def test_the_schema_has_every_key_that_is_read_and_no_other() -> None:
    assert list(SCHEMA["properties"]["config"]["properties"]) == [f"{PREFIX}{key}" for key in ALL]
    assert set(RIGHT) == set(ALL)
    assert VALIDATOR.is_valid({"config": {"other:key": 1}, "encryptionsalt": "v1:…"})
    assert not VALIDATOR.is_valid({"config": {f"{PREFIX}smpt": {}}})


def test_every_name_of_an_argument_in_configuration_is_in_the_schema() -> None:
    text = json.dumps(SCHEMA)

    assert [name for name in CONFIGURED if f'"{name}"' not in text and f'{PREFIX}{name}"' not in text] == []


def test_every_key_has_a_description() -> None:
    assert all(one["description"] for one in SCHEMA["properties"]["config"]["properties"].values())


@pytest.mark.parametrize("path", STACKS, ids=lambda path: path.stem)
def test_the_worked_examples_are_right(path: Path) -> None:
    assert [str(error) for error in VALIDATOR.iter_errors(yaml.safe_load(path.read_text(encoding="utf-8")))] == []


@pytest.mark.parametrize("key", RIGHT)
def test_right_values_are_right_to_both(key: str) -> None:
    for value in RIGHT[key]:
        assert refused(key, value) == []
        assert is_valid(key, value), value
        assert is_valid(key, SECURE)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("password", "in plain text"),
        ("oauth", {**OAUTH, "clientSecret": "in plain text"}),
        ("oauth", {**OAUTH, "clientSecret": SECURE}),
        ("egress", {"mode": "managed"}),
        ("egress", {"mode": "managed", "kind": "vpn", "region": "va7"}),
        ("egress", {"mode": "exsting"}),
        ("smtp", {"host": "smtp.example.com"}),
        ("smtp", {"host": "smtp.example.com", "port": "465x"}),
        ("smtp", {"host": "smtp.example.com", "port": 2525}),
        ("smtp", {"host": "https://smtp.example.com", "port": 465}),
        ("smtp", {"preset": "google", "port_orig": 30465}),
        ("networkInfrastructures", [{"kind": "flexiblePortEgress", "region": "va7", "regoin": "va7"}]),
        ("networkInfrastructures", [{**VPN, "address_space": [ADDRESS_SPACE]}]),
        ("advancedNetworking", {"nonProxyHost": ["a.example.com"]}),
        ("portForwards", {"30465": {"name": "smtp.example.com", "portDest": 465, "on_conflict": "replace"}}),
        ("variables", {"TOKEN": {"value_from": "env:TOKEN", "value": "x"}}),
        ("services", []),
        ("services", ["author", "author"]),
        ("portForwards", {"465": "smtp.example.com:465"}),
        ("variables", {"MAIL_PORT": 465}),
        ("variables", {"AEM_PROXY_HOST": "x"}),
        ("fromAddress", "Sender <noreply@example.com>"),
    ],
)
def test_wrong_values_are_wrong_to_both(key: str, value: Any) -> None:
    assert refused(key, value) != []
    assert not is_valid(key, value)


@given(changed())
def test_what_the_schema_takes_of_a_key_the_reader_takes(case: tuple[str, Any]) -> None:
    key, value = case

    if is_valid(key, value):
        assert [text for text in refused(key, value) if not any(one in text for one in OTHER_KEYS)] == []
