"""References to secrets that cannot be read where a plan is made: a note, and no failure, since whoever reviews has no secrets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from aem_mail.model import Properties
from aem_mail.resources.base.reference import NotReadable, needed_by_up, resolve
from aem_mail.stack.preview import Preview
from aem_mail.stack.recorded import RecordedResource
from aem_mail.stack.values import MASKED
from aem_mail.text.characters import visible
from aem_mail.text.words import listed


def unread(preview: Preview, project: Path) -> dict[str, str]:
    """Return the references of the program's secrets that cannot be read here, sorted, each with what the preview says of it."""
    found = {}
    for reference in _references(step.new.inputs for step in preview.steps if step.kind is not None and step.new is not None):
        try:
            resolve(reference, project)
        except NotReadable as error:
            found[visible(reference)] = visible(needed_by_up(error))
    return found


def known_values(resources: Iterable[RecordedResource], project: Path) -> frozenset[str]:
    """Return the values of recorded secrets whose references can be read here."""
    found = set()
    for reference in _references(resource.inputs for resource in resources):
        with suppress(NotReadable):
            found.add(resolve(reference, project))
    return frozenset(found)


def note(unread: Mapping[str, str]) -> tuple[str, ...]:
    """Return the one sentence that names them, if there are any."""
    if not unread:
        return ()
    return (
        f"References that cannot be read here: {listed(unread)}. A secret that is recorded counts as unchanged; `pulumi up` needs the "
        "values as soon as it has something to write.",
    )


def without_their_warnings(preview: Preview, unread: Mapping[str, str]) -> Preview:
    """Return the preview without the warnings that the note stands for."""
    kept = [one for one in preview.diagnostics if one.severity != "warning" or not any(text in one.message for text in unread.values())]
    return replace(preview, diagnostics=tuple(kept))


def _references(inputs: Iterable[Properties]) -> list[str]:
    """Return the references among inputs, each once, sorted."""
    given = {each.get("value_from") for each in inputs}
    return sorted(reference for reference in given if isinstance(reference, str) and reference != MASKED)
