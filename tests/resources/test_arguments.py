"""Every argument of every class takes what is yet to come, or refuses it in one sentence that names the argument."""

import asyncio
import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass, replace
from enum import EnumType, StrEnum
from functools import lru_cache
from typing import Any, Final, get_args, get_overloads

import pulumi
import pytest
from pulumi.provider.experimental.analyzer import Analyzer

import aem_mail
from aem_mail.mail_egress import Egress, Former, MailEgress, MailEgressArgs, OAuth, Osgi, Smtp
from aem_mail.resources.base.engine_values import from_engine
from aem_mail.resources.base.provider import Provider
from tests import vpn
from tests.resources.registered import Registered, registered_by
from tests.resources.runs import begin_again
from tests.soak.engine import PROVIDERS

ARGUMENTS: Final = [getattr(aem_mail, name) for name in aem_mail.__all__ if name.endswith("Args")]
HERE: Final = {"program_id": "10001", "environment_id": "20001"}
VALUES: Final[Mapping[str, Mapping[str, Any]]] = {
    "AdvancedNetworkingArgs": {
        **HERE,
        "non_proxy_hosts": ["example.com"],
        "infrastructure_kind": "vpn",
        "infrastructure_region": "va7",
        "timeout": 60.0,
    },
    "EnvVarArgs": {**HERE, "name": "MAIL_FROM", "value": "a value", "service": "author", "on_conflict": "replace", "timeout": 60.0},
    "SecretEnvVarArgs": {
        **HERE,
        "name": "MAIL_TOKEN",
        "value": "a-secret-value",
        "value_from": "env:NOT_SET",
        "service": "author",
        "rotate_when": "2026",
        "expires_at": "2999-01-01",
        "on_conflict": "error",
        "allow_placeholder": True,
        "timeout": 60.0,
    },
    "EnvVarsArgs": {
        **HERE,
        "values": {"MAIL_FROM": "a value"},
        "secrets": {"MAIL_TOKEN": "a-secret-value"},
        "secrets_from": {"MAIL_KEY": "env:NOT_SET"},
        "service": "author",
        "on_conflict": "replace",
        "timeout": 60.0,
    },
    "PortForwardArgs": {
        **HERE,
        "name": "smtp.example.com",
        "port_dest": 465,
        "port_orig": 30465,
        "on_conflict": "replace",
        "timeout": 60.0,
    },
    "PortForwardsArgs": {**HERE, "rules": {"30465": "smtp.example.com:465"}, "on_conflict": "replace", "timeout": 60.0},
    "NetworkInfrastructureArgs": {
        "program_id": "10001",
        "kind": "vpn",
        "region": "va7",
        "is_primary_region": True,
        "address_space": [vpn.ADDRESS_SPACE],
        "dns": vpn.DNS,
        "connections": [vpn.connection()],
        "allow_replace": True,
        "allow_placeholder": True,
        "timeout": 60.0,
    },
    "OsgiConfigArgs": {
        "directory": "osgiconfig",
        "pid": "com.example.Mail",
        "properties": {"b": 1, "a": ["x"]},
        "run_mode": "dev",
        "delete_file": True,
        "on_conflict": "replace",
    },
    "MailEgressArgs": {
        **HERE,
        "smtp": Smtp("smtp.gmail.com", 587),
        "from_address": "noreply@example.com",
        "username": "a-user-name",
        "password": "a-password",
        "username_from": "env:NOT_SET",
        "password_from": "env:NOT_SET",
        "egress": Egress("managed", "dedicatedEgressIp", "va7"),
        "services": ["author", "publish"],
        "osgi": Osgi("osgiconfig"),
        "username_variable": "A_USER",
        "password_variable": "A_PASSWORD",
        "on_conflict": {"portForward": "replace"},
        "timeouts": {"environment": 60.0},
        "oauth": OAuth("an-id", client_secret="a-client-secret", refresh_token="a-refresh-token"),
        "allow_placeholder": True,
    },
    "Smtp": {
        "host": "smtp.gmail.com",
        "port": 587,
        "port_orig": 30001,
        "preset": "google",
        "former": Former("smtp.example.com", 465, 30465, ["FORMER_PASSWORD"]),
    },
    "Former": {"host": "smtp.example.com", "port": 465, "port_orig": 30465, "secrets": ["FORMER_PASSWORD"]},
    "Egress": {
        "mode": "managed",
        "kind": "vpn",
        "region": "va7",
        "is_primary_region": True,
        "address_space": [vpn.ADDRESS_SPACE],
        "dns": vpn.DNS,
        "connections": [vpn.connection()],
        "allow_replace": True,
        "non_proxy_hosts": ["example.com"],
        "requires_fixed_ip": True,
        "expected_connections": 20,
    },
    "Osgi": {"directory": "osgiconfig", "run_mode": "dev"},
    "OAuth": {
        "client_id": "an-id",
        "provider": "microsoft365",
        "tenant": "a-tenant",
        "client_secret": "a-client-secret",
        "client_secret_from": "env:NOT_SET",
        "refresh_token": "a-refresh-token",
        "refresh_token_from": "env:NOT_SET",
        "scopes": ["a-scope"],
        "auth_url": "https://login.example.com/auth",
        "token_url": "https://login.example.com/token",
        "refresh_url": "https://login.example.com/refresh",
        "client_secret_variable": "A_CLIENT_SECRET",
        "refresh_token_variable": "A_REFRESH_TOKEN",
        "client_secret_expires_at": "2999-01-01",
        "refresh_token_expires_at": "2999-01-01",
    },
    "PublishedConfigurationArgs": {
        **HERE,
        "repository": "https://git.example.com/wknd.git",
        "branch": "main",
        "directory": "osgiconfig",
        "configurations": [{"pid": "com.example.Mail", "content": "{}"}],
        "run_mode": "dev",
        "author": "Mail bot <mail-bot@example.com>",
        "username": "bot",
        "password_from": "env:NOT_SET",
        "delete_file": True,
        "on_conflict": "replace",
        "pipeline": "Deploy to dev",
        "pipeline_timeout": 60.0,
    },
}
"""A value of each argument of each class."""

