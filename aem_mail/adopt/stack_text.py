"""The text of `Pulumi.<stack>.yaml`."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import yaml

from aem_mail.adopt.declarable import Declared
from aem_mail.adopt.kept_yaml import rewritten
from aem_mail.adopt.mail import CREDENTIALS
from aem_mail.kinds.environment_variables import entry_name
from aem_mail.kinds.forms import default_port_orig
from aem_mail.kinds.port_forward import PORT_FORWARD
from aem_mail.model import EgressMode
from aem_mail.settings.keys import BESIDE_THE_MAIL, PREFIX
from aem_mail.settings.names import number
from aem_mail.text.characters import visible

TWO_PLACES: Final = {"variables": "variablesFile", "variablesFile": "variables"}
IDS: Final = ("programId", "environmentId")


def stack_text(settings: Mapping[str, Any], there: str | None = None) -> str:
    """Return the stack's configuration; of the file that is ``there`` everything else is kept, comments too.

    Raises ValueError where that file is no stack's configuration, and YAMLError where it is no YAML.
    """
    document, config = _read(there)
    whole = {**config, **{PREFIX + key: _merged(config.get(PREFIX + key), value) for key, value in settings.items()}}
    if there is not None and whole == config:
        return there
    return rewritten(there or "", {**document, "config": whole})


def loss_of_stack(settings: Mapping[str, Any], there: str, declared: Sequence[Declared]) -> str:
    """Say what a stack's configuration that is there declares, and neither these settings nor the rest of ``declared``; else nothing.

    Raises as `stack_text` does.
    """
    _, config = _read(there)
    ids = {key: str(config[PREFIX + key]) for key in IDS if PREFIX + key in config}
    if any(settings.get(key) != one for key, one in ids.items()):
        named = " ".join(f"{key} {visible(one)}" for key, one in ids.items())
        return f"it is the configuration of another environment ({named}); name another stack with --stack"
    smtp = _completed(config.get(PREFIX + "smtp"))
    paths = [] if _is_declared(smtp, declared) else list(_otherwise(smtp, settings.get("smtp"), "smtp"))
    for key in ("egress", *BESIDE_THE_MAIL):
        paths += _otherwise(config.get(PREFIX + key), settings.get(key), key)
    paths += _declared_twice(config, settings)
    keys = ", ".join(PREFIX + visible(path) for path in dict.fromkeys(paths))
    return (
        f"it declares what is not so in the environment ({keys}); change that yourself, or name another stack with --stack" if keys else ""
    )


def read_yaml(text: str) -> Any:
    """Read a document. Raises YAMLError, also for one that is nested too deeply, or holds what Python cannot, as the date 2026-13-45."""
    try:
        return yaml.safe_load(text)
    except (ValueError, RecursionError) as error:
        raise yaml.YAMLError(type(error).__name__) from None


def _read(there: str | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the document of a stack's file, and the configuration in it."""
    document = read_yaml(there or "") or {}
    config = document.get("config") or {} if isinstance(document, dict) else None
    if not isinstance(config, dict):
        raise ValueError("it is no stack's configuration")  # noqa: TRY004 - what is wrong is a user's file
    return document, config


def _declared_twice(config: Mapping[str, Any], settings: Mapping[str, Any]) -> Iterator[str]:
    """Yield the paths of what is there and would be declared by another key from now on, or no longer as a part of a MailEgress."""
    there = {key: config.get(PREFIX + key) for key in ("smtp", *BESIDE_THE_MAIL)}
    if "smtp" not in settings:
        yield from ["smtp"] if there["smtp"] is not None else []
    else:
        port = str(settings["smtp"]["portOrig"])
        yield from [f"portForwards.{port}"] if _holds(there["portForwards"], port) else []
        yield from (key for key in ("advancedNetworking", "networkInfrastructures") if there[key] is not None and key not in settings)
        names = [entry_name(name, one) for name in CREDENTIALS for one in settings.get("services", (None,))]
        yield from (f"variables.{name}" for name in names if _holds(there["variables"], name))
    yield from (key for key, other in TWO_PLACES.items() if there[key] is not None and other in settings)


def _holds(entries: Any, name: str) -> bool:
    return isinstance(entries, Mapping) and name in map(str, entries)


def _completed(smtp: Any) -> Any:
    """Return the mail server with the port that it has where none is given, and its preset in the place of a host."""
    if not isinstance(smtp, Mapping):
        return smtp
    given = {name: number(value) if name in ("port", "portOrig") else value for name, value in smtp.items()}
    return {"host": given.get("preset"), "portOrig": default_port_orig(given.get("port")), **given}


def _is_declared(smtp: Any, declared: Sequence[Declared]) -> bool:
    """Say whether a rule that was the mail's is one of those that are declared."""
    if not isinstance(smtp, Mapping):
        return False
    rule = {"name": smtp.get("host"), "port_dest": smtp.get("port"), "port_orig": smtp.get("portOrig")}
    return any(one.kind == PORT_FORWARD.name and one.arguments == rule for one in declared)


def _otherwise(there: Any, new: Any, path: str) -> Iterator[str]:
    """Yield the paths of what is set on both sides, and not to the same; a way out that was used may be declared from now on."""
    if isinstance(there, Mapping) and isinstance(new, Mapping):
        for name in sorted(there.keys() & new.keys()):
            yield from _otherwise(there[name], new[name], f"{path}.{name}")
    elif isinstance(there, list) and isinstance(new, list) and len(there) == len(new):
        for place, (one, other) in enumerate(zip(there, new, strict=True)):
            yield from _otherwise(one, other, f"{path}[{place}]")
    elif there is not None and new is not None and str(there) != str(new) and (there, new) != (EgressMode.EXISTING, EgressMode.MANAGED):
        yield path


def _merged(there: Any, new: Any) -> Any:
    """Return what is new, with whatever the user has set besides, such as a VPN's shared key."""
    if isinstance(there, Mapping) and isinstance(new, Mapping):
        return {**there, **{name: _merged(there.get(name), value) for name, value in new.items()}}
    if isinstance(there, list) and isinstance(new, list) and len(there) == len(new):
        return [_merged(one, other) for one, other in zip(there, new, strict=True)]
    return new
