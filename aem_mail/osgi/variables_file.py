"""Read and write a file of environment variables: a list of `{name, type, value, service}`, as Adobe's users hold it.

YAML and JSON; a plain mapping of names to values is read too, and what Cloud Manager answers to GET …/variables. A value is the text as it
is written there, so that `030465`, `true` and `1e3` arrive as such. An empty value means that the variable is deleted, as for Adobe.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

from aem_mail.osgi.errors import VariablesFileError

FIELDS = ("name", "type", "value", "service", "status")
TYPES = ("string", "secretString")
SERVICES = ("author", "publish", "preview")
DEEPEST = 3
"""No shape that is accepted is deeper."""

SHAPES = (
    "expected a list of {name, type, value, service}, a mapping of names to values, or Cloud Manager's answer to GET …/variables, "
    "whose list is _embedded.variables"
)

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class GivenVariable:
    """A variable of a file; `service` None stands for all, `value` None for a secret whose value lies elsewhere."""

    name: str
    type: str
    service: str | None = None
    value: str | None = field(default=None, repr=False)

    @property
    def is_deleted(self) -> bool:
        """Whether the entry says that there is no such variable."""
        return self.value == ""


def parse_variables(text: str) -> tuple[GivenVariable, ...]:
    """Return the variables of a file. Raises VariablesFileError, which never quotes a value."""
    content = _listed(_parsed(text))
    if content is None:
        return ()
    if isinstance(content, dict):
        variables = tuple(GivenVariable(name, "string", None, _text(value, f"the value of {name}")) for name, value in content.items())
    elif isinstance(content, list):
        variables = tuple(_variable(entry, f"entry {number}") for number, entry in enumerate(content, 1))
    else:
        raise VariablesFileError(f"it is a text; {SHAPES}")
    _refuse_repetitions(variables)
    return variables


def variables_text(variables: Sequence[GivenVariable], *, as_json: bool = False) -> str:
    """Return the text of a file with these variables, as YAML or JSON; `parse_variables` reads the same from it.

    A secret without a value has none there either.
    """
    entries = [_entry(variable) for variable in variables]
    if as_json:
        return json.dumps(entries, indent=2) + "\n"
    return str(yaml.dump(entries, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=1000))


def visible_to(variables: Sequence[GivenVariable], tier: str | None) -> Iterator[GivenVariable]:
    """Yield the variables that a tier sees, without those that are deleted; one for the tier alone beats one for all.

    With `tier` None all are yielded. Raises VariablesFileError if then one name is there for several services.
    """
    by_name: dict[str, GivenVariable] = {}
    for variable in sorted((each for each in variables if not each.is_deleted), key=lambda each: each.service is not None):
        if tier is None and variable.name in by_name:
            raise VariablesFileError(f"{variable.name} is there for several services; say which tier reads the configuration")
        if tier is None or variable.service in (None, tier):
            by_name[variable.name] = variable
    yield from by_name.values()


class _Dumper(yaml.SafeDumper):
    """Writes texts with line breaks or control characters in double quotes, the one style in which all of them come back."""


def _scalar(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if text.isprintable() else '"')


_Dumper.add_representer(str, _scalar)


def _entry(variable: GivenVariable) -> dict[str, str]:
    entry = {"name": variable.name, "type": variable.type, "value": variable.value, "service": variable.service}
    return {name: text for name, text in entry.items() if text is not None}


def _listed(content: Any) -> Any:
    """Return the list of variables of Cloud Manager's answer; anything else as it is."""
    embedded = content.get("_embedded") if isinstance(content, dict) else None
    if not isinstance(embedded, dict):
        return content
    entries = embedded.get("variables")
    if not isinstance(entries, list):
        raise VariablesFileError(
            f"it is an answer of Cloud Manager about {', '.join(embedded) or 'nothing'}, not about variables; {SHAPES}"
        )
    total = str(content.get("_totalNumberOfItems", ""))
    if total.isdecimal() and int(total[:6]) > len(entries):
        raise VariablesFileError(
            f"it is one page of Cloud Manager's answer, with {len(entries)} of {total} variables; put all of them into it"
        )
    return entries


