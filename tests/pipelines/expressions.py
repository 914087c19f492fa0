"""The few expressions that the workflows use, evaluated: `a.b == 'c' && !cancelled()`. Anything else fails the test."""

import re
from collections.abc import Mapping
from typing import Any, Final

EXPRESSION: Final = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
COMPARISON: Final = re.compile(r"(\S+) (==|!=) (.+)")


def interpolated(text: str, context: Mapping[str, Any]) -> str:
    """Return a text with its `${{ … }}` replaced."""
    return EXPRESSION.sub(lambda match: _value(match[1], context), text)


def holds(condition: str, context: Mapping[str, Any], *, failed: bool) -> bool:
    """Evaluate an `if:`; without `!cancelled()` it also asks that nothing before has failed."""
    inner = EXPRESSION.fullmatch(condition)
    terms = [term.strip() for term in (inner[1] if inner else condition).split("&&") if term.strip()]
    whatever = "!cancelled()" in terms
    return (whatever or not failed) and all(_term(term, context) for term in terms if term != "!cancelled()")


def _term(term: str, context: Mapping[str, Any]) -> bool:
    comparison = COMPARISON.fullmatch(term)
    assert comparison is not None, f"no expression that is understood here: {term}"
    left, operator, right = comparison.groups()
    return (_value(left, context) == _value(right, context)) == (operator == "==")


def _value(operand: str, context: Mapping[str, Any]) -> str:
    if operand.startswith("'"):
        return operand[1:-1]
    if operand in ("true", "false"):
        return operand.capitalize()
    value: Any = context
    for name in operand.split("."):
        assert name in value, f"the context has no {operand}"
        value = value[name]
    return str(value)
