"""EnvVar and SecretEnvVar: one variable of an environment."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Unpack, overload

import pulumi
from pulumi.dynamic import Resource

from aem_mail.errors import InvalidInput, Problem, WaitFailed
from aem_mail.kinds.entries import read_or_lost
from aem_mail.kinds.environment_variable import ENVIRONMENT_VARIABLE, VariableKind, variable_key
from aem_mail.kinds.mail_transition import Transition, secret_transition
from aem_mail.kinds.requests import Answer, Operation
from aem_mail.kinds.secret_variable import SECRET_VARIABLE, has_content, secret_value_problems, value_warnings
from aem_mail.model import UNKNOWN, ConflictPolicy, Properties, Service
from aem_mail.model.fingerprint import FINGERPRINT_KEY_VARIABLE, is_keyed, reuse_or_compute
from aem_mail.resources.base.args import to_props
from aem_mail.resources.base.by_keywords import by_keywords
from aem_mail.resources.base.either import Either
from aem_mail.resources.base.provider import EnvironmentProvider, Examination, environment_of
from aem_mail.resources.base.reference import NotReadable, needed_by_up, resolve

if TYPE_CHECKING:
    from aem_mail.resources.dictionaries import EnvVarArgsDict, SecretEnvVarArgsDict


@dataclass
class EnvVarArgs:
    """Arguments of an EnvVar: a variable of type ``string``, read in OSGi by ``$[env:…]``."""

    program_id: pulumi.Input[str]
    """The program's number as digits, such as ``"10001"``."""
    environment_id: pulumi.Input[str]
    """The environment's number as digits, such as ``"20001"``."""
    name: pulumi.Input[str]
    """Its name: 2 to 100 of a-z, A-Z, 0-9 and _, not beginning with a digit."""
    value: pulumi.Input[str]
    """Its value, of up to 2048 characters."""
    service: pulumi.Input[Either[Service, str]] | None = None
    """``"author"``, ``"publish"`` or ``"preview"``; default: all of them."""
    on_conflict: pulumi.Input[Either[ConflictPolicy, str]] = ConflictPolicy.ERROR
    """What to do where a variable of that name has another value or type: ``"error"``, the default, or ``"replace"``."""
    _: KW_ONLY
    timeout: pulumi.Input[float] | None = None
    """Seconds to wait for a change; default: 1800, or ``aem-mail:timeouts`` of the stack."""


@dataclass
class SecretEnvVarArgs:
    """Arguments of a SecretEnvVar: a variable of type ``secretString``, read in OSGi by ``$[secret:…]``.

    Exactly one of ``value`` and ``value_from``; neither only with ``on_conflict`` "keep".
    """

    program_id: pulumi.Input[str]
    """The program's number as digits, such as ``"10001"``."""
    environment_id: pulumi.Input[str]
    """The environment's number as digits, such as ``"20001"``."""
    name: pulumi.Input[str]
    """Its name: 2 to 100 of a-z, A-Z, 0-9 and _, not beginning with a digit."""
    value: pulumi.Input[str] | None = None
    """The secret itself, of less than 500 characters; always a secret."""
    _: KW_ONLY
    value_from: pulumi.Input[str] | None = None
    """Where the secret is read when it is needed, and never stored: ``"env:NAME"`` or ``"file:PATH"``."""
    service: pulumi.Input[Either[Service, str]] | None = None
    """``"author"``, ``"publish"`` or ``"preview"``; default: all of them."""
    rotate_when: pulumi.Input[str] | None = None
    """Any text; when it changes, the secret is written again."""
    expires_at: pulumi.Input[str] | None = None
    """A date such as ``"2027-06-30"``, recorded for reports."""
    on_conflict: pulumi.Input[Either[ConflictPolicy, str]] = ConflictPolicy.ERROR
    """What to do where a variable of that name is there that this stack has not recorded.

    ``"error"``, the default: nothing is written; ``"keep"``: a secret that is there is adopted without a write; ``"replace"``: the declared
    value replaces it.
    """
    allow_placeholder: pulumi.Input[bool] | None = None
    """Whether a value is taken that only looks like a secret, as ``****`` or an unfilled ``${NAME}``; default: it is refused."""
    timeout: pulumi.Input[float] | None = None
    """Seconds to wait for a change; default: 1800, or ``aem-mail:timeouts`` of the stack."""


def variable_outputs(kind: VariableKind, answer: Answer) -> dict[str, Any]:
    """Return what is recorded of a variable that was answered."""
    status = "ready" if answer.unready is None else "failed" if isinstance(answer.unready, WaitFailed) else "updating"
    return {**answer.outputs, "type": str(kind.type), "status": status}


