"""The text of `Pulumi.<stack>.yaml`, of `Pulumi.yaml`, and of the file of ignored findings."""

from collections.abc import Mapping
from typing import Any, Final

import yaml

from aem_mail.settings.keys import PREFIX

RUNTIME: Final = {"name": "python", "options": {"virtualenv": ".venv"}}


def stack_text(settings: Mapping[str, Any], there: str | None = None) -> str:
    """Return the stack's configuration; of the file that is ``there`` everything else is kept, but for comments.

    Raises ValueError where that file is no stack's configuration, and YAMLError where it is no YAML.
    """
    document = yaml.safe_load(there or "") or {}
    config = document.get("config") or {} if isinstance(document, dict) else None
    if not isinstance(config, dict):
        raise ValueError("it is no stack's configuration")  # noqa: TRY004 - what is wrong is a user's file
    config = {**config, **{PREFIX + key: value for key, value in settings.items()}}
    return yaml.safe_dump({**document, "config": config}, sort_keys=False, allow_unicode=True, width=1000)


def project_text(name: str) -> str:
    """Return the project's file for a program in Python."""
    return yaml.safe_dump({"name": name, "runtime": RUNTIME}, sort_keys=False)
