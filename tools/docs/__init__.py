"""What comes from the code, in docs/, in the package and in the template: `make docs` writes it, and tests/tools/docs compares it."""

from collections.abc import Callable, Mapping
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Final

from tools.docs import checks, constructors, dictionaries, presets, settings, settings_schema, simulator, template

CHECKOUT: Final = Path(__file__).resolve().parents[2]
SCHEMAS: Final = ("check.schema.json", "drift.schema.json")
"""What the package has, with a copy for those who read."""
RESOURCES: Final = ("port_forward", "port_forwards", "environment_variable", "environment_variables", "osgi_config")
NETWORKS: Final = ("network_infrastructure", "advanced_networking")
CONSTRUCTORS: Final[Mapping[str, str]] = {
    **{path: path for path in (f"aem_mail/resources/{name}.py" for name in (*NETWORKS, *RESOURCES))},
    "aem_mail/publishing/published_configuration.py": "aem_mail/publishing/published_configuration.py",
    "aem_mail/mail_egress/component.py": "aem_mail/mail_egress/arguments.py",
}
"""The modules of classes with a constructor, with those of their arguments."""


def _schema(name: str) -> Callable[[], str]:
    return partial(files("aem_mail.reports").joinpath(name).read_text, encoding="utf-8")


GENERATED: Final[Mapping[str, Callable[[], str]]] = {
    **{path: partial(constructors.module, path, arguments) for path, arguments in CONSTRUCTORS.items()},
    "docs/checks.md": checks.page,
    "docs/presets.md": presets.page,
    "docs/settings.md": settings.page,
    "docs/simulator.md": simulator.page,
    **{f"docs/{name}": _schema(name) for name in SCHEMAS},
    "aem_mail/mail_egress/dictionaries.py": partial(dictionaries.module, "aem_mail.mail_egress", "arguments"),
    "aem_mail/publishing/dictionaries.py": partial(dictionaries.module, "aem_mail.publishing", "published_configuration"),
    "aem_mail/settings/stack.schema.json": settings_schema.page,
    "aem_mail/resources/dictionaries.py": partial(dictionaries.module, "aem_mail.resources", *NETWORKS, *RESOURCES),
    **template.files(),
}
"""The files of the checkout with what returns the content of each."""


def content(name: str) -> str:
    """Return what one of the files has to hold."""
    return f"{GENERATED[name]().rstrip()}\n"
