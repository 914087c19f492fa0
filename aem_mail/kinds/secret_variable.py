"""SecretEnvVar: a secret environment variable. No message shows a value, nor tells more of it than its length."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Final

from aem_mail.errors import Problem
from aem_mail.kinds.dates import date
from aem_mail.kinds.environment_variable import PLACEHOLDER_STARTS, VariableKind, length_problems, name_warnings, variable_name
from aem_mail.kinds.kind import LiveValues
from aem_mail.kinds.shapes import (
    ENVIRONMENT,
    SECRET_CONFLICT_POLICY,
    SERVICE,
    Field,
    Superfluous,
    boolean,
    seconds,
    shape,
    text,
    type_of,
    whole,
)
from aem_mail.kinds.verdict import Changes, differs
from aem_mail.model import UNKNOWN, ConflictPolicy, Properties, VariableType
from aem_mail.model.fingerprint import change_reason
from aem_mail.model.limits import SECRET_VALUE_SAFE_LENGTH, VARIABLE_VALUE_MAX_LENGTH
from aem_mail.model.stand_ins import EXPLANATION, is_stand_in
from aem_mail.model.statuses import DELETED
from aem_mail.osgi.errors import PlaceholderError
from aem_mail.osgi.placeholders import resolve
from aem_mail.osgi.values import ConversionError, java_trim

QUOTES: Final = ("'", '"')
RESOLVED_STARTS: Final = 8
"""A value with more than so many ``$[`` is refused unresolved: each one inside another doubles the work."""

REFERENCE: Final = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]*|file:[^\x00]+")


@shape(type="string", pattern=whole(REFERENCE.pattern))
def reference(path: str, value: Any) -> Iterator[Problem]:
    """Check where a secret is read from; a wrong text is not shown, since it may be the secret itself."""
    if not isinstance(value, str) or REFERENCE.fullmatch(value) is None:
        yield Problem(path, "must be 'env:NAME' or 'file:PATH', which say where the secret is read")


@shape(
    type="string",
    maxLength=VARIABLE_VALUE_MAX_LENGTH,
    pattern=r"^[^\x00-\x20](?:[\s\S]*[^\x00-\x20])?$",
    **{"not": {"pattern": "|".join(map(re.escape, PLACEHOLDER_STARTS))}},
)
def secret_value(path: str, value: Any) -> Iterator[Problem]:
    """Check a secret's value: its type, its length, and that AEM would read exactly what was written."""
    if not isinstance(value, str):
        yield Problem(path, f"must be a text, not {type_of(value)}; put it in quotes")
        return
    yield from length_problems(path, value)
    if java_trim(value) != value:
        yield Problem(path, "begins or ends with a space or a line break, which AEM trims away, so that another secret would be used")
    if is_altered(value):
        yield Problem(path, "contains a placeholder of the form $[…, which AEM resolves again, so that another secret would be used")


def stand_in(path: str, value: Any, allow_placeholder: Any) -> Iterator[Problem]:
    """Refuse what only stands for a secret, which would overwrite the real one; ``allow_placeholder`` says that it is meant."""
    meant = allow_placeholder is True or allow_placeholder is UNKNOWN
    if isinstance(value, str) and not meant and is_stand_in(value):
        yield Problem(path, f"{EXPLANATION}; give the secret, or set allow_placeholder=True if this text is meant")


def is_altered(value: str) -> bool:
    """Say whether Felix, which looks for placeholders in a variable's value too, would not leave this one as it is."""
    if any(start in value for start in PLACEHOLDER_STARTS) or value.count("$[") > RESOLVED_STARTS:
        return True
    try:
        return resolve(value, unset) != value
    except (PlaceholderError, ConversionError):
        return True


def unset(_kind: str, _name: str) -> None:
    return None


def source_problems(
    value: Any, reference: Any, policy: Any, value_field: str = "value", from_field: str = "value_from"
) -> Iterator[Problem]:
    """Check that a secret comes from exactly one place; from none only where the existing one is kept."""
    if value is not None and reference is not None:
        yield Superfluous(from_field, f"{value_field} is given too; give only one of them")
    if value is None and reference is None and policy not in (ConflictPolicy.KEEP, UNKNOWN):
        yield Problem(value_field, f"is missing: give either {value_field} or {from_field} ('env:NAME' or 'file:PATH'){KEEP_HINT}")


KEEP_HINT: Final = '; neither only with the conflict policy "keep", which adopts the secret that exists'


class SecretVariableKind(VariableKind):
    """A secret; its value can be written and never read, so a fingerprint stands for it."""

    name = "SecretEnvVar"
    type = VariableType.SECRET_STRING
    fields: ClassVar[Mapping[str, Field]] = {
        **ENVIRONMENT,
        "name": Field(variable_name, required=True),
        "value": Field(secret_value),
        "value_from": Field(reference),
        "service": Field(SERVICE),
        "rotate_when": Field(text),
        "expires_at": Field(date),
        "on_conflict": Field(SECRET_CONFLICT_POLICY),
        "allow_placeholder": Field(boolean),
        "timeout": Field(seconds),
    }
    compared = (*VariableKind.parts, "value", "value_from", "rotate_when", "expires_at", "timeout")
    never_read = ("value",)
    never_sent = frozenset({"timeout", "expires_at"})
    sent_if_declared = frozenset({"rotate_when"})

    def changes(self, recorded: Properties, wanted: Properties, project: str | None) -> Changes:
        """Return the inputs that changed, with the fingerprint where the value has to be written and no input shows it.

        A fingerprint counts only where a reference is involved; one that could not be read is expected without fingerprint,
        or, if ``value_from`` is the recorded one, with the recorded fingerprint.
        """
        changes = super().changes(recorded, wanted, project)
        if not has_content(wanted):
            return dict.fromkeys(changes, False)
        changed = content_changed(recorded, wanted)
        changes = {name: changed if name in {"value", "value_from"} else sent for name, sent in changes.items()}
        return {**changes, "fingerprint": True} if changed and "value" not in changes else changes

    def reasons(self, changes: Changes, recorded: Properties, wanted: Properties) -> tuple[str, ...]:
        old, new = recorded.get("fingerprint"), wanted.get("fingerprint")
        same_reference = not differs(recorded.get("value_from"), wanted.get("value_from"))
        if "fingerprint" in changes and isinstance(old, str) and new is not None and same_reference:
            return (change_reason(old, "" if new is UNKNOWN else str(new)),)
        return ()

    def lost_values(self, recorded: Properties) -> LiveValues | None:
        """Keep the record of a secret whose value the state lacks: where `pulumi up` lacks it too, nothing else tells that it is gone."""
        return None if recorded.get("value") is not None else {"type": self.type, "status": DELETED}

    def is_restorable(self, recorded: Properties) -> bool:
        return has_content(recorded)

    def drifted(self, outputs: Properties, wanted: Properties) -> tuple[str, ...]:
        return super().drifted(outputs, wanted) or (("status",) if outputs.get("status") == DELETED else ())

    def problems(self, properties: Properties) -> Iterator[Problem]:
        yield from super().problems(properties)
        yield from stand_in("value", properties.get("value"), properties.get("allow_placeholder"))
        yield from source_problems(properties.get("value"), properties.get("value_from"), properties.get("on_conflict"))

    def warnings(self, properties: Properties) -> Iterator[Problem]:
        yield from name_warnings("name", properties.get("name"))
        yield from value_warnings("value", properties.get("value"))


SECRET_VARIABLE: Final = SecretVariableKind()


def secret_value_problems(value: object, field: str = "value", *, allow_placeholder: object = None) -> list[Problem]:
    """Return what forbids a secret's value; for values read through ``value_from`` too. The value is never quoted.

    A stand-in, such as a mask, is refused unless ``allow_placeholder`` is true.
    """
    return [*secret_value(field, value), *stand_in(field, value, allow_placeholder)]


def has_content(properties: Properties) -> bool:
    return properties.get("value") is not None or properties.get("value_from") is not None


def content_changed(recorded: Properties, wanted: Properties) -> bool:
    """Say whether the secret has to be written: values are compared where both are declared, fingerprints elsewhere."""
    old_value, new_value = recorded.get("value"), wanted.get("value")
    if old_value is not None and new_value is not None:
        return differs(old_value, new_value)
    if not has_content(recorded) or UNKNOWN in (new_value, wanted.get("value_from")):
        return True
    unread = wanted.get("fingerprint") is None
    if unread:
        return differs(recorded.get("value_from"), wanted.get("value_from"))
    return differs(recorded.get("fingerprint"), wanted.get("fingerprint"))


def value_warnings(path: str, value: Any) -> Iterator[Problem]:
    if not isinstance(value, str):
        return
    if SECRET_VALUE_SAFE_LENGTH < len(value) <= VARIABLE_VALUE_MAX_LENGTH:
        yield Problem(
            path,
            f"has {len(value)} characters; Cloud Manager documents fewer than {SECRET_VALUE_SAFE_LENGTH + 1} for a secret, "
            f"while its schema allows {VARIABLE_VALUE_MAX_LENGTH}: it may be refused",
        )
    if len(value) > 1 and value[0] in QUOTES and value[-1] == value[0]:
        yield Problem(path, "begins and ends with a quotation mark, which becomes part of the secret; leave the quotes out if not meant")
