"""Environment variables and the placeholders that read them."""

import re
from collections.abc import Iterator
from typing import Final

from aem_mail.checks.catalogue import CONFIGURATION, VARIABLES, check
from aem_mail.checks.finding import Fault, Severity
from aem_mail.checks.place import Place, PlaceKind, tier_place, variable_place
from aem_mail.checks.placeholders import READ_BY, TYPE_READ_BY, readings
from aem_mail.checks.subject import Subject
from aem_mail.kinds.environment_variable import IGNORED_PREFIXES, PRODUCT_PREFIX, SET_BY_AEM
from aem_mail.model import VariableKey, VariableType
from aem_mail.model.limits import ENVIRONMENT_VARIABLES_MAX, SECRET_VALUE_SAFE_LENGTH, VARIABLE_NAME_MAX_LENGTH, VARIABLE_VALUE_MAX_LENGTH
from aem_mail.osgi import MAIL_SERVICE_PID, Placeholder, find_placeholders
from aem_mail.osgi.values import as_text, java_trim
from aem_mail.presets import preset_for

QUOTES: Final = ("'", '"')
REFUSED_PREFIXES: Final = ("INTERNAL_", "ADOBE_")
VARIABLE_NAME: Final = re.compile(r"[a-zA-Z_][a-zA-Z_0-9]{1,99}")
"""What Adobe's analyser takes for the name of a variable in a placeholder."""


@check(
    "M08",
    Severity.ERROR,
    "A placeholder of the wrong kind for the variable's type",
    symptom="The user is literally the default, such as apikey, or the text of the placeholder.",
    source="Adobe's own tutorial sets EMAIL_USERNAME as a secret and reads it with $[env:…]",
    needs=(CONFIGURATION,),
)
def mixed_kinds(subject: Subject) -> Iterator[Fault]:
    """`$[env:…]` reads variables of type string only, `$[secret:…]` those of type secretString only."""
    for tier, where, placeholder in _placeholders(subject):
        variable = subject.seen_by(tier).get(placeholder.name)
        if variable is None or READ_BY.get(variable.type, placeholder.kind) == placeholder.kind:
            continue
        instead = "its default" if "default" in placeholder.directives else "the placeholder's text"
        right = READ_BY[variable.type]
        effect = (
            f"AEM would use {instead}, since {placeholder.name} is of type {variable.type} and $[{placeholder.kind}:…] does not read it."
        )
        yield Fault(where, effect, f"Write $[{right}:{placeholder.name}], or make the variable a {TYPE_READ_BY[placeholder.kind]}.")


@check(
    "M09",
    Severity.ERROR,
    "A placeholder that no variable fills",
    symptom="AEM logs in with the text $[secret:…].",
    source="Apache Felix, interpolation plug-in: what is unset and has no default is left in place",
    needs=(CONFIGURATION, VARIABLES),
)
def unfilled(subject: Subject) -> Iterator[Fault]:
    """Each placeholder without a default needs a variable of the environment, declared or live; AEM's own are not looked for."""
    names = {key.name for key in subject.variables}
    for _, where, placeholder in _placeholders(subject):
        if placeholder.name in names or "default" in placeholder.directives or placeholder.name.startswith(PRODUCT_PREFIX):
            continue
        effect = f"AEM would use the text $[{placeholder.kind}:{placeholder.name}] as the value, since no such variable is set."
        yield Fault(where, effect, f"Set the variable {placeholder.name} as {TYPE_READ_BY[placeholder.kind]}.")


@check(
    "M10",
    Severity.ERROR,
    "It works on one tier and not on another",
    symptom="Author sends mail, publish or preview does not, or the other way round.",
    source="Adobe: a variable's service, and run mode folders",
    needs=(CONFIGURATION,),
)
def other_tier(subject: Subject) -> Iterator[Fault]:
    """A variable that a tier's configuration reads must be for that tier, and a tier that is declared to send needs a configuration.

    A live variable for one tier that nobody declares must not hide the declared one of all services, unless its value is known and equal.
    """
    for tier, where, placeholder in _placeholders(subject):
        services = sorted(str(key.service) for key in subject.variables if key.name == placeholder.name)
        if services and placeholder.name not in subject.seen_by(tier):
            effect = f"On {tier}, AEM would not see {placeholder.name}, which is set for {' and '.join(services)} only."
            yield Fault(where, effect, f"Set the variable for {tier} too, or for all services.")
        yield from _hiding(subject, tier, placeholder.name)
    declared = subject.declaration.services if subject.declaration is not None else None
    for configuration in subject.tiers:
        if declared is not None and configuration.tier in declared and MAIL_SERVICE_PID not in configuration.winners:
            folders = ".".join(["config", *configuration.run_modes])
            effect = f"On {configuration.tier}, AEM would have no mail service: no file of {MAIL_SERVICE_PID} applies there."
            yield Fault(
                tier_place(configuration.tier), effect, f"Put the file into config, or into a folder that applies, such as {folders}."
            )


