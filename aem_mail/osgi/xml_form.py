"""Read an `.xml` file of type `sling:OsgiConfig` as Adobe's build does: a node of a repository whose attributes are the properties."""

import re
from collections.abc import Callable, Mapping
from typing import Final
from xml.parsers import expat

from aem_mail.osgi import values
from aem_mail.osgi.errors import ConfigurationFileError
from aem_mail.osgi.lines import line_of, line_starts
from aem_mail.osgi.values import ConversionError, Properties, Scalar, Value

ROOT, TYPE_OF_NODE, WANTED_TYPE = "jcr:root", "jcr:primaryType", "sling:OsgiConfig"
ATTRIBUTE: Final = re.compile(r"([^\s\"'<>/=]+)\s*=\s*[\"']")
TYPE: Final = re.compile(r"\{([^}]*)\}")
UNIT: Final = re.compile(r"\\u([0-9a-fA-F]{4})|\\(.?)|(.)", re.DOTALL)
TYPES: Final = (
    *("String", "Binary", "BinaryRef", "Long", "Double", "Decimal", "Boolean", "Name", "Path", "Reference", "WeakReference", "URI"),
    "undefined",
)
CONVERTERS: Final[Mapping[str, Callable[[str], Scalar]]] = {
    "Long": lambda text: values.convert_scalar(text, "Long"),
    "Double": lambda text: values.convert_scalar(text, "Double"),
    "Boolean": lambda text: text.lower() == "true",
}


def parse_xml(text: str) -> tuple[Properties, dict[str, int]]:
    """Return the properties of a file, and the line, from 1 on, of each.

    Raises ConfigurationFileError for what AEM's build takes for something else than a configuration, or cannot read.
    """
    attributes = _attributes(text)
    if attributes is None:
        raise ConfigurationFileError(f"it is no {ROOT} of type {WANTED_TYPE}, so AEM would take it for content")
    properties: Properties = {}
    for name, written in attributes.items():
        value = _value(name, written) if ":" not in name and written else None
        if value is not None:
            properties[name] = value
    starts = line_starts(text)
    places = {found[1]: found.start() for found in ATTRIBUTE.finditer(text)}
    return properties, {name: line_of(starts, places[name]) for name in properties if name in places}


def _attributes(text: str) -> Mapping[str, str] | None:
    """Return the attributes of the node, None where it is of another type."""
    found: list[Mapping[str, str]] = []

    def started(name: str, attributes: Mapping[str, str]) -> None:
        if name == ROOT and attributes.get(TYPE_OF_NODE) == WANTED_TYPE:
            found.append(attributes)

    def refuse(*_: object) -> None:
        raise ConfigurationFileError("it has a DOCTYPE, and is not read")

    parser = expat.ParserCreate()
    parser.StartElementHandler = started
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(text.encode("utf-8", "surrogatepass"), True)
    except expat.ExpatError as error:
        raise ConfigurationFileError(f"no valid XML: {expat.ErrorString(error.code)}, line {error.lineno}", error.lineno) from None
    return found[-1] if found else None


def _value(name: str, written: str) -> Value | None:
    """Return what an attribute stands for, None for an empty one: `{Type}value`, or `{Type}[value,value]`."""
    type_ = TYPE.match(written)
    if type_ is None and written.startswith("{"):
        return ""
    java_type, rest = (type_[1], written[type_.end() :]) if type_ else ("undefined", written)
    if java_type not in TYPES:
        raise ConfigurationFileError(f'"{name}": the type {java_type} is not read')
    convert = CONVERTERS.get(java_type)
    texts = _listed(rest[1:]) if rest.startswith("[") else _listed(rest, several=False)
    try:
        found: list[Scalar] = [*texts] if convert is None else [convert(text) for text in texts if text]
    except ConversionError:
        raise ConfigurationFileError(f'"{name}": the value is no {java_type}') from None
    if not found:
        return None
    return found if rest.startswith("[") else found[0]


def _listed(text: str, *, several: bool = True) -> list[str]:
    r"""Return the values of a list, or of one value; `\0` is an empty one."""
    parts, part, is_open = [], "", False
    for found in UNIT.finditer(text):
        unicode, escaped, plain = found.groups()
        if several and plain == ",":
            parts.append(part)
            part, is_open = "", True
        elif several and plain == "]" and found.end() == len(text):
            break
        elif escaped == "0":
            is_open = True
        else:
            part += chr(int(unicode, 16)) if unicode else escaped or plain or ""
    return [*parts, part] if part or is_open or not several else parts
