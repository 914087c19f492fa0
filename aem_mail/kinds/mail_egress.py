"""MailEgress: everything one environment needs to send mail, as one component."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Final

from aem_mail.errors import Problem
from aem_mail.kinds import forms, vpn
from aem_mail.kinds.advanced_networking import NON_PROXY_HOSTS, NON_PROXY_HOSTS_FORM, non_proxy_hosts_problems
from aem_mail.kinds.environment_variable import name_warnings, variable_name
from aem_mail.kinds.hosts import ANY_HOST, host, host_fault
from aem_mail.kinds.kind import ResourceKind, Scope, told
from aem_mail.kinds.mail_oauth import FIELDS as OAUTH
from aem_mail.kinds.mail_oauth import oauth_problems
from aem_mail.kinds.mail_secrets import mail_secrets
from aem_mail.kinds.mail_transition import FORMER, former_form, former_problems, former_warnings
from aem_mail.kinds.network_infrastructure import INFRASTRUCTURE, INFRASTRUCTURE_FORMS, KIND, REGION, kind_problems
from aem_mail.kinds.osgi_config import directory, directory_warnings, run_mode
from aem_mail.kinds.port_forward import PORT_DEST, PORT_ORIG, destination_warnings, missing_port_orig
from aem_mail.kinds.secret_variable import reference, secret_value, source_problems, stand_in, value_warnings
from aem_mail.kinds.shapes import (
    CONFLICT_POLICY,
    ENVIRONMENT,
    SECRET_CONFLICT_POLICY,
    SERVICE,
    TIMEOUTS,
    Field,
    Superfluous,
    boolean,
    list_of,
    object_of,
    one_of,
    schema_of,
    shape,
    shown,
    whole,
    whole_number,
)
from aem_mail.model import ConflictPolicy, EgressMode, Kind, Properties
from aem_mail.osgi.values import java_trim
from aem_mail.presets import Preset, SmtpPreset, preset_for, presets, with_preset


@shape(type="string", pattern=whole(rf"[^\s<>@,;\x00]+@{ANY_HOST}"))
def mail_address(path: str, value: Any) -> Iterator[Problem]:
    """Check a sender's bare address."""
    local, at, domain = value.rpartition("@") if isinstance(value, str) else ("", "", "")
    plain = bool(local) and bool(at) and not any(sign.isspace() or sign in "<>@,;\0" for sign in local)
    if not plain or host_fault(domain.lower()) is not None:
        yield Problem(path, f"must be a plain e-mail address such as 'noreply@example.com', not {shown(value)}")


@shape(type="array", items=schema_of(SERVICE), minItems=1, uniqueItems=True)
def services(path: str, value: Any) -> Iterator[Problem]:
    yield from list_of(SERVICE, "services")(path, value)
    if value == []:
        yield Problem(path, "is empty; name the services that get the variables, or leave it out for all of them")
    if isinstance(value, list):
        texts = [service for service in value if isinstance(service, str)]
        for service in dict.fromkeys(service for service in texts if texts.count(service) > 1):
            yield Problem(path, f"names {shown(service)} more than once")


preset: Final = one_of(*SmtpPreset)


BESIDES: Final = {"port_orig": Field(PORT_ORIG), "preset": Field(preset), "former": Field(FORMER)}
SMTP: Final = object_of({"host": Field(host, required=True), "port": Field(PORT_DEST, required=True), **BESIDES})
SMTP_BY_PRESET: Final = object_of({"host": Field(host), "port": Field(PORT_DEST), **BESIDES})


@shape(**schema_of(SMTP_BY_PRESET))
def smtp(path: str, value: Any) -> Iterator[Problem]:
    """Check the mail server; a preset has given what it knows by now."""
    named = value.get("preset") if isinstance(value, Mapping) else None
    yield from (SMTP if named is None else SMTP_BY_PRESET)(path, value)
    found = presets().get(named) if isinstance(named, str) else None
    if found is not None and value.get("host") is None:
        yield Problem(f"{path}.host", f"is missing: {host_hint(found)}")


