"""The settings of ``osgi.publish``: where the program publishes its OSGi configurations, and which pipeline deploys them."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from aem_mail.errors import Problem
from aem_mail.kinds import published_configuration
from aem_mail.kinds.forms import identifier, plain
from aem_mail.kinds.shapes import Superfluous, type_of
from aem_mail.model import UNKNOWN
from aem_mail.settings.keys import decoded
from aem_mail.settings.names import ARGUMENTS, camel, in_configuration, with_argument_names, with_numbers

PUBLISH: Final = "publish"
FROM_THE_PROGRAM: Final = ("program_id", "environment_id", "run_mode", "configurations")
"""Arguments that the program's other settings give."""


def publishing_arguments(config: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return PublishedConfiguration's arguments as ``osgi.publish`` gives them, None where it is not set; nothing is checked."""
    osgi = _osgi(config)
    given = osgi.get(PUBLISH)
    if not isinstance(given, Mapping):
        return None
    named = with_numbers(with_argument_names(with_numbers(given)))
    if "pipeline" in named:
        named["pipeline"] = identifier(named["pipeline"])
    return {name: value for name, value in named.items() if value is not None}


def publishing_problems(config: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield everything that is wrong with ``osgi.publish``, under its configuration keys."""
    given = _osgi(config).get(PUBLISH)
    arguments = publishing_arguments(config)
    if arguments is None:
        if given is not None:
            yield Problem("osgi.publish", f"must be an object, not {type_of(given)}")
        return
    for name in given or ():
        if name in ARGUMENTS:
            yield Superfluous(f"osgi.publish.{name}", f"is unknown; did you mean {camel(name)}?")
        elif name in FROM_THE_PROGRAM or camel(name) in map(camel, FROM_THE_PROGRAM):
            yield Superfluous(f"osgi.publish.{name}", "is given by the stack's other settings")
    own = {name: value for name, value in arguments.items() if name not in FROM_THE_PROGRAM}
    for problem in published_configuration.problems({**own, "program_id": "1", "environment_id": "1", "configurations": UNKNOWN}):
        yield type(problem)(f"osgi.publish.{in_configuration(problem.field)}", in_configuration(problem.message))


def without_publishing(osgi: Any) -> Any:
    """Return ``osgi`` as MailEgress takes it."""
    return {name: value for name, value in osgi.items() if name != PUBLISH} if isinstance(osgi, Mapping) else osgi


def _osgi(config: Mapping[str, Any]) -> Mapping[str, Any]:
    osgi = plain(decoded(config.get("osgi")))
    return osgi if isinstance(osgi, Mapping) else {}
