"""EnvVar: a plain environment variable; and what it has in common with a secret one."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Final

from aem_mail.errors import Problem
from aem_mail.kinds import forms
from aem_mail.kinds.kind import LiveValues, ResourceKind, Scope, told
from aem_mail.kinds.requests import ALL_SERVICES, VARIABLE, Operation, RemoveVariable, SetVariable, VariableRequest
from aem_mail.kinds.shapes import CONFLICT_POLICY, ENVIRONMENT, SERVICE, Field, seconds, shape, shown, type_of, whole
from aem_mail.model import Properties, Variable, VariableKey, VariableType
from aem_mail.model.limits import VARIABLE_NAME_MAX_LENGTH, VARIABLE_NAME_MIN_LENGTH, VARIABLE_VALUE_MAX_LENGTH
from aem_mail.model.statuses import DELETED, READY, VARIABLE_FAILED
from aem_mail.text.confidential import secret_names

NAME: Final = re.compile(r"[a-zA-Z_][a-zA-Z_0-9]*")
IGNORED_PREFIXES: Final = ("INTERNAL_", "ADOBE_", "CONST_")
PRODUCT_PREFIX: Final = "AEM_"
SET_BY_AEM: Final = re.compile(r"AEM_(?:HTTPS?_)?PROXY_(?:HOST|PORT)|AEM_NON_PROXY_HOSTS|AEM_EXTERNALIZER_.*")
MEANT_TO_BE_SET: Final = frozenset({"AEM_CDN_DOMAIN_PUBLISH", "AEM_CDN_DOMAIN_PREVIEW"})
"""By Adobe's page on environment variables (2026), which says the opposite of AEM_EXTERNALIZER_*."""
PLACEHOLDER_STARTS: Final = ("$[env:", "$[secret:", "$[prop:", "$[conf:")
"""What Felix expands again where it stands in a variable's value."""


@shape(
    type="string",
    minLength=VARIABLE_NAME_MIN_LENGTH,
    maxLength=VARIABLE_NAME_MAX_LENGTH,
    pattern=whole(rf"(?!{'|'.join(IGNORED_PREFIXES)})(?!(?:{SET_BY_AEM.pattern})$){NAME.pattern}"),
)
def variable_name(path: str, value: Any) -> Iterator[Problem]:
    if not isinstance(value, str) or NAME.fullmatch(value) is None:
        yield Problem(path, f"must consist of a-z, A-Z, 0-9 and _ and not begin with a digit, such as 'EMAIL_PASSWORD', not {shown(value)}")
        return
    if not VARIABLE_NAME_MIN_LENGTH <= len(value) <= VARIABLE_NAME_MAX_LENGTH:
        bounds = f"{VARIABLE_NAME_MIN_LENGTH} to {VARIABLE_NAME_MAX_LENGTH}"
        yield Problem(path, f"must have {bounds} characters, not {len(value)}")
    if value.startswith(IGNORED_PREFIXES):
        yield Problem(path, f"{value} begins with {value.split('_')[0]}_, and the platform ignores such variables; choose another name")
    if SET_BY_AEM.fullmatch(value):
        yield Problem(path, f"{value} is set by AEM itself and must not be set; choose another name")


@shape(type="string", minLength=1, maxLength=VARIABLE_VALUE_MAX_LENGTH)
def variable_value(path: str, value: Any) -> Iterator[Problem]:
    if not isinstance(value, str):
        yield Problem(path, f"must be a text, not {type_of(value)}; put it in quotes")
    else:
        yield from length_problems(path, value)


def length_problems(path: str, value: str) -> Iterator[Problem]:
    if not value:
        yield Problem(path, "must not be empty: Cloud Manager deletes a variable whose value is empty; remove the resource instead")
    if len(value) > VARIABLE_VALUE_MAX_LENGTH:
        yield Problem(path, f"must have at most {VARIABLE_VALUE_MAX_LENGTH} characters, not {len(value)}")


