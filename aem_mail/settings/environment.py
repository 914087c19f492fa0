"""The settings of a whole environment: those of its MailEgress, if there are any, and of what is declared besides it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from aem_mail.errors import InvalidInput, Problem
from aem_mail.kinds import kind_named
from aem_mail.kinds.advanced_networking import ADVANCED_NETWORKING
from aem_mail.kinds.entries import EntriesKind
from aem_mail.kinds.environment_variables import ENVIRONMENT_VARIABLES, groups_of
from aem_mail.kinds.forms import identifier, plain
from aem_mail.kinds.network_infrastructure import NETWORK_INFRASTRUCTURE
from aem_mail.kinds.port_forwards import PORT_FORWARDS
from aem_mail.kinds.shapes import Superfluous, one_of, type_of, unknown_fields
from aem_mail.model import UNKNOWN, Properties, VariableType
from aem_mail.settings.keys import BESIDE_THE_MAIL, PROGRAM, SHARED, decoded
from aem_mail.settings.names import flag, with_argument_names, with_numbers
from aem_mail.settings.program import (
    ProgramSettings,
    argument_names_in,
    as_configured,
    plain_secrets,
    program_problems,
    settings_of,
    unknown_keys,
)

INFRASTRUCTURES, NETWORKING, RULES, VARIABLES, FILE = BESIDE_THE_MAIL
OF_SETS: Final[Mapping[str, str]] = {"port-forwards": RULES, "variables": VARIABLES, "variables-from-file": FILE}
"""The key that declares a set, by the set's name."""
RULES_NAME, VARIABLES_NAME, FROM_FILE = OF_SETS
OF_THE_MAIL: Final = tuple(key for key in PROGRAM if key not in SHARED)
IDS: Final = ("program_id", "environment_id")
OUTSIDE: Final = {"program_id": "1", "environment_id": "1"}
"""Ids of what is judged without them: they are judged once."""
TYPE: Final = one_of(*map(str, VariableType))


@dataclass(frozen=True, slots=True)
class DeclaredBeside:
    """A resource that the configuration declares besides the MailEgress: kind, name, key, and its arguments without the ids."""

    kind: str
    name: str
    key: str
    arguments: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class EnvironmentSettings:
    """What the configuration of a stack declares, checked.

    ``mail`` is None where no key of a MailEgress is set. A secret of ``beside`` that gives no reference may have no value: that lies in
    the namespace of secret variables. ``variables_file`` is a path, absolute or relative to the folder of Pulumi.yaml.
    """

    program_id: str
    environment_id: str
    mail: ProgramSettings | None
    beside: tuple[DeclaredBeside, ...]
    variables_file: str | None
    allow_placeholder: bool | None


def environment_settings(config: Mapping[str, Any], is_secret: Callable[[str], bool]) -> EnvironmentSettings:
    """Return what the configuration of a stack declares.

    ``is_secret(key)`` says whether a key, without its prefix, was set with ``--secret``. Raises InvalidInput that names every
    missing, wrong and unknown key, and every secret that lies in the configuration in plain text, each with its command.
    """
    found = tuple(_beside(config))
    has_mail = any(config.get(key) is not None for key in OF_THE_MAIL) or not (found or config.get(FILE) is not None)
    mail_problems = program_problems(config, is_secret) if has_mail else _problems_without_mail(config, is_secret)
    problems = [*mail_problems, *_argument_names(config), *map(as_configured, _problems(config, found, has_mail=has_mail))]
    if problems:
        raise InvalidInput("Configuration of this stack", problems)
    program_id, environment_id = (identifier(plain(config.get(key))) for key in SHARED[:2])
    mail = settings_of(config) if has_mail else None
    return EnvironmentSettings(program_id, environment_id, mail, found, config.get(FILE), flag(config.get("allowPlaceholder")))


def _beside(config: Mapping[str, Any]) -> Iterator[DeclaredBeside]:
    """Yield what is declared, checked or not; what has another form than it must have is told by the kind's own rules."""
    given = {key: plain(decoded(config[key])) for key in BESIDE_THE_MAIL if config.get(key) is not None}
    policies = decoded(config.get("onConflict"))
    policy = policies if isinstance(policies, Mapping) else {}
    meant = _given(allow_placeholder=flag(config.get("allowPlaceholder")))
    infrastructures = given.get(INFRASTRUCTURES)
    for index, one in enumerate(infrastructures if isinstance(infrastructures, list) else ()):
        arguments = {**meant, **_arguments(one)}
        name = f"network-infrastructure-{arguments.get('region')}"
        yield DeclaredBeside(NETWORK_INFRASTRUCTURE.name, name, f"{INFRASTRUCTURES}[{index}]", arguments)
    if NETWORKING in given:
        yield DeclaredBeside(ADVANCED_NETWORKING.name, "advanced-networking", NETWORKING, _arguments(given[NETWORKING]))
    if RULES in given:
        arguments = _given(rules=_entries(given[RULES]), on_conflict=policy.get("portForward"))
        yield DeclaredBeside(PORT_FORWARDS.name, RULES_NAME, RULES, arguments)
    if VARIABLES in given:
        groups = groups_of(_entries(given[VARIABLES]), {**_given(on_conflict=policy.get("secretEnvVar")), **meant})
        arguments = _given(**groups, on_conflict=policy.get("envVar"))
        yield DeclaredBeside(ENVIRONMENT_VARIABLES.name, VARIABLES_NAME, VARIABLES, arguments)