class _VariableProvider(EnvironmentProvider):
    kind: ClassVar[VariableKind]

    def read_live(self, recorded: Properties) -> Mapping[str, Any] | None:
        return read_or_lost(self.kind, recorded, self.run.rollout().read_variables(environment_of(recorded)))

    def value(self, wanted: Properties) -> str | None:
        """Return the value to write, None for a secret that is only kept."""
        declared: str | None = wanted.get("value")
        return declared

    def change(self, operation: Operation, recorded: Properties, wanted: Properties) -> Answer:
        value = None if operation is Operation.DELETE else self.value(wanted)
        request, properties = self.kind.request(operation, recorded, wanted, value), wanted or recorded
        answer = self.run.rollout().change(environment_of(properties), request, self.timeout(properties))
        return replace(answer, outputs=variable_outputs(self.kind, answer))


class SecretExamination(Examination):
    """Of a secret, whose reference is resolved once: problems, warnings and fingerprint are those of one value."""

    def problems(self) -> Sequence[Problem]:
        """Check a referenced value that can be read here."""
        return _problems(self.wanted, self._referenced) if isinstance(self._referenced, str) else ()

    def warnings(self) -> Sequence[Problem]:
        """Judge a referenced value; say once of each reference that it cannot be read here, since whoever reviews has no secrets."""
        match self._referenced:
            case str() as value:
                found = list(value_warnings("value_from", value))
            case NotReadable() as error if self.run.is_first_warning(self.wanted["value_from"]):
                found = [Problem("value_from", needed_by_up(error))]
            case _:
                found = []
        return [*found, *super().warnings()]

    @property
    def transition(self) -> Transition:
        return secret_transition(self.recorded, self.wanted)

    def enriched(self) -> dict[str, Any]:
        """Add the fingerprint, by which a preview shows that the value changes; UNKNOWN there where only `pulumi up` can tell it."""
        if not has_content(self.wanted):
            return dict(self.wanted)
        fingerprint = self._fingerprint
        later = self.run.program.dry_run and (fingerprint is None or self._was_keyed_elsewhere(fingerprint))
        return {**self.wanted, "fingerprint": UNKNOWN if later else fingerprint}

    @property
    def _fingerprint(self) -> str | None:
        reference = self.wanted.get("value_from")
        value = self.wanted.get("value") if reference is None else self._referenced
        if isinstance(value, str):
            return _fingerprint(value, self.recorded, self.wanted)
        unread = isinstance(value, NotReadable) and reference == self.recorded.get("value_from")
        return self.recorded.get("fingerprint") if unread else None

    def _was_keyed_elsewhere(self, fingerprint: str) -> bool:
        """Say whether the recorded fingerprint was made with a key that this process lacks, so that `pulumi up` may find it unchanged."""
        return is_keyed(str(self.recorded.get("fingerprint"))) and not is_keyed(fingerprint)

    @cached_property
    def _referenced(self) -> str | NotReadable | None:
        """What is referred to, or why it cannot be read here; None without a reference, or with one that only `pulumi up` will know."""
        reference = self.wanted.get("value_from")
        if not isinstance(reference, str):
            return None
        try:
            return resolve(reference, self.run.project)
        except NotReadable as error:
            return error


class EnvVarProvider(_VariableProvider):
    """Keeps one plain variable."""

    kind = ENVIRONMENT_VARIABLE
    computed = frozenset({"type", "status"})


class SecretEnvVarProvider(_VariableProvider):
    """Keeps one secret; its value can be written and never read, so a fingerprint stands for it."""

    kind = SECRET_VARIABLE
    computed = frozenset({"type", "status", "verified"})
    secrets = frozenset({("value",)})
    examination = SecretExamination

    def value(self, wanted: Properties) -> str | None:
        """Return the value to write; a reference that cannot be read now is an error."""
        if wanted.get("value_from") is None:
            return super().value(wanted)
        return referenced_value(wanted, self.run.project)


