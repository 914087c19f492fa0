"""What a file of variables that is there declares, and an adoption does not: what would be lost if it were written again."""

from collections.abc import Iterable
from typing import Any, Final

from aem_mail.adopt.adoption import Adoption
from aem_mail.adopt.declarable import Declared, variable_name
from aem_mail.kinds.registry import VARIABLE_KINDS
from aem_mail.model import VariableKey
from aem_mail.osgi.variables_file import GivenVariable

DEMANDS: Final = frozenset({"infrastructure_kind"})
"""Arguments that declare nothing: they only say what must be there."""


def declared_by(adoption: Adoption) -> tuple[Declared, ...]:
    """Return everything that an adoption declares, whatever is part of its MailEgress too."""
    return adoption.resources if adoption.mail is None else (*adoption.resources, *adoption.mail.resources())


def declared_in_file(variables: Iterable[GivenVariable]) -> tuple[Declared, ...]:
    """Return what a file of variables declares; a secret's value in it is part of that."""
    return tuple(map(_variable, variables))


def lost(there: Iterable[Declared], adoption: Adoption) -> list[str]:
    """Name what is declared there, and by the adoption not at all or with other values; never a value."""
    again = list(map(_essence, declared_by(adoption)))
    return [f"{one.kind} {one.name}" for one in there if _essence(one) not in again]


def _essence(one: Declared) -> tuple[str, str, dict[str, Any]]:
    return one.kind, one.name, {name: value for name, value in one.arguments.items() if name not in DEMANDS}


def _variable(given: GivenVariable) -> Declared:
    arguments = {"name": given.name, "value": given.value, "service": given.service}
    return Declared(
        VARIABLE_KINDS[given.type].name,
        variable_name(VariableKey(given.service, given.name)),
        {name: value for name, value in arguments.items() if value is not None},
    )