def host_hint(preset: Preset) -> str:
    some = "name the mail server" if preset.hosts == ("*",) else f"name one that matches {' or '.join(preset.hosts)}"
    return f"the preset '{preset.name}' has no host that is the same for everybody; {some}"


EGRESS: Final = object_of(
    {
        "mode": Field(one_of(*EgressMode), required=True),
        "kind": Field(KIND),
        "region": Field(REGION),
        **INFRASTRUCTURE,
        "non_proxy_hosts": Field(NON_PROXY_HOSTS),
        "requires_fixed_ip": Field(boolean),
        "expected_connections": Field(whole_number(1)),
    }
)
ON_CONFLICT: Final = object_of(
    {
        "portForward": Field(CONFLICT_POLICY),
        "envVar": Field(CONFLICT_POLICY),
        "secretEnvVar": Field(SECRET_CONFLICT_POLICY),
        "osgiConfig": Field(CONFLICT_POLICY),
    }
)


def smtp_form(value: Any) -> Any:
    server = forms.fields({"host": forms.host, "former": former_form})(value)
    return forms.with_port_orig(server, "port") if isinstance(server, dict) else server


class MailEgressKind(ResourceKind):
    """A component: everything one environment needs to send mail; it stands for resources and is none itself.

    ``smtp``, ``egress``, ``osgi``, ``oauth``, ``on_conflict`` and ``timeouts`` are mappings, the first four with the fields'
    snake_case names. What is judged need not be in normal form, and problems name fields from the component's point of view
    (``smtp.port_orig``).
    """

    name = "MailEgress"
    scope = Scope.STACK
    normal: ClassVar[forms.Forms] = {
        **forms.ENVIRONMENT,
        "smtp": smtp_form,
        "egress": forms.fields({**INFRASTRUCTURE_FORMS, **NON_PROXY_HOSTS_FORM}),
        "osgi": forms.fields({"directory": forms.directory}),
        "oauth": forms.fields({}),
        "on_conflict": forms.fields({}),
        "timeouts": forms.fields({}),
    }
    fields: ClassVar[Mapping[str, Field]] = {
        **ENVIRONMENT,
        "smtp": Field(smtp, required=True),
        "from_address": Field(mail_address, required=True),
        "username": Field(secret_value),
        "password": Field(secret_value),
        "username_from": Field(reference),
        "password_from": Field(reference),
        "egress": Field(EGRESS, required=True),
        "services": Field(services),
        "osgi": Field(object_of({"directory": Field(directory, required=True), "run_mode": Field(run_mode)})),
        "username_variable": Field(variable_name),
        "password_variable": Field(variable_name),
        "oauth": Field(OAUTH),
        "on_conflict": Field(ON_CONFLICT),
        "timeouts": Field(TIMEOUTS),
        "allow_placeholder": Field(boolean),
    }

    @property
    def tokens(self) -> tuple[str, ...]:
        return (f"aem:mail:{self.name}",)

    def thing(self, properties: Properties) -> str:
        return f"mail of environment {told(properties.get('environment_id'))}"

    def completed(self, properties: Properties) -> Properties:
        """Return the arguments in normal form, with what the mail server's preset adds to them."""
        return self.normalise(with_preset(properties))

    def problems(self, properties: Properties) -> Iterator[Problem]:
        """Yield everything that forbids the arguments: their own rules and the limits of the resources they stand for."""
        properties = self.completed(properties)
        yield from super().problems(properties)
        smtp = part(properties, "smtp")
        yield from missing_port_orig(smtp.get("port"), smtp.get("port_orig"), "smtp.port", "smtp.port_orig")
        yield from former_problems(properties)
        yield from egress_problems(part(properties, "egress"))
        policy = part(properties, "on_conflict").get("secretEnvVar")
        if isinstance(properties.get("oauth"), Mapping):
            yield from oauth_problems(part(properties, "oauth"), smtp.get("host"), policy)
        yield from login_problems(properties, policy)
        yield from shared_variables(properties)
        yield from stand_ins(properties)

    def warnings(self, properties: Properties) -> Iterator[Problem]:
        properties = self.completed(properties)
        smtp = part(properties, "smtp")
        private_is_fine = part(properties, "egress").get("kind") == Kind.VPN
        for problem in destination_warnings(smtp.get("host"), smtp.get("port"), "smtp.host", "smtp.port"):
            if not (private_is_fine and problem.field == "smtp.host"):
                yield problem
        for secret in mail_secrets(properties):
            yield from name_warnings(secret.variable_path, secret.variable)
            yield from value_warnings(secret.path, secret.value)
        yield from directory_warnings("osgi.directory", part(properties, "osgi").get("directory"))
        yield from shared_port_orig(properties)
        yield from former_warnings(properties)
        yield from user_warnings(properties, properties.get("username"))