class EnvVar(Resource, module="aem", name="EnvVar"):
    """A plain environment variable. Its id is ``{program_id}/{environment_id}/{service or "all"}/{name}``."""

    program_id: pulumi.Output[str]
    environment_id: pulumi.Output[str]
    name: pulumi.Output[str]
    value: pulumi.Output[str]
    service: pulumi.Output[str | None]
    type: pulumi.Output[str]
    status: pulumi.Output[str]
    origin: pulumi.Output[str]

    @overload
    def __init__(self, name: str, args: EnvVarArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """A plain environment variable. Its id is ``{program_id}/{environment_id}/{service or "all"}/{name}``."""

    @overload
    def __init__(self, name: str, /, opts: pulumi.ResourceOptions | None = None, **arguments: "Unpack[EnvVarArgsDict]") -> None:
        """A plain environment variable. Its id is ``{program_id}/{environment_id}/{service or "all"}/{name}``.

        :param program_id: The program's number as digits, such as ``"10001"``.
        :param environment_id: The environment's number as digits, such as ``"20001"``.
        :param name: Its name: 2 to 100 of a-z, A-Z, 0-9 and _, not beginning with a digit.
        :param value: Its value, of up to 2048 characters.
        :param service: ``"author"``, ``"publish"`` or ``"preview"``; default: all of them.
        :param on_conflict: What to do where a variable of that name has another value or type: ``"error"``, the default, or ``"replace"``.
        :param timeout: Seconds to wait for a change; default: 1800, or ``aem-mail:timeouts`` of the stack.
        """

    @by_keywords
    def __init__(self, name: str, args: EnvVarArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        props = to_props(args, name, opts, outputs=("type", "status", "origin"))
        super().__init__(EnvVarProvider(), name, props, opts)


class SecretEnvVar(Resource, module="aem", name="SecretEnvVar"):
    """A secret environment variable. Its id is ``{program_id}/{environment_id}/{service or "all"}/{name}``.

    ``fingerprint`` shows that the value changes; ``verified`` is true once the declared value was written by this stack.
    """

    program_id: pulumi.Output[str]
    environment_id: pulumi.Output[str]
    name: pulumi.Output[str]
    value: pulumi.Output[str | None]
    value_from: pulumi.Output[str | None]
    service: pulumi.Output[str | None]
    fingerprint: pulumi.Output[str | None]
    verified: pulumi.Output[bool]
    type: pulumi.Output[str]
    status: pulumi.Output[str]
    origin: pulumi.Output[str]

    @overload
    def __init__(self, name: str, args: SecretEnvVarArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """A secret environment variable. Its id is ``{program_id}/{environment_id}/{service or "all"}/{name}``."""

    @overload
    def __init__(self, name: str, /, opts: pulumi.ResourceOptions | None = None, **arguments: "Unpack[SecretEnvVarArgsDict]") -> None:
        """A secret environment variable. Its id is ``{program_id}/{environment_id}/{service or "all"}/{name}``.

        ``fingerprint`` shows that the value changes; ``verified`` is true once the declared value was written by this stack.

        :param program_id: The program's number as digits, such as ``"10001"``.
        :param environment_id: The environment's number as digits, such as ``"20001"``.
        :param name: Its name: 2 to 100 of a-z, A-Z, 0-9 and _, not beginning with a digit.
        :param value: The secret itself, of less than 500 characters; always a secret.
        :param value_from: Where the secret is read when it is needed, and never stored: ``"env:NAME"`` or ``"file:PATH"``.
        :param service: ``"author"``, ``"publish"`` or ``"preview"``; default: all of them.
        :param rotate_when: Any text; when it changes, the secret is written again.
        :param expires_at: A date such as ``"2027-06-30"``, recorded for reports.
        :param on_conflict: What to do where a variable of that name is there that this stack has not recorded. ``"error"``, the default:
            nothing is written; ``"keep"``: a secret that is there is adopted without a write; ``"replace"``: the declared value replaces
            it.
        :param allow_placeholder: Whether a value is taken that only looks like a secret, as ``****`` or an unfilled ``${NAME}``; default:
            it is refused.
        :param timeout: Seconds to wait for a change; default: 1800, or ``aem-mail:timeouts`` of the stack.
        """

    @by_keywords
    def __init__(self, name: str, args: SecretEnvVarArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        props = to_props(args, name, opts, outputs=("fingerprint", "verified", "type", "status", "origin"), hidden="value")
        super().__init__(SecretEnvVarProvider(), name, props, opts)


def _problems(wanted: Properties, value: str) -> Sequence[Problem]:
    return secret_value_problems(value, "value_from", allow_placeholder=wanted.get("allow_placeholder"))


def referenced_value(wanted: Properties, project: Path) -> str:
    """Return what a secret's reference refers to; raises InvalidInput where that cannot be read, or cannot be a secret."""
    subject = f"SecretEnvVar {variable_key(wanted)} of {environment_of(wanted)}"
    try:
        value = resolve(wanted["value_from"], project)
    except NotReadable as error:
        raise InvalidInput(subject, [Problem("value_from", str(error))]) from None
    problems = _problems(wanted, value)
    if problems:
        raise InvalidInput(subject, problems)
    return value


def _fingerprint(value: str, recorded: Properties, wanted: Properties) -> str | None:
    if wanted.get("environment_id") is UNKNOWN or wanted.get("service") is UNKNOWN or wanted.get("name") is UNKNOWN:
        return None
    same_variable = all(recorded.get(part) == wanted.get(part) for part in ("environment_id", "service", "name"))
    before = recorded if same_variable else {}
    return reuse_or_compute(
        value,
        recorded_value=before.get("value"),
        recorded_fingerprint=before.get("fingerprint"),
        environment=wanted["environment_id"],
        service=wanted.get("service"),
        name=wanted["name"],
        key=os.environ.get(FINGERPRINT_KEY_VARIABLE),
    )
