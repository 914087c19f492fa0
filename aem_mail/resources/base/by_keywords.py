"""How a constructor takes its arguments: in one object, as a dictionary, or each by its name."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import MISSING, fields
from functools import wraps
from inspect import get_annotations
from typing import Any

import pulumi

from aem_mail.errors import InvalidInput, Problem
from aem_mail.kinds.shapes import unknown_fields
from aem_mail.resources.base.voice import refusal


def by_keywords(construct: Callable[..., None]) -> Callable[..., None]:
    """Let a constructor ``(self, name, args, opts)`` take each argument by its name too, in the place of ``args``.

    Both at once, a name that is none of an argument, and an argument that is missing end the program with a sentence: pulumi.RunError.
    """
    args_class: type = get_annotations(construct)["args"]

    @wraps(construct)
    def constructed(self: Any, *given: Any, **named: Any) -> None:
        name, args, *rest = _in_order(args_class, given, named)
        opts = rest[0] if rest else named.pop("opts", None)
        if args is not None and named:
            raise _refusal(args_class, name, f"give either {args_class.__name__} or arguments by their names, not both: {', '.join(named)}")
        construct(self, name, _made(args_class, name, named) if args is None else args, opts)

    return constructed


def _in_order(args_class: type, given: Sequence[Any], named: dict[str, Any]) -> Sequence[Any]:
    """Return the resource's name, its arguments in one object or None, and its options where they stand without a name.

    What is taken of ``named`` is taken out of it. Options may come second where the arguments have names.
    """
    in_one = "args" in named
    if not given and not in_one:
        raise _refusal(args_class, "", 'the resource\'s name comes first, as in ("mail", …)')
    name, *rest = given or (named.pop("name", None),)
    if in_one:
        rest = [named.pop("args"), *rest]
    elif not rest or isinstance(rest[0], pulumi.ResourceOptions):
        rest = [None, *rest]
    args, *rest = rest
    if isinstance(args, Mapping):
        args = _made(args_class, name, args)
    if not isinstance(args, args_class | None) or len(rest) > 1:
        raise _refusal(args_class, name, f"takes its name, {args_class.__name__} and options, or its arguments by their names")
    return name, args, *rest


def _made(args_class: type, name: Any, named: Mapping[str, Any]) -> Any:
    problems = list(_problems(args_class, named))
    if problems:
        raise refusal(InvalidInput(_subject(args_class, name), problems))
    return args_class(**named)


def _problems(args_class: Any, named: Mapping[str, Any]) -> Iterator[Problem]:
    arguments = fields(args_class)
    for argument in arguments:
        if argument.default is MISSING and argument.default_factory is MISSING and argument.name not in named:
            yield Problem(argument.name, "is missing")
    yield from unknown_fields("", named, [argument.name for argument in arguments])


def _refusal(args_class: type, name: Any, cause: str) -> pulumi.RunError:
    return refusal(f"{_subject(args_class, name)}: {cause}.")


def _subject(args_class: type, name: Any) -> str:
    return f"{args_class.__name__.removesuffix('Args')} {name}".rstrip()
