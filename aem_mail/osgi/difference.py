"""How two OSGi configurations differ, in the names of their properties."""

import json


def difference(there: str, wanted: str) -> str:
    """Name the properties that differ; their values may be secrets, so they are not shown."""
    try:
        old, new = json.loads(there), json.loads(wanted)
        names = sorted(name for name in {*old, *new} if old.get(name) != new.get(name))
    except (ValueError, TypeError, AttributeError):
        return "it cannot be read as JSON"
    return f"it differs in {', '.join(names)}" if names else "it differs in form only"
