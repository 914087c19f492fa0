"""The program's own settings: what `__main__.py` declares one MailEgress from."""

import difflib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from aem_mail.errors import InvalidInput, Problem
from aem_mail.kinds.forms import identifier, plain
from aem_mail.kinds.mail_egress import MAIL_EGRESS
from aem_mail.kinds.mail_secrets import OAUTH
from aem_mail.kinds.shapes import Superfluous
from aem_mail.model import VariableType
from aem_mail.settings.keys import ALL, BESIDE_THE_MAIL, PREFIX, PROGRAM, decoded, secret_command
from aem_mail.settings.names import ARGUMENTS, CONFIGURED, WITHIN, camel, flag, in_configuration, with_argument_names, with_numbers
from aem_mail.settings.provider import with_command
from aem_mail.settings.publishing import publishing_problems, without_publishing

OBJECTS: Final = ("egress", "smtp", "onConflict", "osgi", "oauth", "timeouts", "services")
WITH_ARGUMENT_NAMES: Final = ("egress", "smtp", "osgi", "oauth")
NEVER_PLAIN: Final = ("clientSecret", "accessToken", "password")


@dataclass(frozen=True, slots=True)
class ProgramSettings:
    """The program's own settings, checked; mappings have the argument names of MailEgress (snake_case).

    ``on_conflict`` and ``timeouts`` have the keys of MailEgress's arguments, a VPN's ``dns`` and ``connections`` the API's field
    names. User name, password and what OAuth has for secrets come in plain text: the caller makes secrets of them.
    """

    program_id: str
    environment_id: str
    egress: Mapping[str, Any] = field(repr=False)
    smtp: Mapping[str, Any]
    from_address: str
    username: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    username_from: str | None = None
    password_from: str | None = None
    username_variable: str | None = None
    password_variable: str | None = None
    on_conflict: Mapping[str, str] | None = None
    osgi: Mapping[str, Any] | None = None
    oauth: Mapping[str, Any] | None = field(default=None, repr=False)
    timeouts: Mapping[str, float] | None = None
    allow_placeholder: bool | None = None
    services: Sequence[str] | None = None


def program_settings(config: Mapping[str, Any], is_secret: Callable[[str], bool]) -> ProgramSettings:
    """Return the program's settings from the stack configuration.

    ``is_secret(key)`` says whether a key, without its prefix, was set with ``--secret``. Raises InvalidInput that names every
    missing, wrong and unknown key, and every secret that lies in the configuration in plain text, each with its command.
    """
    beside = [key for key in BESIDE_THE_MAIL if config.get(key) is not None]
    problems = [*program_problems(config, is_secret), *map(_not_read_alone, beside)]
    if problems:
        raise InvalidInput("Configuration of this stack", problems)
    return settings_of(config)


def program_problems(config: Mapping[str, Any], is_secret: Callable[[str], bool]) -> Iterator[Problem]:
    """Yield everything that is wrong with the settings of a MailEgress."""
    arguments = arguments_of(config)
    yield from unknown_keys(config)
    yield from plain_secrets(config, arguments, is_secret)
    yield from argument_names(config)
    yield from map(as_configured, MAIL_EGRESS.problems(arguments))
    yield from map(with_command, publishing_problems(config))


def settings_of(config: Mapping[str, Any]) -> ProgramSettings:
    """Return the settings of a MailEgress that were checked."""
    return ProgramSettings(**{name: value for name, value in arguments_of(config).items() if value is not None})


def _not_read_alone(key: str) -> Problem:
    reader = "have the program call declare_environment() of aem_mail.program instead, which declares that too"
    return Problem(PREFIX + key, f"is not read by mail_egress_args(); {reader}")


def arguments_of(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return MailEgress's arguments as they are configured; a missing object is empty, so that its fields are named."""
    values = {key: plain(config.get(key)) for key in PROGRAM}
    for key in OBJECTS:
        values[key] = with_numbers(decoded(values[key]))
    values["allowPlaceholder"] = flag(values["allowPlaceholder"])
    values["osgi"] = without_publishing(values["osgi"])
    for key in WITH_ARGUMENT_NAMES:
        values[key] = with_numbers(with_argument_names(values[key]))
    values["programId"], values["environmentId"] = identifier(values["programId"]), identifier(values["environmentId"])
    values["egress"] = {} if values["egress"] is None else values["egress"]
    values["smtp"] = {} if values["smtp"] is None else values["smtp"]
    return {CONFIGURED.get(key, key): value for key, value in values.items()}


def argument_names(config: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield a problem for each argument's name in an object: configuration has its own, such as portOrig."""
    for key in WITH_ARGUMENT_NAMES:
        yield from argument_names_in(key, decoded(config.get(key)))


def argument_names_in(path: str, value: Any) -> Iterator[Problem]:
    for name, item in value.items() if isinstance(value, Mapping) else ():
        if name in ARGUMENTS:
            yield with_command(Superfluous(f"{path}.{name}", f"is unknown; did you mean {camel(name)}?"))
        elif name in WITHIN:
            yield from argument_names_in(f"{path}.{name}", item)


def unknown_keys(config: Mapping[str, Any]) -> Iterator[Problem]:
    for key in config:
        if key not in ALL:
            near = difflib.get_close_matches(key, ALL, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(PROGRAM)}"
            yield with_command(Superfluous(key, f"is unknown; {hint}"))


def plain_secrets(config: Mapping[str, Any], arguments: Mapping[str, Any], is_secret: Callable[[str], bool]) -> Iterator[Problem]:
    """Yield a problem for each secret that lies in the stack's file for everybody to read."""
    exposed = [key for key in NEVER_PLAIN if config.get(key) is not None and not is_secret(key)]
    exposed += [path for key in ("egress", "networkInfrastructures") if not is_secret(key) for path in shared_keys(key, config.get(key))]
    if not is_secret("oauth") and isinstance(arguments.get("oauth"), Mapping):
        exposed += [f"oauth.{camel(name)}" for name in OAUTH if arguments["oauth"].get(name)]
    if not is_secret("variables"):
        exposed += secret_values(config.get("variables"))
    for key in exposed:
        yield Problem(
            PREFIX + key, f"is a secret, but was set without --secret; run {secret_command(key)}, and change it if the file was shared"
        )


def shared_keys(path: str, configured: Any) -> Iterator[str]:
    """Yield the path of each shared key of a VPN, or of several."""
    value = decoded(configured)
    for index, one in enumerate(value if isinstance(value, list) else ()):
        yield from shared_keys(f"{path}[{index}]", one)
    connections = decoded(value.get("connections")) if isinstance(value, Mapping) else None
    for index, connection in enumerate(connections if isinstance(connections, list) else ()):
        if isinstance(connection, Mapping) and connection.get("sharedKey"):
            yield f"{path}.connections[{index}].sharedKey"


def secret_values(variables: Any) -> Iterator[str]:
    """Yield the path of each value of a secret among the variables."""
    value = decoded(variables)
    for name, one in (value if isinstance(value, Mapping) else {}).items():
        if isinstance(one, Mapping) and one.get("type") == VariableType.SECRET_STRING and one.get("value") is not None:
            yield f"variables.{name}.value"


def as_configured(problem: Problem) -> Problem:
    """Return a problem of an argument under its configuration key, with the command that fixes it."""
    return with_command(type(problem)(in_configuration(problem.field), in_configuration(problem.message)))
