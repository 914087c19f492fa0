"""YAML of a user's that is written again: what does not change keeps its comments, order and form; and YAML whose keys are explained."""

import io
import textwrap
from collections.abc import Mapping
from typing import Any, Final

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import YAMLError
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

WIDEST: Final = 1 << 24
"""Columns beyond which a text is broken into lines: none is."""


COMMENT_COLUMNS: Final = 100


def explained(content: Mapping[str, Any], comments: Mapping[tuple[str, ...], str]) -> str:
    """Return a new document, with a comment above each key whose path has one; the comment of the empty path begins the document."""
    out = io.StringIO()
    document = _explained(content, comments, ())
    if () in comments:
        document.yaml_set_start_comment(_wrapped(comments[()], 0))
    _writer().dump(document, out)
    return out.getvalue()


def rewritten(text: str, content: Mapping[str, Any]) -> str:
    """Return a document as ``content`` has it; ``text`` is the one before, empty for a new one.

    What ``content`` does not name is removed. Raises ValueError where the text cannot be kept, or would not say the same.
    """
    writer = _writer()
    out = io.StringIO()
    try:
        document = writer.load(text) if text.strip() else None
        writer.dump(_kept(document, content), out)
        same = yaml.safe_load(out.getvalue()) == content
    except (YAMLError, yaml.YAMLError) as error:
        raise ValueError(f"it cannot be written again: {getattr(error, 'problem', None) or type(error).__name__}") from None
    if not same:
        raise ValueError("it would not say the same when written again; write it in plain YAML, without anchors, tags or merged keys")
    return out.getvalue()


def _writer() -> YAML:
    writer = YAML()
    writer.width, writer.preserve_quotes, writer.allow_duplicate_keys = WIDEST, True, False
    writer.indent(mapping=2, sequence=4, offset=2)
    return writer


def _explained(content: Mapping[str, Any], comments: Mapping[tuple[str, ...], str], path: tuple[str, ...]) -> CommentedMap:
    document = CommentedMap()
    for key, value in content.items():
        place = (*path, key)
        document[_written(key)] = _explained(value, comments, place) if isinstance(value, Mapping) else _written(value)
        if place in comments:
            indent = 2 * len(path)
            document.yaml_set_comment_before_after_key(key, before=_wrapped(comments[place], indent), indent=indent)
    return document


def _wrapped(comment: str, indent: int) -> str:
    return "\n".join(line for paragraph in comment.splitlines() for line in textwrap.wrap(paragraph, COMMENT_COLUMNS - indent) or [""])


def _kept(there: Any, new: Any) -> Any:
    """Return the new value, as that which is there where the two are alike."""
    if isinstance(there, dict) and isinstance(new, Mapping):
        for name in [name for name in there if name not in new]:
            del there[name]
        for name, value in new.items():
            there[_written(name)] = _kept(there.get(name), value)
        return there
    if isinstance(there, list) and isinstance(new, list) and len(there) == len(new):
        for place, value in enumerate(new):
            there[place] = _kept(there[place], value)
        return there
    return there if type(new) in (str, int, float, bool) and there == new and isinstance(there, type(new)) else _written(new)


def _written(value: Any) -> Any:
    """Return a value whose texts are in quotes where they would be taken for something else."""
    if isinstance(value, Mapping):
        return {_written(name): _written(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_written(item) for item in value]
    return DoubleQuotedScalarString(value) if isinstance(value, str) and not _is_plain(value) else value


def _is_plain(text: str) -> bool:
    """Say whether a text stands for itself in each version of YAML without quotes."""
    return text.isprintable() and bool(text) and yaml.safe_dump(text, allow_unicode=True, width=WIDEST) == f"{text}\n...\n"