def variable_key(properties: Properties) -> VariableKey:
    """Return the identity of the variable that these inputs stand for."""
    return VariableKey(properties.get("service"), properties["name"])


class VariableKind(ResourceKind):
    """One variable of an environment, named by service and name; a plain one and a secret one of the same name are one thing."""

    scope = Scope.VARIABLES
    parts: ClassVar[tuple[str, ...]] = ("program_id", "environment_id", "service", "name")
    optional_parts = frozenset({"service"})
    claimed_as = VARIABLE
    normal: ClassVar[forms.Forms] = forms.ENVIRONMENT
    type: ClassVar[VariableType]

    def thing(self, properties: Properties) -> str:
        service = properties.get("service")
        return f"{told(properties.get('name'))} ({'all services' if service in (None, ALL_SERVICES) else told(service)})"

    def parse_identity(self, identity: str) -> dict[str, Any]:
        parts = super().parse_identity(identity)
        return {name: part for name, part in parts.items() if (name, part) != ("service", ALL_SERVICES)}

    def live_values(self, recorded: Properties, there: Sequence[Variable] | None) -> LiveValues | None:
        """Read the variable of that service and name."""
        key = variable_key(recorded)
        live = next((one for one in there or () if one.key == key and one.status != DELETED), None)
        if live is None:
            return None
        return {**({} if self.never_read else {"value": live.value}), "type": live.type, "status": live.status}

    def drifted(self, outputs: Properties, wanted: Properties) -> tuple[str, ...]:
        if outputs.get("type", self.type) != self.type:
            return ("type",)
        return ("status",) if outputs.get("status") in VARIABLE_FAILED else ()

    def request(self, operation: Operation, recorded: Properties, wanted: Properties, value: str | None = None) -> VariableRequest:
        if operation is Operation.DELETE:
            return RemoveVariable(variable_key(recorded), self.type, "value" in secret_names(recorded))
        owned, policy = operation is Operation.UPDATE, wanted.get("on_conflict", self.default_policy)
        verdict = self.decide(recorded, wanted) if owned and self.never_read else None
        rewrite = verdict is None or (verdict.changes and not verdict.state_only)
        secret = "value" in secret_names(wanted)
        return SetVariable(wanted["logical_name"], variable_key(wanted), self.type, value, policy, owned, rewrite, secret)

    def variables(self, properties: Properties) -> Sequence[Variable]:
        if not isinstance(properties.get("name"), str):
            return ()
        type_, status = properties.get("type", self.type), properties.get("status", READY)
        value = properties.get("value") if "value" in self.readable else None
        return (Variable(variable_key(properties), str(type_), str(status), value if isinstance(value, str) else None),)


class EnvironmentVariableKind(VariableKind):
    """A plain variable."""

    name = "EnvVar"
    type = VariableType.STRING
    fields: ClassVar[Mapping[str, Field]] = {
        **ENVIRONMENT,
        "name": Field(variable_name, required=True),
        "value": Field(variable_value, required=True),
        "service": Field(SERVICE),
        "on_conflict": Field(CONFLICT_POLICY),
        "timeout": Field(seconds),
    }
    compared = (*VariableKind.parts, "value", "timeout")
    readable = ("value",)

    def warnings(self, properties: Properties) -> Iterator[Problem]:
        yield from name_warnings("name", properties.get("name"))
        value = properties.get("value")
        if isinstance(value, str) and any(start in value for start in PLACEHOLDER_STARTS):
            yield Problem("value", "holds a placeholder, which AEM resolves again wherever an OSGi configuration reads this variable")


ENVIRONMENT_VARIABLE: Final = EnvironmentVariableKind()


def name_warnings(path: str, name: Any) -> Iterator[Problem]:
    if isinstance(name, str) and name.startswith(PRODUCT_PREFIX) and not (name in MEANT_TO_BE_SET or SET_BY_AEM.fullmatch(name)):
        yield Problem(path, f"{name} begins with {PRODUCT_PREFIX}, which Adobe keeps for variables that the product defines")
