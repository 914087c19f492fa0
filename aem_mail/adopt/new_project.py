"""The files of a new Pulumi project: a program for every environment, and for each a stack whose settings are explained."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any, Final

from aem_mail.adopt.kept_yaml import explained
from aem_mail.adopt.program_text import PROGRAM
from aem_mail.errors import UNRELEASED, Problem, is_released
from aem_mail.kinds.mail_egress import MAIL_EGRESS
from aem_mail.model import EgressMode, Kind
from aem_mail.settings.connection import VARIABLES
from aem_mail.settings.explanations import EXPLANATIONS
from aem_mail.settings.keys import PREFIX, set_command
from aem_mail.settings.names import number
from aem_mail.settings.program import arguments_of

STACKS: Final = ("dev", "stage", "prod")
MANAGING: Final = STACKS[-1]
"""The stack that has the program's network infrastructure."""
SIMULATED: Final = "10001"
SIMULATED_ENVIRONMENTS: Final = dict(zip(STACKS, ("20001", "20002", "20003"), strict=True))
"""What a simulator has, so that a new project runs there as it is."""

DESCRIPTION: Final = "E-mail for AEM as a Cloud Service"
LOCAL_ENVIRONMENT: Final = (
    "The virtual environment of this machine in which aem-mail is installed. For others, remove this: then the python that is first on "
    "PATH counts."
)
UNPINNED: Final = f"""# No package index has aem-mail yet. The program runs with the one that is installed in its Python: a checkout, or
# aem-mail @ {UNRELEASED}
"""
IGNORED: Final = ("__pycache__/", ".venv/", ".aem-mail/")
HEAD: Final = (
    "The stack {stack}: one environment of AEM, and what makes it able to send mail. `pulumi up --stack {stack}` brings it into force.\n"
    "No credential stands here. Pulumi's shell has the account of Cloud Manager ({account}), and the mail server's user "
    "(EMAIL_USERNAME, EMAIL_PASSWORD)."
)


@dataclass(frozen=True, slots=True)
class NewProject:
    """What a new project is made of. An environment whose id is not known yet is None; ``smtp`` is as in the configuration.

    ``virtualenv`` is the environment that Pulumi runs the program in; None: whatever ``python3`` is first on PATH.
    """

    name: str
    program_id: str = SIMULATED
    environments: Mapping[str, str | None] = field(default_factory=lambda: SIMULATED_ENVIRONMENTS)
    kind: str = str(Kind.FLEXIBLE_PORT_EGRESS)
    region: str = "va7"
    smtp: Mapping[str, Any] = field(default_factory=lambda: {"preset": "sendgrid"})
    from_address: str = "noreply@wknd.site"
    directory: str = "osgiconfig"
    virtualenv: str | None = None

    def settings(self, stack: str) -> dict[str, Any]:
        """Return what a stack is configured with, by key without prefix."""
        managed = {"mode": EgressMode.MANAGED.value, "kind": self.kind, "region": self.region}
        id_ = self.environments.get(stack)
        return {
            "programId": self.program_id,
            **({} if id_ is None else {"environmentId": id_}),
            "egress": managed if stack == MANAGING else {"mode": EgressMode.EXISTING.value, "kind": self.kind},
            "smtp": dict(self.smtp),
            "fromAddress": self.from_address,
            "usernameFrom": "env:EMAIL_USERNAME",
            "passwordFrom": "env:EMAIL_PASSWORD",
            "osgi": {"directory": self.directory, "runMode": stack},
        }

    def problems(self) -> Iterator[Problem]:
        """Yield what no stack can have, once each, under the names of MailEgress's arguments; an id may still be missing."""
        found = {}
        for stack in STACKS:
            missing = {} if self.environments.get(stack) else {"environmentId": "1"}
            for problem in MAIL_EGRESS.problems(arguments_of({**self.settings(stack), **missing})):
                found[str(problem)] = problem
        yield from found.values()

    def files(self) -> dict[str, str]:
        """Return the text of each file by its name."""
        return {
            "Pulumi.yaml": project_text(self.name, self.virtualenv),
            "__main__.py": PROGRAM,
            **{f"Pulumi.{stack}.yaml": self._stack(stack) for stack in STACKS},
            "requirements.txt": requirements(),
            ".gitignore": "".join(f"{name}\n" for name in IGNORED),
        }

    def _stack(self, stack: str) -> str:
        settings = self.settings(stack)
        account = ", ".join(VARIABLES[key] for key in ("orgId", "clientId", "clientSecret"))
        words = dict(EXPLANATIONS)
        if "environmentId" not in settings:
            words["programId"] += f" The environment's is still missing: {set_command('environmentId').strip('`')}"
        comments = {_place(key): text for key, text in words.items()}
        config = {f"{PREFIX}{key}": value for key, value in settings.items()}
        return explained({"config": config}, {(): HEAD.format(stack=stack, account=account), **comments})


def project_text(name: str, virtualenv: str | None) -> str:
    """Return the project's file for a program in Python, which Pulumi runs in that environment."""
    options = {} if virtualenv is None else {"options": {"virtualenv": virtualenv}}
    document = {"name": name, "description": DESCRIPTION, "runtime": {"name": "python", **options}}
    return explained(document, {("runtime", "options"): LOCAL_ENVIRONMENT})


def requirements() -> str:
    """Return what pip has to install for the program: this version, once it can be had by name."""
    return f"aem-mail=={version('aem-mail')}\n" if is_released() else UNPINNED


def mail_server(text: str) -> dict[str, Any]:
    """Return a mail server, given as HOST:PORT or as the name of a preset, as the configuration has it."""
    host, colon, port = text.strip().rpartition(":")
    return {"host": host, "port": number(port)} if colon else {"preset": port}


def _place(key: str) -> tuple[str, ...]:
    first, *rest = key.split(".")
    return ("config", f"{PREFIX}{first}", *rest)
