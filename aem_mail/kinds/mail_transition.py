"""The time between a change of the mail server and the deployment of the configuration that knows it.

AEM goes on with the configuration that is deployed. So a rule or a secret that it uses is kept meanwhile: by ``smtp.former``, or until
the pipeline that the run awaits has deployed the new one, since the engine deletes last.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from aem_mail.errors import Problem
from aem_mail.kinds import forms
from aem_mail.kinds.environment_variable import variable_name
from aem_mail.kinds.hosts import host
from aem_mail.kinds.mail_secrets import mail_secrets
from aem_mail.kinds.port_forward import PORT_DEST, PORT_ORIG, missing_port_orig
from aem_mail.kinds.shapes import Field, list_of, object_of
from aem_mail.model import Properties

TRANSITION: Final = "transition"
"""The input by which a MailEgress tells its children of it: ``{awaited, ports, secrets}``; ``check`` takes it out."""
FORMER: Final = object_of(
    {
        "host": Field(host),
        "port": Field(PORT_DEST),
        "port_orig": Field(PORT_ORIG),
        "secrets": Field(list_of(variable_name, "names of secret variables")),
    }
)
RULE: Final = ("host", "port", "port_orig")
PATH: Final = "smtp.former"
IMPLICIT_TLS: Final = 465


@dataclass(frozen=True, slots=True)
class Transition:
    """What follows from a change: what stops mail, and what is well provided for."""

    warnings: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()


def former_form(value: Any) -> Any:
    former = forms.fields({"host": forms.host})(value)
    return forms.with_port_orig(former, "port") if isinstance(former, dict) else former


def former_problems(properties: Properties) -> Iterator[Problem]:
    """Check what a MailEgress keeps, in normal form, against what it declares."""
    server = properties.get("smtp")
    former = server.get("former") if isinstance(server, Mapping) else None
    if not isinstance(server, Mapping) or not isinstance(former, Mapping):
        return
    if not former:
        yield Problem(PATH, "is empty; give the host and the port of the former rule, or secrets, or remove it")
    if any(former.get(name) is not None for name in RULE):
        yield from (Problem(f"{PATH}.{name}", "is missing") for name in ("host", "port") if former.get(name) is None)
    yield from missing_port_orig(former.get("port"), former.get("port_orig"), f"{PATH}.port", f"{PATH}.port_orig")
    port_orig = former.get("port_orig")
    if isinstance(port_orig, int) and port_orig == server.get("port_orig"):
        yield Problem(
            f"{PATH}.port_orig", f"{port_orig} is smtp.port_orig too, and a port leads to one server; choose another smtp.port_orig"
        )
    present = {secret.variable: secret.variable_path for secret in mail_secrets(properties)}
    for index, name in enumerate(_names(former)):
        if name in present:
            yield Problem(
                f"{PATH}.secrets[{index}]", f"{name} is {present[name]} too; name only those that the new configuration does not read"
            )


def former_warnings(properties: Properties) -> Iterator[Problem]:
    """Warn of a former server that would be given the user of the new one."""
    server = properties.get("smtp")
    former = server.get("former") if isinstance(server, Mapping) else None
    if not isinstance(server, Mapping) or not isinstance(former, Mapping):
        return
    hosts = (former.get("host"), server.get("host"))
    if all(isinstance(each, str) for each in hosts) and len(set(hosts)) > 1 and not _names(former):
        yield Problem(
            f"{PATH}.host",
            f"until the new configuration is deployed, AEM logs in at {hosts[0]} with the user and password of {hosts[1]}; unless they are "
            f"the same, give those of {hosts[1]} other variables (username_variable, password_variable), and name the former ones in "
            f"{PATH}.secrets",
        )


def rule_transition(recorded: Properties, wanted: Properties) -> Transition:
    """Say what a change of a MailEgress's rule means for the mail that the deployed configuration sends."""
    told = wanted.get(TRANSITION)
    ports = _pair(recorded, wanted, "port_orig")
    if not isinstance(told, Mapping) or ports is None:
        return Transition()
    old, new = ports
    if old == new:
        return _other_tls(recorded, wanted)
    takes = f"a configuration with smtp.port {new}"
    if old in told.get("ports", ()):
        return _kept(f"the rule on {old}", takes)
    if told.get("awaited"):
        return _awaited(f"the rule on {old}", takes)
    rule = f"host {recorded.get('name')}, port {recorded.get('port_dest')}, port_orig {old}"
    return Transition((Problem("", f"AEM sends to port {old} of its proxy until {takes} is deployed{_goes(f'the rule on {old}', rule)}"),))


def secret_transition(recorded: Properties, wanted: Properties) -> Transition:
    """Say what another name of a MailEgress's secret means for the deployed configuration, which reads the former one."""
    told = wanted.get(TRANSITION)
    names = _pair(recorded, wanted, "name")
    if not isinstance(told, Mapping) or names is None or names[0] == names[1]:
        return Transition()
    old, new = names
    takes = f"a configuration with {new}"
    if old in told.get("secrets", ()):
        return _kept(old, takes)
    if told.get("awaited"):
        return _awaited(old, takes)
    return Transition((Problem("", f"AEM reads {old} until {takes} is deployed{_goes(old, f'secrets: {old}')}"),))


def _other_tls(recorded: Properties, wanted: Properties) -> Transition:
    ports = _pair(recorded, wanted, "port_dest")
    if ports is None or (ports[0] == IMPLICIT_TLS) is (ports[1] == IMPLICIT_TLS):
        return Transition()
    message = (
        f"the deployed configuration begins TLS as port {ports[0]} wants it, and its port {wanted.get('port_orig')} leads to port "
        f"{ports[1]} with this run: mail stops until the new configuration is deployed. Choose another smtp.port_orig, and keep the "
        f"former rule with {PATH} until then"
    )
    return Transition((Problem("", message),))


def _goes(what: str, former: str) -> str:
    return (
        f", and {what} goes at the end of this run: mail stops in between. Keep it with {PATH} ({former}), deploy the new configuration, "
        f"and then remove {PATH}"
    )


def _kept(what: str, takes: str) -> Transition:
    return Transition(notes=(f"{what} stays as {PATH} says; deploy {takes}, and then remove {PATH}.",))


def _awaited(what: str, takes: str) -> Transition:
    return Transition(notes=(f"{what} stays until the pipeline of this run has deployed {takes}.",))


def _pair(recorded: Properties, wanted: Properties, name: str) -> tuple[Any, Any] | None:
    """Return a property before and after, None where one of them is not known or the environment is another one."""
    if any(recorded.get(part) != wanted.get(part) for part in ("program_id", "environment_id")):
        return None
    pair = (recorded.get(name), wanted.get(name))
    return pair if all(isinstance(each, str | int) for each in pair) else None


def _names(former: Mapping[str, Any]) -> list[Any]:
    names = former.get("secrets")
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []
