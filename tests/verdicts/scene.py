"""A stack, its AEM project and its environment, and the commands that are asked about them; all in this process."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from aem_mail import settings
from aem_mail.checks import Severity
from aem_mail.checks.component import mail_egress_mistakes
from aem_mail.cli.main import main
from aem_mail.kinds.kind import TYPE_PREFIX
from aem_mail.osgi import MAIL_SERVICE_PID, render_configuration
from aem_mail.simulator.server import Running, running_simulator
from aem_mail.stack.command import EngineFailed
from aem_mail.stack.export import Export, parse_export
from aem_mail.stack.preview import Preview
from aem_mail.stack.stack import Stack
from aem_mail.stack.tokens import COMPONENT_TYPE
from tests import loopback
from tests.checks.situations import DEFAULTS, MAIL_FILE
from tests.drift.build import CIPHERED
from tests.plan.prediction.preview import SECRETS, dependencies_of, hidden, previewed
from tests.plan.prediction.stack import Stack as StandIn
from tests.plan.prediction.stack import gather_by_count
from tests.resources.runs import PATIENTLY, Heard, fresh_run
from tests.rollout.harness import Bench, ScaledClock
from tests.soak.engine import PROVIDERS, from_engine
from tests.soak.history import Declared, Recorded

FASTEST: Final = 60000.0
"""Ten minutes last a hundredth of a second."""
P, E = "10001", "20001"
HERE: Final = {"program_id": P, "environment_id": E}
SECRET_VALUES: Final = {"EMAIL_USERNAME": "apikey", "EMAIL_PASSWORD": "password123"}
CONFIGURATION: Final[Mapping[str, Any]] = {
    "programId": P,
    "environmentId": E,
    "egress": {"mode": "managed", "kind": "flexiblePortEgress", "region": "va7"},
    "smtp": {"host": "smtp.sendgrid.com", "port": 465},
    "fromAddress": "noreply@wknd.site",
    "usernameFrom": "env:EMAIL_USERNAME",
    "passwordFrom": "env:EMAIL_PASSWORD",
    "osgi": {"directory": "osgi"},
}
Json = dict[str, Any]
Verdict = tuple[int, str]
"""An exit code, and what was printed."""


def program() -> dict[str, Declared]:
    """Return the resources that the configuration declares."""
    file = {"directory": "osgi", "pid": MAIL_SERVICE_PID, "properties": DEFAULTS}
    return {
        "mail-infrastructure": Declared("NetworkInfrastructure", {"program_id": P, "kind": "flexiblePortEgress", "region": "va7"}),
        "mail-networking": Declared("AdvancedNetworking", HERE),
        "mail-port-forward": Declared("PortForward", {**HERE, "name": "smtp.sendgrid.com", "port_dest": 465, "port_orig": 30465}),
        "mail-username": _secret("EMAIL_USERNAME"),
        "mail-password": _secret("EMAIL_PASSWORD"),
        "mail-osgi": Declared("OsgiConfig", {**file, "content": render_configuration(DEFAULTS)}),
    }


def _secret(name: str) -> Declared:
    return Declared("SecretEnvVar", {**HERE, "name": name, "value": SECRET_VALUES[name]})


def world() -> Json:
    """Return Cloud Manager before anything is declared: a program with a dev, a stage and a prod environment."""
    types = {"20001": "dev", "20002": "stage", "20003": "prod"}
    bare: Json = {id_: {"type": type_, "region": "va7", "advancedNetworking": None, "variables": []} for id_, type_ in types.items()}
    return {"programs": {P: {"region": "va7", "environments": bare}}}


@dataclass
class Scene:
    """What a situation changes, and what the commands then say."""

    bench: Bench
    folder: Path
    printed: Callable[[], str]
    program: dict[str, Declared] = field(default_factory=program)
    configuration: Json = field(default_factory=lambda: dict(CONFIGURATION))
    other_stack: Sequence[Recorded] = ()
    options: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.stack = StandIn(self.bench)
        self.bench.simulator.world.replace({**self.bench.simulator.state(), **world()})

    @property
    def file(self) -> Path:
        """The mail service's file in the AEM project."""
        return self.folder / "osgi" / MAIL_FILE

    @property
    def state(self) -> Sequence[Recorded]:
        """What the stack has recorded."""
        return self.stack.state

    def live(self, change: Callable[[Json, Json], object]) -> None:
        """Change the program and its environment 20001 behind everybody's back."""
        state = self.bench.simulator.state()
        found = state["programs"][P]
        change(found, found["environments"][E])
        self.bench.simulator.world.replace(state)

    def remove_environment(self) -> None:
        """Let there be no environment 20001."""
        state = self.bench.simulator.state()
        del state["programs"][P]["environments"][E]
        self.bench.simulator.world.replace(state)

    def mail_arrives(self) -> bool:
        """Send a mail from author, and say whether it arrives."""
        message = {"programId": P, "environmentId": E, "tier": "author", "directory": str(self.folder / "osgi")}
        answer = loopback.post(f"{self.bench.simulator.url}/_sim/send", json=message, timeout=30)
        return bool(answer.json().get("delivered"))

    def ask(self, command: str) -> Verdict:
        """Run a command: `check`, `drift` and `plan` as from a shell, `preview` and `up` through the providers, in Pulumi's words."""
        if command in ("preview", "up"):
            return self.preview() if command == "preview" else self.up()
        self.printed()
        return main([command, *self.options.get(command, ())]), self.printed()

    def preview(self) -> Verdict:
        """Say what `pulumi preview` does, in its words."""
        refusals = self.refusals()
        if refusals:
            return 1, " ".join(refusals)
        return 0, _counted(Counter(step.operation for step in self.previewed().steps), "to create")

    def up(self) -> Verdict:
        """Say what `pulumi up` does, in its words."""
        refusals = self.refusals()
        if refusals:
            return 1, " ".join(refusals)
        self.stack.up(self.program)
        failures = self.stack.failures()
        done = Counter(str(one.step) for one in self.stack.operations if one.name not in failures)
        return (1 if failures else 0), " ".join([_counted(done, "created"), *failures.values()])

    def refusals(self) -> list[str]:
        """Return what ends a preview: what providers refuse, and the mistakes that need no answer of Cloud Manager."""
        recorded = {one.name: from_engine(one.inputs) for one in self.state}
        checked = [
            PROVIDERS[one.kind].check(recorded.get(name, {}), from_engine({**one.properties, "logical_name": name}))
            for name, one in self.program.items()
        ]
        given = settings.program_settings(self.configuration, lambda _: True)
        arguments = {name: value for name in given.__slots__ if (value := getattr(given, name)) is not None}
        mistakes = mail_egress_mistakes(arguments, self.folder, datetime.now(UTC).date())
        errors = [str(finding) for finding in mistakes if finding.severity is Severity.ERROR]
        return [*(failure.reason for one in checked for failure in one.failures or ()), *errors]

    def previewed(self) -> Preview:
        return previewed(self.state, self.program)

    def export(self, name: str | None) -> Export:
        """Return what `pulumi stack export` prints of a stack."""
        stack = name or "dev"
        state = self.state if stack == "dev" else self.other_stack
        component = f"urn:pulumi:{stack}::project::{COMPONENT_TYPE}::mail"
        mail = {"urn": component, "type": COMPONENT_TYPE, "inputs": {}, "outputs": {}}
        resources = [*([mail] if state else []), *(_exported(one, stack, component) for one in state)]
        return parse_export(json.dumps({"version": 3, "deployment": {"resources": resources}}))


