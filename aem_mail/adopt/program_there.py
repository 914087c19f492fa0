"""What a program that is there declares, read from its syntax: all of it where `aem-mail adopt` wrote it, and nobody has changed it."""

import ast
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from aem_mail.adopt.declarable import Declared
from aem_mail.adopt.mail import Services
from aem_mail.adopt.program_text import ENVIRONMENT, FROM_FILE, PROGRAM, READS_CONFIGURATION, WrittenProgram, text_of
from aem_mail.kinds.advanced_networking import ADVANCED_NETWORKING
from aem_mail.kinds.environment_variable import ENVIRONMENT_VARIABLE
from aem_mail.kinds.mail_egress import MAIL_EGRESS
from aem_mail.kinds.network_infrastructure import NETWORK_INFRASTRUCTURE
from aem_mail.kinds.port_forward import PORT_FORWARD
from aem_mail.kinds.secret_variable import SECRET_VARIABLE
from aem_mail.model import EnvironmentId

KINDS: Final = frozenset(
    {NETWORK_INFRASTRUCTURE.name, ADVANCED_NETWORKING.name, PORT_FORWARD.name, ENVIRONMENT_VARIABLE.name, SECRET_VARIABLE.name}
)
UNREADABLE: Final = (SyntaxError, ValueError, TypeError, IndexError, RecursionError, MemoryError)
"""What Python raises for a text that is no program, or one that is too deep."""


@dataclass(frozen=True, slots=True)
class ProgramThere:
    """``environment`` is the one that its constants name. ``program`` is None unless the text is what it is written as."""

    environment: EnvironmentId | None = None
    reads_configuration: bool = False
    program: WrittenProgram | None = None


def read_program(text: str) -> ProgramThere:
    """Read a program without running it; one that cannot be read says nothing."""
    try:
        tree = _parsed(text)
    except UNREADABLE:
        return ProgramThere()
    environment = _environment(tree)
    return ProgramThere(environment, _reads_configuration(tree), _program(text, tree, environment))


def _parsed(text: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)


def _environment(tree: ast.Module) -> EnvironmentId | None:
    ids = [_constant(tree, name.code) for name in (PROGRAM, ENVIRONMENT)]
    return EnvironmentId(*ids) if all(ids) else None


def _constant(tree: ast.Module, name: str) -> str:
    found = ""
    for node in tree.body:
        match node:
            case ast.Assign([ast.Name(id=target)], ast.Constant(str(value))) if target == name:
                found = value
    return found


def _reads_configuration(tree: ast.Module) -> bool:
    called = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return any(READS_CONFIGURATION in (getattr(one, "id", None), getattr(one, "attr", None)) for one in called)


def _program(text: str, tree: ast.Module, environment: EnvironmentId | None) -> WrittenProgram | None:
    """Return what the text says, if that is all it says: written again, it is the same text."""
    try:
        program = WrittenProgram(
            environment, _services(tree), tuple(_resources(tree)), _waits_for_mail(tree), next(_arguments_of(tree, FROM_FILE), None)
        )
        return program if text_of(program) == text else None
    except UNREADABLE:
        return None


def _calls(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    """Yield the calls that stand by themselves, or whose result is given a name."""
    for node in tree.body:
        match node:
            case ast.Expr(ast.Call(ast.Name(id=function)) as call) | ast.Assign(value=ast.Call(ast.Name(id=function)) as call):
                yield function, call


def _arguments_of(tree: ast.Module, called: str) -> Iterator[str]:
    return (ast.literal_eval(call.args[0]) for function, call in _calls(tree) if function == called)


def _services(tree: ast.Module) -> Services:
    for function, call in _calls(tree):
        match call:
            case ast.Call(args=[_, ast.Call(keywords=[ast.keyword(arg="services", value=services)])]) if function == MAIL_EGRESS.name:
                return tuple(ast.literal_eval(services))
            case _ if function == MAIL_EGRESS.name:
                return (None,)
    return ()


def _resources(tree: ast.Module) -> Iterator[Declared]:
    for kind, call in _calls(tree):
        match call:
            case ast.Call(args=[ast.Constant(str(name)), ast.Call(keywords=keywords), *_]) if kind in KINDS:
                yield Declared(kind, name, _arguments(kind, keywords))


def _arguments(kind: str, keywords: list[ast.keyword]) -> dict[str, Any]:
    given = {one.arg or "": _value(one.value) for one in keywords if not _is_given_later(one.value)}
    return {name: value for name, value in given.items() if (kind, name) != (SECRET_VARIABLE.name, "on_conflict")}


def _value(node: ast.expr) -> Any:
    match node:
        case ast.List(elements):
            return [_value(one) for one in elements]
        case ast.Dict(keys, values):
            return {ast.literal_eval(key or node): _value(one) for key, one in zip(keys, values, strict=True) if not _is_given_later(one)}
        case _:
            return ast.literal_eval(node)


def _is_given_later(node: ast.expr) -> bool:
    """Say whether a value comes from the stack's configuration, as those of secrets and shared keys do."""
    return isinstance(node, ast.Call)


def _waits_for_mail(tree: ast.Module) -> bool:
    return any(isinstance(node, ast.Attribute) and node.attr == "network_infrastructure" for node in ast.walk(tree))