MAIL_EGRESS: Final = MailEgressKind()


def login_problems(properties: Properties, policy: Any) -> Iterator[Problem]:
    """Check that user and password come from one place each; with OAuth 2.0 only the user must."""
    for name in ("username", "password"):
        from_field = f"{name}_from"
        optional = name == "password" and properties.get("oauth") is not None
        meant = ConflictPolicy.KEEP if optional else policy
        yield from source_problems(properties.get(name), properties.get(from_field), meant, name, from_field)


def stand_ins(properties: Properties) -> Iterator[Problem]:
    """Yield a problem for each secret that is given by value and only stands for one."""
    meant = properties.get("allow_placeholder")
    for secret in mail_secrets(properties):
        yield from stand_in(secret.path, secret.value, meant)
    yield from vpn.stand_in_keys(part(properties, "egress"), "egress", meant)


def shared_variables(properties: Properties) -> Iterator[Problem]:
    taken: dict[str, str] = {}
    for secret in mail_secrets(properties):
        if not isinstance(secret.variable, str):
            continue
        first = taken.setdefault(secret.variable, secret.variable_path)
        if first != secret.variable_path:
            yield Problem(secret.variable_path, f"is the same as {first}, {shown(secret.variable)}; each needs its own")


def egress_problems(egress: Mapping[str, Any]) -> Iterator[Problem]:
    mode = egress.get("mode")
    if mode == EgressMode.MANAGED:
        for name in ("kind", "region"):
            if egress.get(name) is None:
                yield Problem(f"egress.{name}", f"is missing: with mode '{mode}' it says which infrastructure to create or adopt")
        yield from kind_problems(egress, "egress")
    if mode == EgressMode.EXISTING:
        for name in INFRASTRUCTURE:
            if egress.get(name) not in (None, False):
                reason = f"mode '{mode}' never touches the infrastructure; leave it out, or set mode '{EgressMode.MANAGED}'"
                yield Superfluous(f"egress.{name}", reason)
    yield from non_proxy_hosts_problems(egress.get("kind"), egress.get("non_proxy_hosts"), "egress.non_proxy_hosts")


def shared_port_orig(properties: Properties) -> Iterator[Problem]:
    """Yield Adobe's VPN guide's stricter reading, which nothing else confirms."""
    port_orig = part(properties, "smtp").get("port_orig")
    if part(properties, "egress").get("kind") == Kind.VPN and isinstance(port_orig, int):
        yield Problem(
            "smtp.port_orig",
            f"Adobe's VPN guide asks for origin ports that are unique across the environments of a program; if {port_orig} is "
            "refused, choose another one for each environment",
        )


def user_warnings(properties: Properties, user: Any, path: str = "username") -> Iterator[Problem]:
    """Say that the mail server knows one user only, and that ``user`` is another one, which may be a secret and is not shown."""
    host = part(MAIL_EGRESS.completed(properties), "smtp").get("host")
    preset = preset_for(host) if isinstance(host, str) else None
    if preset is not None and preset.user_value is not None and isinstance(user, str) and java_trim(user) != preset.user_value:
        yield Problem(
            path, f"is another user than {preset.user_value}, the only one that {preset.title} knows, so that it refuses the login"
        )


def part(properties: Properties, name: str) -> Mapping[str, Any]:
    value = properties.get(name)
    return value if isinstance(value, Mapping) else {}