INSTEAD_OF: Final = {f"{name}_from": name for name in ("username", "password", "client_secret", "refresh_token", "value")}
"""Arguments of which there may be one alone, and the one that is given as a rule."""
REFUSED: Final = {
    "PortForwardsArgs.rules": "PortForwards rules: rules must be a mapping, whose values may be outputs",
    "EnvVarsArgs.values": "EnvVars values: values must be a mapping, whose values may be outputs",
    "EnvVarsArgs.secrets": "EnvVars secrets: secrets must be a mapping, whose values may be outputs",
    "EnvVarsArgs.secrets_from": "EnvVars secrets_from: secrets_from must be a mapping, whose values may be outputs",
    "Smtp.preset": "smtp.preset: must be a plain value, not an output",
    "Smtp.former": "smtp.former: must be a plain value, whose values may be outputs, not an output",
    "Former.secrets": "smtp.former.secrets: must be a plain value, not an output",
    "Egress.mode": "egress.mode: must be a plain value, not an output",
    "MailEgressArgs.services": "services: must be a plain value, not an output",
    **{
        f"MailEgressArgs.{name}": f"{name}: must be a plain value, whose values may be outputs, not an output"
        for name in ("smtp", "egress", "osgi", "oauth", "on_conflict", "timeouts")
    },
}
"""The arguments that have to be known when the program runs, and what is said of them otherwise."""
ABOUT_THE_RUN: Final = frozenset({"program", "secret_inputs", "__provider"})


def nested(cls: type) -> list[tuple[str, type]]:
    """Return the arguments of a class that are objects with arguments of their own."""
    return [
        (field.name, one)
        for field in fields(cls)
        for one in (field.type, *get_args(field.type))
        if isinstance(one, type) and is_dataclass(one)
    ]


HOLDERS: Final = {part: (holder, name) for holder in (MailEgressArgs, Smtp) for name, part in nested(holder)}
CLASSES: Final = {cls.__name__: cls for cls in (*ARGUMENTS, *HOLDERS)}
Come = Callable[[Any], Any]
"""Makes of a value one that is yet to come."""


def construct(name: str, argument: str, come: Come) -> Mapping[str, Any]:
    """Register a resource, named after one of its arguments that is yet to come, and return its outputs."""
    arguments = CLASSES[name](**with_one(name, argument, come(VALUES[name][argument])))
    while type(arguments) in HOLDERS:
        holder, held = HOLDERS[type(arguments)]
        arguments = holder(**{**with_one(holder.__name__, held, arguments), **({"services": None} if holder is MailEgressArgs else {})})
    made = getattr(aem_mail, type(arguments).__name__.removesuffix("Args"))(argument, arguments)
    return dict(made.outputs()) if hasattr(made, "outputs") else {}


def with_one(name: str, argument: str, value: Any) -> dict[str, Any]:
    """Return all arguments of a class that go together, one of them as it is given."""
    left_out = {one if argument != one else other for one, other in INSTEAD_OF.items() if other in VALUES[name]}
    return {**{one: each for one, each in VALUES[name].items() if one not in left_out}, argument: value}


