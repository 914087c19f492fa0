"""Environment variables and secrets."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from aem_mail.cloud_manager import answer_fields
from aem_mail.cloud_manager.call import DEPLOYMENT_MANAGER, Call, Exchange, each, environment_path
from aem_mail.cloud_manager.vocabulary import Vocabulary
from aem_mail.model import EnvironmentId, Variable, VariableChange, VariableKey, VariableType
from aem_mail.model.limits import SECRET_VALUE_SAFE_LENGTH, VARIABLE_NAME_MAX_LENGTH, VARIABLE_NAME_MIN_LENGTH, VARIABLE_VALUE_MAX_LENGTH

FIELDS: Final = {
    "name": f"{VARIABLE_NAME_MIN_LENGTH} to {VARIABLE_NAME_MAX_LENGTH} letters, digits and underscores, and no name that AEM sets itself",
    "type": "string or secretString, as the variable is now",
    "value": f"at most {VARIABLE_VALUE_MAX_LENGTH} characters; for a secret, {SECRET_VALUE_SAFE_LENGTH} are safe",
    "service": "author, publish or preview",
    "variables": "an environment holds a limited number of them",
}
"""What the API allows in each field of a change."""


class VariablesClient:
    """The user's variables of an environment; the platform's own are never listed."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def list(self, environment: EnvironmentId) -> list[Variable]:
        """List the variables; raises NotFound for the environment."""
        call = Call("GET", _path(environment), f"list the variables of {environment}")
        return self._exchange.many(call, "variables", each(variable_of))

    def patch(self, environment: EnvironmentId, changes: Sequence[VariableChange]) -> None:
        """Apply all changes in one request, which is one update of the environment; none at all sends nothing."""
        if not changes:
            return
        body = [change_entry(change) for change in changes]
        attempt = f"change {_named(changes)} of {environment}"
        secrets = tuple(change.value for change in changes if change.value)
        vocabulary = Vocabulary(FIELDS, tuple(change.key.name for change in changes))
        self._exchange.done(Call("PATCH", _path(environment), attempt, DEPLOYMENT_MANAGER, body, secrets, vocabulary=vocabulary))


def variable_of(document: Mapping[str, Any]) -> Variable:
    """Read a variable; a secret's value is dropped should an answer carry one, and a status that is not told counts as ready."""
    type_ = answer_fields.text(document, "type", default=VariableType.STRING)
    return Variable(
        key=VariableKey(answer_fields.optional_text(document, "service"), answer_fields.text(document, "name")),
        type=type_,
        status=answer_fields.text(document, "status", default="ready"),
        value=None if type_ == VariableType.SECRET_STRING else answer_fields.text(document, "value", default=""),
    )


def change_entry(change: VariableChange) -> dict[str, str]:
    """Write one change in the API's field names; no service stands for all of them."""
    entry = {"name": change.key.name, "type": str(change.type), "value": change.value}
    return entry if change.key.service is None else {**entry, "service": change.key.service}


def _path(environment: EnvironmentId) -> str:
    return f"{environment_path(environment)}/variables"


def _named(changes: Sequence[VariableChange]) -> str:
    names = sorted({change.key.name for change in changes})
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return f"variable{'s' if len(names) > 1 else ''} {', '.join(names[:5])}{more}"
