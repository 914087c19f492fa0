"""Jinja2, set up so that nothing that others wrote is ever markup; it is an extra, asked for when it is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aem_mail.errors import InvalidInput, missing_extra
from aem_mail.text.characters import visible_lines

if TYPE_CHECKING:
    from jinja2 import Template


def template(name: str) -> Template:
    """Return a template of this package. Raises InvalidInput where Jinja2 is not installed."""
    try:
        import jinja2  # noqa: PLC0415 - an extra
        from markupsafe import Markup  # noqa: PLC0415 - comes with it
    except ModuleNotFoundError as error:
        raise InvalidInput("--output", [missing_extra(error, "report")]) from None

    def finalize(value: Any) -> Any:
        return visible_lines(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("aem_mail.reports"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["markup"] = Markup
    return environment.get_template(name)
