"""What the chapters of the story share."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from aem_mail.osgi import MAIL_SERVICE_PID
from tools.demo import before
from tools.demo.commands import Commands
from tools.demo.declared import Declared, declared
from tools.demo.errors import must
from tools.demo.excerpt import excerpt
from tools.demo.narrator import Narrator
from tools.demo.simulator import Simulator
from tools.demo.stage import STACK, build_stage

TIER: Final = "author"
NOT_DELIVERED: Final = 2


@dataclass
class Play:
    """What a play has: Cloud Manager, the stack, and a shell with or without the credentials that it needs."""

    project: Path
    bare_shell: Mapping[str, str]
    narrator: Narrator
    commands: Commands
    simulator: Simulator
    ours: Declared
    user: str
    password: str
    first_state: Mapping[str, Any]

    @property
    def shell(self) -> dict[str, str]:
        """The environment of whoever runs Pulumi: whom Cloud Manager lets in, and whom the mail server does."""
        mail_server = {self.ours.username_variable: self.user, self.ours.password_variable: self.password}
        return {**self.bare_shell, **self.simulator.credentials, **mail_server}

    @property
    def rules(self) -> list[str]:
        return before.rules_of(self.simulator.state(), self.ours)

    @property
    def variables(self) -> list[str]:
        return before.variables_of(self.simulator.state(), self.ours)

    def pulumi(self, *command: str, shell: Mapping[str, str] | None = None) -> str:
        """Run a Pulumi command before the reader's eyes; returns its whole output."""
        lines = self.commands.show("pulumi", *command, environ=self.shell if shell is None else shell, excerpt=excerpt)
        must(not any(self.password in line for line in lines), f"`pulumi {command[0]}` printed the password")
        return "\n".join(lines)

    def written_file(self) -> Path:
        """Return the OSGi configuration that `pulumi up` wrote."""
        found = list((self.project / self.ours.osgi_directory).glob(f"config*/{MAIL_SERVICE_PID}.cfg.json"))
        must(len(found) == 1, f"`pulumi up` wrote {len(found)} configurations of the mail service instead of one")
        return found[0]

    def send(self, *, arrives: bool) -> None:
        """Let AEM's author tier send one message, and see whether the mail server got it."""
        had = len(self.simulator.mails())
        address = ("--program", self.ours.program, "--environment", self.ours.environment, "--tier", TIER)
        self.commands.show(
            *("aem-mail", "send", *address, "--directory", str(self.ours.osgi_directory)),
            environ={**self.bare_shell, "CLOUDMANAGER_BASE_URL": self.simulator.url},
            expected=0 if arrives else NOT_DELIVERED,
        )
        new = self.simulator.mails()[had:]
        must(len(new) == int(arrives), f"{len(new)} messages arrived instead of {int(arrives)}")
        for mail in new:
            self._tell_of(mail)

    def _tell_of(self, mail: Mapping[str, Any]) -> None:
        server = (mail["host"], mail["port"])
        must(server == (self.ours.host, self.ours.port), f"the message arrived at {server[0]}:{server[1]}, which nobody declared")
        must(mail["mailFrom"] == self.ours.from_address, f"the message came from {mail['mailFrom']}")
        self.narrator.say(f"It lies in the mailbox of {server[0]}, port {server[1]}, sent by user {mail['user']}.")


def set_up(scratch: Path, narrator: Narrator) -> Play:
    """Build the stage, start the simulator, and put somebody else's things into Cloud Manager.

    Hosts, ports and users come from the stack's file and from the simulator; the password is made up for this run.
    """
    stage = build_stage(scratch)
    commands = Commands(stage.project, narrator)
    commands.show("pulumi", "stack", "init", STACK, environ=stage.environ)
    config = commands.read("pulumi", "config", "--json", "--stack", STACK, environ=stage.environ)
    ours = declared(config)
    references = (ours.username_variable, ours.password_variable)
    bare_shell = {name: value for name, value in stage.environ.items() if name not in references}
    simulator = Simulator(scratch, bare_shell)
    simulator.start()
    password = secrets.token_urlsafe()
    simulator.become(before.with_somebody_else(simulator.state(), ours, password))
    state = simulator.state()
    return Play(stage.project, bare_shell, narrator, commands, simulator, ours, before.user_of(state, ours), password, state)
