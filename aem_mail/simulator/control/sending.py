"""`/_sim/send`: what an environment knows at this moment, handed to the mail path."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from aem_mail.osgi import MAIL_SERVICE_PID, OAUTH_PID, ConfigurationFileError, load_configuration, run_modes_of
from aem_mail.simulator.api.fields import Fields, Findings
from aem_mail.simulator.api.problems import not_found
from aem_mail.simulator.handlers.advanced_networking import infrastructure_of
from aem_mail.simulator.mail import MailPath, NameServers, Networking, PortForward, SendRequest, SendResult, SmtpServer, Variable
from aem_mail.simulator.mail.model import BasicAuth, TlsMode
from aem_mail.simulator.state.secret import Secret
from aem_mail.simulator.state.transitions import infrastructure_status, networking_in_force, variables_in_force
from aem_mail.simulator.state.values import SERVICES, Environment, Infrastructure, MailServer, Program, State
from aem_mail.simulator.state.values import Variable as StoredVariable
from aem_mail.simulator.world import World

_MISTAKEN_PID = "com.day.cq.mailer.impl.DefaultMailService"
_CARRYING = frozenset({"ready", "updating"})


class Sending:
    """The mail path of one simulator; it starts with the first message. Every method may be called from any thread, and blocks."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._mail_path = MailPath(clock=lambda: world.now)
        self._lock = threading.Lock()

    def send(self, document: Any) -> dict[str, Any]:
        """Let AEM's tier of an environment send one message; raises a `Problem` where the request itself makes no sense."""
        state = self._world.state
        request = _read(document, state)
        if isinstance(request, SendResult):
            return request.to_json()
        with self._lock:
            self._mail_path.configure([_smtp_server(each) for each in state.smtp])
            self._mail_path.start()
            return self._mail_path.send(request).to_json()

    def mails(self) -> list[dict[str, Any]]:
        return [mail.to_json() for mail in self._mail_path.mails()]

    def clear(self) -> None:
        self._mail_path.clear()

    def stop(self) -> None:
        with self._lock:
            self._mail_path.stop()


def networking_for_mail(program: Program, environment: Environment) -> Networking | None:
    """The rules that carry connections now: those in force, as long as the infrastructure below them stands."""
    infrastructure = infrastructure_of(program, environment)
    networking = networking_in_force(environment)
    if networking is None or infrastructure is None or infrastructure_status(infrastructure) not in _CARRYING:
        return None
    rules = [PortForward(rule.name, rule.port_dest, rule.port_orig) for rule in networking.port_forwards]
    return Networking(infrastructure.kind, rules, networking.non_proxy_hosts, _name_servers(infrastructure))


_ANYWHERE = ("0.0.0.0/0", "::/0")
"""What a connection without static prefixes routes: BGP tells it, and the simulator does not."""


def _name_servers(infrastructure: Infrastructure) -> NameServers | None:
    if infrastructure.dns is None:
        return None
    spaces = [space for connection in infrastructure.connections for space in connection.gateway.get("addressSpace") or _ANYWHERE]
    return NameServers.from_json({**infrastructure.dns, "addressSpace": spaces})


def _read(document: Any, state: State) -> SendRequest | SendResult:
    """The request, or at once a result where AEM could not even read its configuration."""
    findings = Findings("Invalid message")
    fields = Fields(document, "", findings)
    program_id, environment_id = fields.text("programId"), fields.text("environmentId")
    tier = fields.text("tier", choices=SERVICES)
    osgi, directory = fields.object("osgi"), fields.optional_text("directory")
    if (osgi is None) == (directory is None):
        fields.refuse("osgi", "exactly one of osgi and directory")
    inline = {} if osgi is None else {pid: osgi.mapping(pid) for pid in osgi}
    run_modes = None if fields.raw("runModes") is None else fields.texts("runModes")
    extras = {name: text for name in ("to", "subject") if (text := _optional_line(fields, name))}
    fields.done()
    findings.check()
    program, environment = _environment(state, program_id, environment_id)
    try:
        configuration = inline if directory is None else _load(directory, run_modes or run_modes_of(tier, environment.type))
    except ConfigurationFileError as error:
        return SendResult("config", str(error))
    variables = [_variable(each) for each in variables_in_force(environment)]
    return SendRequest(configuration, tier, variables, networking_for_mail(program, environment), **extras)


def _optional_line(fields: Fields, name: str) -> str | None:
    return None if fields.raw(name) is None else fields.optional_text(name)


def _environment(state: State, program_id: str, environment_id: str) -> tuple[Program, Environment]:
    program = state.programs.get(program_id)
    if program is None:
        raise not_found(f"program {program_id}")
    environment = program.environments.get(environment_id)
    if environment is None:
        raise not_found(f"environment {environment_id} of program {program_id}")
    return program, environment


def _load(directory: str, run_modes: tuple[str, ...]) -> Mapping[str, Mapping[str, Any]]:
    return load_configuration(Path(directory), run_modes, (MAIL_SERVICE_PID, OAUTH_PID, _MISTAKEN_PID))


def _variable(variable: StoredVariable) -> Variable:
    value = variable.value.value if isinstance(variable.value, Secret) else variable.value
    return Variable(variable.name, "secretString" if isinstance(variable.value, Secret) else "string", variable.service, value)


def _smtp_server(server: MailServer) -> SmtpServer:
    return SmtpServer(
        server.host,
        server.port,
        cast(TlsMode, server.tls),
        {name: _revealed(password) for name, password in server.users.items()},
        cast(BasicAuth, server.basic_auth),
        server.mechanisms,
        None if server.oauth is None else server.oauth.with_secrets(_revealed),
    )


def _revealed(secret: Secret) -> str:
    return secret.value or ""