def _given(**arguments: Any) -> dict[str, Any]:
    return {name: value for name, value in arguments.items() if value is not None}


def _arguments(value: Any) -> Mapping[str, Any]:
    named = with_numbers(with_argument_names(value))
    return named if isinstance(named, Mapping) else {}


def _entries(value: Any) -> Any:
    """Return entries under the names of arguments; one that is no object stays as it is."""
    if not isinstance(value, Mapping):
        return value
    return {name: with_numbers(with_argument_names(one)) for name, one in value.items() if one is not None}


def _argument_names(config: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield a problem for each argument's name besides the mail, which configuration has another name for."""
    yield from argument_names_in(NETWORKING, decoded(config.get(NETWORKING)))
    infrastructures = decoded(config.get(INFRASTRUCTURES))
    for index, one in enumerate(infrastructures if isinstance(infrastructures, list) else ()):
        yield from argument_names_in(f"{INFRASTRUCTURES}[{index}]", one)
    for key in (RULES, VARIABLES):
        entries = decoded(config.get(key))
        for name, one in entries.items() if isinstance(entries, Mapping) else ():
            yield from argument_names_in(f"{key}.{name}", one)


def _problems_without_mail(config: Mapping[str, Any], is_secret: Callable[[str], bool]) -> Iterator[Problem]:
    yield from unknown_keys(config)
    yield from plain_secrets(config, {}, is_secret)
    ids = {name: identifier(plain(config.get(key))) for name, key in zip(IDS, SHARED, strict=False)}
    yield from map(as_configured, ADVANCED_NETWORKING.problems({name: value for name, value in ids.items() if value is not None}))


def _problems(config: Mapping[str, Any], found: tuple[DeclaredBeside, ...], *, has_mail: bool) -> Iterator[Problem]:
    yield from _wrong_forms(config)
    if has_mail and config.get(NETWORKING) is not None:
        yield Superfluous(NETWORKING, "is part of the MailEgress; set egress.nonProxyHosts instead")
    for one in found:
        kind = kind_named(one.kind)
        if not isinstance(kind, EntriesKind):
            yield from unknown_fields(one.key, one.arguments, [name for name in kind.fields if name not in OUTSIDE])
        for problem in kind.problems(kind.normalise({**_judged(one.arguments), **OUTSIDE})):
            path = _path(kind, one.key, problem.field)
            yield _of_short_entry(problem, path) if _is_short(config, path) else type(problem)(path, problem.message)


def _judged(arguments: Mapping[str, Any]) -> Properties:
    """Return arguments in which a secret whose value lies elsewhere has one that is not known."""
    secrets = arguments.get("secrets")
    if secrets is None:
        return arguments
    return {**arguments, "secrets": {name: {"value": UNKNOWN, **one} for name, one in secrets.items()}}


def _wrong_forms(config: Mapping[str, Any]) -> Iterator[Problem]:
    for key, form, words in (
        (INFRASTRUCTURES, list, "a list of objects"),
        (NETWORKING, Mapping, "an object, which may be empty"),
        (VARIABLES, Mapping, "an object of variables by name"),
        (FILE, str, "the path of a file"),
    ):
        value = decoded(config.get(key))
        if value is not None and not isinstance(value, form):
            yield Problem(key, f"must be {words}, not {type_of(value)}")
    variables = decoded(config.get(VARIABLES))
    for name, one in variables.items() if isinstance(variables, Mapping) else ():
        if isinstance(one, Mapping) and one.get("type") is not None:
            yield from TYPE(f"{VARIABLES}.{name}.type", one["type"])


def _path(kind: Any, key: str, argument: str) -> str:
    """Return where an argument of a resource is configured; the entries of a set stand under its key, whatever their group."""
    first, _, rest = argument.partition(".")
    if isinstance(kind, EntriesKind) and first in kind.groups:
        return f"{key}.{rest}" if rest else key
    return f"{key}.{argument}"


def _is_short(config: Mapping[str, Any], path: str) -> bool:
    """Say whether a path leads to a field of an entry that is configured as a text, or as another value without fields."""
    key, *rest = path.split(".", 2)
    given = decoded(config.get(key))
    return key in (RULES, VARIABLES) and len(rest) == 2 and isinstance(given, Mapping) and not isinstance(given.get(rest[0]), Mapping)


def _of_short_entry(problem: Problem, path: str) -> Problem:
    entry, _, field_name = path.rpartition(".")
    return type(problem)(entry, problem.message if field_name == "value" else f"{field_name} {problem.message}")
