"""The text of `__main__.py`: one program for every environment of a project, since the stack's configuration says what is declared."""

import ast
import warnings
from typing import Final

DECLARES_ALL: Final = "declare_environment"
"""What a program calls that declares everything that its stack's configuration says."""
DECLARES_MAIL: Final = "mail_egress_args"
"""What a program calls that takes no more than its MailEgress from there."""

PROGRAM: Final = '''"""The Pulumi program: one environment, as the stack's configuration describes it."""

import pulumi

from aem_mail.program import declare_environment

for name, value in declare_environment().outputs().items():
    pulumi.export(name, value)
'''
UNREADABLE: Final = (SyntaxError, ValueError, RecursionError, MemoryError)
"""What Python raises for a text that is no program, or one that is too deep."""


def called_in(text: str) -> frozenset[str]:
    """Return the names of the functions that a program calls, without running it; one that cannot be read calls none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            called = [node.func for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
        except UNREADABLE:
            return frozenset()
    names = (getattr(one, "id", None) or getattr(one, "attr", None) for one in called)
    return frozenset(filter(None, names))
