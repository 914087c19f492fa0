"""The forms in which a configuration's file is read, by the ending of its name: those that the build of AEM takes."""

from collections.abc import Callable, Mapping
from typing import Final

from aem_mail.osgi.config_form import parse_config
from aem_mail.osgi.configuration_file import key_lines, parse_configuration
from aem_mail.osgi.properties_form import parse_java_properties
from aem_mail.osgi.values import Properties
from aem_mail.osgi.xml_form import parse_xml

JSON: Final = ".cfg.json"

Lines = Mapping[str, int]
"""The line, from 1 on, of each property."""


def _parse_json(text: str) -> tuple[Properties, dict[str, int]]:
    return parse_configuration(text), key_lines(text)


FORMS: Final[Mapping[str, Callable[[str], tuple[Properties, dict[str, int]]]]] = {
    JSON: _parse_json,
    ".config": parse_config,
    ".cfg": parse_java_properties,
    ".properties": parse_java_properties,
    ".xml": parse_xml,
}


def form_of(name: str) -> str | None:
    """Return the ending that says in which form a file is, None for a file that is no configuration."""
    return next((ending for ending in FORMS if name.endswith(ending)), None)


def parse_file(name: str, text: str) -> tuple[Properties, Lines]:
    """Return the properties of a file and their lines. A name without a known ending stands for JSON.

    Raises ConfigurationFileError for what AEM's build refuses or takes for something else.
    """
    return FORMS[form_of(name) or JSON](text)
