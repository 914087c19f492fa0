"""The text of a configuration file for properties whose order the engine has not kept: the order is that of a text made before."""

import json
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any, Final

from aem_mail.osgi.mail_service import render_configuration

NOTHING: Final[Mapping[str, Any]] = {}


def laid_out(properties: Mapping[str, Any], texts: Sequence[Any]) -> str:
    """Return the text of the properties: as the first of the texts has it that says just them, else in the order of the first one.

    What that does not have follows by name. A text that is no JSON, None or UNKNOWN counts as empty. Raises as
    `render_configuration` does.
    """
    models = [_model(text) for text in texts]
    same = next((model for model in models if alike(model, properties)), None)
    if same is not None:
        return render_configuration(same)
    return render_configuration(_ordered(properties, next(filter(None, models), NOTHING)))


def alike(one: Any, other: Any) -> bool:
    """Say whether two JSON values are one to the engine, which has no null in an object and takes every number for a float."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        mine, others = _present(one), _present(other)
        return mine.keys() == others.keys() and all(alike(value, others[name]) for name, value in mine.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, int | float) and isinstance(other, int | float) and bool not in {type(one), type(other)}:
        return float(one) == float(other)
    return type(one) is type(other) and bool(one == other)


def _model(text: Any) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, TypeError, RecursionError):
        return NOTHING
    return found if isinstance(found, Mapping) else NOTHING


def _present(value: Mapping[str, Any]) -> dict[str, Any]:
    return {name: item for name, item in value.items() if item is not None}


def _ordered(value: Any, model: Any) -> Any:
    if isinstance(value, Mapping):
        known = model if isinstance(model, Mapping) else NOTHING
        names = [*(name for name in known if name in value), *sorted(name for name in value if name not in known)]
        return {name: _ordered(value[name], known.get(name)) for name in names}
    if isinstance(value, list):
        models = model[: len(value)] if isinstance(model, list) else []
        return [_ordered(item, other) for item, other in zip_longest(value, models)]
    return value