def _exported(one: Recorded, stack: str, component: str) -> Json:
    secrets = SECRETS.get(one.kind, ())
    sides = {
        side: {name: hidden(value, CIPHERED) if name in secrets else value for name, value in values.items()}
        for side, values in _sides(one)
    }
    urn = f"urn:pulumi:{stack}::project::{COMPONENT_TYPE}${TYPE_PREFIX}{one.kind}::{one.name}"
    return {"urn": urn, "type": f"{TYPE_PREFIX}{one.kind}", "id": one.id, "parent": component, **sides}


def _sides(one: Recorded) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield "inputs", one.inputs
    yield "outputs", one.outputs


def _counted(counts: Counter[str], created: str) -> str:
    words = {"create": created, "same": "unchanged"}
    return ", ".join(f"{number} {words.get(operation, operation)}" for operation, number in sorted(counts.items()))


@contextmanager
def scene(folder: Path, monkeypatch: pytest.MonkeyPatch, printed: Callable[[], str]) -> Iterator[Scene]:
    """Set the scene: an empty project, and a simulator that every provider and command talks to."""
    gather_by_count(monkeypatch)
    (folder / "Pulumi.yaml").write_text("name: project\nruntime: python\n")
    (folder / "osgi").mkdir()
    monkeypatch.chdir(folder)
    for name, value in SECRET_VALUES.items():
        monkeypatch.setenv(name, value)
    with running_simulator(time_scale=FASTEST) as running:
        _lead(running, monkeypatch)
        bench = Bench(running, folder / "locks", ScaledClock(2000.0))
        made = Scene(bench, folder, printed)
        _answer(made, monkeypatch)
        with fresh_run(config=PATIENTLY, log=Heard()):
            yield made
        bench.api.close()


def _lead(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"BASE_URL": running.url, "ORG_ID": running.org_id, "CLIENT_ID": running.client_id, "CLIENT_SECRET": running.client_secret}
    for name, value in given.items():
        monkeypatch.setenv(f"CLOUDMANAGER_{name}", value)
    for name in ("IMS_URL", "ACCESS_TOKEN"):
        monkeypatch.delenv(f"CLOUDMANAGER_{name}", raising=False)


def _answer(made: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Pulumi say of the stack what the scene has."""

    def preview(_: Stack, **__: object) -> tuple[Preview, Mapping[str, Sequence[str]]]:
        refusals = made.refusals()
        if refusals:
            raise EngineFailed(f"pulumi preview failed: {' '.join(refusals)}")
        return made.previewed(), dependencies_of(made.state, made.program, destroys=False).declared

    monkeypatch.setattr(Stack, "preview", preview)
    monkeypatch.setattr(Stack, "export", lambda stack: made.export(stack.name))
    monkeypatch.setattr(Stack, "names", lambda _: ["dev", "stage"])
    monkeypatch.setattr(Stack, "configuration", lambda _: {f"aem-mail:{key}": value for key, value in made.configuration.items()})
