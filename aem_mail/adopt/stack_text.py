"""The text of `Pulumi.<stack>.yaml`, of `Pulumi.yaml`, and of the file of ignored findings."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import yaml

from aem_mail.adopt.adoption import EXISTING, MANAGED
from aem_mail.adopt.declarable import Declared
from aem_mail.kinds.forms import default_port_orig
from aem_mail.kinds.port_forward import PORT_FORWARD
from aem_mail.model import EnvironmentId
from aem_mail.settings.keys import PREFIX
from aem_mail.settings.names import number
from aem_mail.text.characters import visible

RUNTIME: Final = {"name": "python", "options": {"virtualenv": ".venv"}}
IDS: Final = ("programId", "environmentId")


def stack_text(settings: Mapping[str, Any], there: str | None = None) -> str:
    """Return the stack's configuration; of the file that is ``there`` everything else is kept, except for comments.

    Raises ValueError where that file is no stack's configuration, and YAMLError where it is no YAML.
    """
    document, config = _read(there)
    whole = {**config, **{PREFIX + key: _merged(config.get(PREFIX + key), value) for key, value in settings.items()}}
    if there is not None and whole == config:
        return there
    return yaml.safe_dump({**document, "config": whole}, sort_keys=False, allow_unicode=True, width=1000)


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
    paths += _otherwise(config.get(PREFIX + "egress"), settings.get("egress"), "egress")
    keys = ", ".join(PREFIX + visible(path) for path in paths)
    return (
        f"it declares what is not so in the environment ({keys}); change that yourself, or name another stack with --stack" if keys else ""
    )


def is_of_another(text: str, environment: EnvironmentId) -> bool:
    """Say whether a stack's configuration has settings that may be another environment's: one without both ids may have them elsewhere.

    Raises YAMLError where it is no YAML.
    """
    document = read_yaml(text)
    config = document.get("config") if isinstance(document, dict) else None
    if not isinstance(config, dict) or not any(str(key).startswith(PREFIX) for key in config):
        return False
    return EnvironmentId(*(str(config.get(PREFIX + key)) for key in IDS)) != environment


def read_yaml(text: str) -> Any:
    """Read a document. Raises YAMLError, also for one that is nested too deeply, or holds what Python cannot, as the date 2026-13-45."""
    try:
        return yaml.safe_load(text)
    except (ValueError, RecursionError) as error:
        raise yaml.YAMLError(type(error).__name__) from None


def project_text(name: str) -> str:
    """Return the project's file for a program in Python."""
    return yaml.safe_dump({"name": name, "runtime": RUNTIME}, sort_keys=False)


def _read(there: str | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the document of a stack's file, and the configuration in it."""
    document = read_yaml(there or "") or {}
    config = document.get("config") or {} if isinstance(document, dict) else None
    if not isinstance(config, dict):
        raise ValueError("it is no stack's configuration")  # noqa: TRY004 - what is wrong is a user's file
    return document, config


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
    elif there is not None and new is not None and str(there) != str(new) and (there, new) != (EXISTING, MANAGED):
        yield path


def _merged(there: Any, new: Any) -> Any:
    """Return what is new, with whatever the user has set besides, such as a VPN's shared key."""
    if isinstance(there, Mapping) and isinstance(new, Mapping):
        return {**there, **{name: _merged(there.get(name), value) for name, value in new.items()}}
    if isinstance(there, list) and isinstance(new, list) and len(there) == len(new):
        return [_merged(one, other) for one, other in zip(there, new, strict=True)]
    return new