def registered(name: str, come: Come, *, preview: bool = False) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what is registered, and the outputs, where each argument of a class that takes it is yet to come in one of its resources.

    What these wait for of each other is left out: an output does not tell which program or region something is in.
    """
    taken = [argument for argument in VALUES[name] if f"{name}.{argument}" not in REFUSED]

    def program() -> Mapping[str, Any]:
        return {f"{argument} {output}": value for argument in taken for output, value in construct(name, argument, come).items()}

    resources, outputs = registered_by(program, preview=preview)
    alone = (replace(one, depends_on=tuple(each for each in one.depends_on if case(each) == case(one.name))) for one in resources)
    return {one.name: one for one in alone}, {output: value for output, value in outputs.items() if value is not None}


def case(resource: str) -> str:
    return resource.partition("-")[0]


@lru_cache
def registered_plainly(name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    return registered(name, plain)


def comparable(resource: Registered) -> tuple[Any, ...]:
    inputs = {name: value for name, value in resource.inputs.items() if name not in ABOUT_THE_RUN}
    return resource.kind, resource.depends_on, inputs


def plain(value: Any) -> Any:
    return value


def output(value: Any) -> Any:
    return pulumi.Output.from_input(value)


def awaitable(value: Any) -> Any:
    async def come() -> Any:
        await asyncio.sleep(0)
        return value

    return come()


def future(value: Any) -> Any:
    made = asyncio.get_event_loop().create_future()
    made.set_result(value)
    return made


def unknown(_: Any) -> Any:
    """Return an output of which a preview knows nothing."""
    return pulumi.Output(set(), future(None), future(False))


@pytest.mark.parametrize("name", CLASSES)
def test_every_argument_has_a_docstring_with_its_default(name: str) -> None:
    told = Analyzer("aem")

    for argument in fields(CLASSES[name]):
        docstring = (told.get_docstring(CLASSES[name], argument.name) or "").strip()
        assert docstring, f"{name}.{argument.name} has none"
        assert re.match(r"[A-Z`].*\.$", docstring, re.DOTALL), docstring
        assert argument.default in (MISSING, None) or str(argument.default) in docstring


@pytest.mark.parametrize("args", ARGUMENTS)
def test_every_constructor_has_a_docstring_with_each_argument(args: Any) -> None:
    in_one, by_names = get_overloads(getattr(aem_mail, args.__name__.removesuffix("Args")).__init__)

    assert in_one.__doc__
    assert re.findall(r"^ *:param (\w+): \S", by_names.__doc__ or "", re.MULTILINE) == [field.name for field in fields(args)]


def test_every_choice_is_a_class_with_a_docstring() -> None:
    choices = [one for name in aem_mail.__all__ if isinstance(one := getattr(aem_mail, name), EnumType)]

    assert {one.__name__ for one in choices} >= {"ConflictPolicy", "EgressMode", "Kind", "Service", "SmtpPreset"}
    assert all(issubclass(one, StrEnum) and one.__doc__ for one in choices)


def test_pulumis_analyser_of_components_takes_the_arguments_of_a_mail_egress() -> None:
    analyser = Analyzer("aem")
    args = inspect.get_annotations(MailEgress.__init__)["args"]

    properties, names = analyser.analyze_type(args, is_component_output=False)

    assert {names[name] for name in properties} == {argument.name for argument in fields(MailEgressArgs)}
    assert all(one.description for one in properties.values())
    choices = {name: [member.value for member in one.enum] for name, one in analyser.type_definitions.items() if one.enum}
    assert choices["EgressMode"] == ["managed", "existing"]
    assert set(choices) == {"ConflictPolicy", "EgressMode", "Kind", "Service", "SmtpPreset"}
    assert {"Smtp", "Former", "Egress", "Osgi", "OAuth"} <= set(analyser.type_definitions)


def test_every_argument_of_every_class_has_a_value_here() -> None:
    assert {name: set(values) for name, values in VALUES.items()} == {
        name: {field.name for field in fields(cls)} for name, cls in CLASSES.items()
    }


@pytest.mark.parametrize("come", [output, awaitable])
@pytest.mark.parametrize("name", CLASSES)
def test_what_is_to_come_is_as_the_plain_value(name: str, come: Come) -> None:
    resources, outputs = registered_plainly(name)

    found, found_outputs = registered(name, come)

    assert {one: comparable(each) for one, each in found.items()} == {one: comparable(each) for one, each in resources.items()}
    assert found_outputs == outputs


@pytest.mark.parametrize("name", CLASSES)
def test_a_preview_that_does_not_know_an_argument_yet_registers_the_same_resources(name: str) -> None:
    resources, _ = registered_plainly(name)

    found, _ = registered(name, unknown, preview=True)

    assert {one: (each.kind, each.depends_on) for one, each in found.items()} == {
        one: (each.kind, each.depends_on) for one, each in resources.items()
    }
    for one in found.values():
        begin_again()
        provider: Provider | None = PROVIDERS.get(one.kind)
        if provider is not None:
            assert (one.name, [str(each.reason) for each in provider.check({}, from_engine(one.inputs)).failures]) == (one.name, [])


@pytest.mark.parametrize("come", [output, future, unknown])
def test_what_decides_which_resources_there_are_is_refused_in_one_sentence(come: Come) -> None:
    said: dict[str, str] = {}

    def program() -> Mapping[str, Any]:
        for case in REFUSED:
            with pytest.raises(pulumi.RunError) as refused:
                construct(case.partition(".")[0], case.partition(".")[2], come)
            said[case] = str(refused.value)
        return {}

    assert registered_by(program) == ([], {})
    assert {case: text for case, text in said.items() if REFUSED[case] not in text or "Output" in text} == {}