def _variable(entry: Any, where: str) -> GivenVariable:
    if not isinstance(entry, dict):
        raise VariablesFileError(f"{where} is no object; {SHAPES}")
    # Adobe's client lists variables with the links of the API's answer.
    unknown = [name for name in entry if name not in FIELDS and not str(name).startswith("_")]
    if unknown:
        raise VariablesFileError(f"{where} has the unknown field {unknown[0]!r}; there are {', '.join(FIELDS[:-1])}")
    name = entry.get("name")
    if not isinstance(name, str) or not name:
        raise VariablesFileError(f"{where} has no name")
    where = f"{where}, {name},"
    type_, service = entry.get("type") or "string", entry.get("service") or None
    if type_ not in TYPES:
        raise VariablesFileError(f"{where} has another type than string and secretString")
    if service is not None and service not in SERVICES:
        raise VariablesFileError(f"{where} has another service than author, publish and preview")
    if entry.get("value") is None and type_ == "secretString":
        return GivenVariable(name, type_, service)
    return GivenVariable(name, type_, service, _text(entry.get("value"), f"the value of {name}"))


def _refuse_repetitions(variables: Sequence[GivenVariable]) -> None:
    seen = set()
    for variable in variables:
        identity = (variable.service, variable.name)
        if identity in seen:
            raise VariablesFileError(f"{variable.name} is there twice for {variable.service or 'all services'}")
        seen.add(identity)


def _text(value: Any, what: str) -> str:
    if not isinstance(value, str):
        raise VariablesFileError(f"{what} is {'missing' if value is None else f'no text; {SHAPES}'}")
    return value


def _parsed(text: str) -> Any:
    """Return nested dicts and lists of texts as they are written, None for null."""
    try:
        return json.loads(text, object_pairs_hook=_object, parse_int=str, parse_float=str, parse_constant=str)
    except json.JSONDecodeError:
        return _parsed_yaml(text)
    except RecursionError:
        raise VariablesFileError("it is nested too deeply") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    entries: dict[str, Any] = {}
    for name, value in pairs:
        if name in entries:
            raise VariablesFileError(f"{name!r} is there twice")
        entries[name] = {True: "true", False: "false"}[value] if isinstance(value, bool) else value
    return entries


def _parsed_yaml(text: str) -> Any:
    try:
        _refuse_depth(text)
        return _content(yaml.compose(text, Loader=_LOADER), 0, {})
    except VariablesFileError:
        raise
    except yaml.MarkedYAMLError as error:
        place = f", line {error.problem_mark.line + 1}, column {error.problem_mark.column + 1}" if error.problem_mark else ""
        raise VariablesFileError(f"neither JSON nor YAML: {error.problem or error.context}{place}") from None
    except (yaml.YAMLError, ValueError):
        raise VariablesFileError("neither JSON nor YAML: it holds characters that no text file has") from None
    except RecursionError:
        raise VariablesFileError("it is nested too deeply") from None


def _refuse_depth(text: str) -> None:
    """Refuse what is nested deeper than any accepted shape: yaml.compose would call itself until the process breaks."""
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST + 1:
            raise VariablesFileError(f"it is nested too deeply; {SHAPES}")


def _content(node: Any, depth: int, read: dict[int, Any]) -> Any:
    """Return what a node stands for; ``read`` keeps that by the node's identity, so that aliases multiply nothing."""
    if depth > DEEPEST:
        raise VariablesFileError(f"it is nested too deeply; {SHAPES}")
    if id(node) not in read:
        read[id(node)] = _content_read(node, depth, read)
    return read[id(node)]


def _content_read(node: Any, depth: int, read: dict[int, Any]) -> Any:
    if isinstance(node, yaml.MappingNode):
        return _object([(_key(key), _content(value, depth + 1, read)) for key, value in node.value])
    if isinstance(node, yaml.SequenceNode):
        return [_content(each, depth + 1, read) for each in node.value]
    return None if node is None or node.tag == "tag:yaml.org,2002:null" else node.value


def _key(node: Any) -> str:
    if not isinstance(node, yaml.ScalarNode):
        raise VariablesFileError(f"it has a key that is no text; {SHAPES}")
    return str(node.value)