@check(
    "M11",
    Severity.ERROR,
    "A variable's name that the platform keeps for itself",
    symptom="The setting is silently ignored.",
    source="aio-cli-plugin-cloudmanager issue 285; Adobe's guide to variables, and aem-env-var of its aemanalyser-core 1.5.10",
)
def reserved_name(subject: Subject) -> Iterator[Fault]:
    """Names that begin with INTERNAL_, ADOBE_ or CONST_ are ignored, and those of AEM's proxy and externalizer are set by AEM itself.

    A placeholder with a name that begins with INTERNAL_ or ADOBE_, or that no variable can have, fails AEM's build.
    """
    for where, name in _names_read(subject):
        if name.startswith(REFUSED_PREFIXES):
            prefix = name.split("_")[0]
            effect = f"AEM's build would fail: a placeholder may not read {name}, since names that begin with {prefix}_ are the platform's."
            yield Fault(where, effect, "Rename the variable, and write its new name here.")
        elif not VARIABLE_NAME.fullmatch(name):
            effect = (
                f"AEM's build would fail: a variable's name has 2 to 100 letters, digits and underscores, so none can be called {name}."
            )
            yield Fault(where, effect, "Write the name of a variable.")
    for key in subject.variables:
        if key.name.startswith(IGNORED_PREFIXES):
            prefix = key.name.split("_")[0]
            yield Fault(variable_place(key), f"AEM would never see it: the platform ignores names that begin with {prefix}_.", "Rename it.")
        if SET_BY_AEM.fullmatch(key.name):
            effect = "AEM sets this variable itself, so that another value is ignored, or breaks what relies on its own."
            yield Fault(variable_place(key), effect, "Remove it.")


@check(
    "M12",
    Severity.ERROR,
    "A variable beyond Cloud Manager's limits",
    symptom="Cloud Manager refuses all variables of the change with 400.",
    source="Cloud Manager's specification, whose text (500) and schema (2048) differ for secrets",
)
def limits(subject: Subject) -> Iterator[Fault]:
    """A value has at most 2048 characters, a secret safely fewer than 500; a name at most 100; an environment at most 400 variables."""
    for variable in subject.variables.values():
        where, length = variable_place(variable.key), len(variable.value or "")
        if length > VARIABLE_VALUE_MAX_LENGTH:
            effect = f"Cloud Manager would refuse its {length} characters, and with it every other variable of the change."
            yield Fault(where, effect, f"Shorten it to {VARIABLE_VALUE_MAX_LENGTH} characters.")
        elif variable.type == VariableType.SECRET_STRING and length > SECRET_VALUE_SAFE_LENGTH:
            effect = f"Cloud Manager may refuse its {length} characters: its specification says fewer than 500, its schema 2048."
            yield Fault(
                where, effect, "Try it on a development environment first; OAuth refresh tokens are often this long.", Severity.WARNING
            )
        if len(variable.key.name) > VARIABLE_NAME_MAX_LENGTH:
            yield Fault(where, "Cloud Manager would refuse the name.", f"Shorten it to {VARIABLE_NAME_MAX_LENGTH} characters.")
    if len(subject.variables) > ENVIRONMENT_VARIABLES_MAX:
        count = f"there would be {len(subject.variables)} variables, and {ENVIRONMENT_VARIABLES_MAX} are allowed"
        effect = f"Cloud Manager would refuse the change: {count}."
        yield Fault(Place(PlaceKind.VARIABLES), effect, "Remove those that nothing reads.")


@check(
    "M29",
    Severity.WARNING,
    "A secret with something around it",
    symptom="The login is refused though the key is right.",
    source="Apache Felix trims secrets; quotes come from shells and from aio's parsing of secrets as JSON",
)
def padded_secret(subject: Subject) -> Iterator[Fault]:
    """A known secret has no spaces, line breaks or quotation marks at its ends, and the user is the one that the provider knows."""
    for service in subject.mail_services():
        rule, user = service.rule(subject), service.text("smtp.user")
        preset = preset_for(rule.name) if rule is not None else None
        if preset is not None and preset.user_value is not None and user not in (None, preset.user_value):
            effect = f"AEM would log in as another user than {preset.user_value}, the only one that {preset.title} knows."
            yield Fault(service.where("smtp.user"), effect, f"Set it to {preset.user}.")
    for variable in subject.variables.values():
        value = variable.value or ""
        if variable.type != VariableType.SECRET_STRING or not value:
            continue
        if java_trim(value) != value:
            effect = "AEM would trim the spaces or line breaks at its ends and use what remains."
            yield Fault(variable_place(variable.key), effect, "Set the secret without them.")
        if len(value) > 1 and value[0] in QUOTES and value[-1] == value[0]:
            yield Fault(variable_place(variable.key), "AEM would take the quotation marks as part of the secret.", "Set it without them.")


def _names_read(subject: Subject) -> Iterator[tuple[Place, str]]:
    """Yield the place and the name of each placeholder of a variable in the mail's files, whatever environment they are for."""
    for file in subject.files:
        for key, value in (file.properties or {}).items():
            for placeholder in find_placeholders(as_text(value)):
                if placeholder.kind in TYPE_READ_BY and "$[" not in placeholder.name:
                    yield file.where(key), placeholder.name


def _hiding(subject: Subject, tier: str, name: str) -> Iterator[Fault]:
    """Yield the variable that the tier takes instead of a declared one, where nobody declares it."""
    declared = {} if subject.declaration is None else {one.key: one for one in subject.declaration.variables}
    meant, taken = declared.get(VariableKey(None, name)), subject.seen_by(tier).get(name)
    if meant is None or taken is None or taken.key in declared or (taken.value is not None and taken.value == meant.value):
        return
    effect = f"On {tier}, AEM takes the variable {taken.key}, which nobody declares, not the declared {meant.key}."
    yield Fault(variable_place(taken.key), effect, f"Remove it in Cloud Manager, or declare a variable for {tier} too.")


def _placeholders(subject: Subject) -> Iterator[tuple[str, Place, Placeholder]]:
    """Yield tier, place and placeholder of every environment variable that the mail configuration of a tier reads."""
    for tier in subject.tiers:
        for reading in readings(tier):
            yield reading.tier, reading.where, reading.placeholder
