"""The pages of docs/, typed as they stand there, each in a copy of one project that was brought up once."""

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest

from aem_mail.simulator.server import running_simulator
from tests.docs.markdown import INDEX, Block, blocks
from tests.docs.typed import opened_shell, typed
from tests.flow.conftest import PASSWORD, SCALE, USERNAME, Simulator
from tests.flow.mailing import lost, sending
from tests.flow.stack import REPOSITORY, Stack
from tests.secrets import SecretWatch

pytestmark = pytest.mark.flow

NEW_PASSWORD: Final = "the-new-password"
NEW_CLIENT_SECRET: Final = "the-new-client-secret"
OSGI: Final = "aem-project/ui.config/src/main/content/jcr_root/apps/wknd/osgiconfig"
CONFIGURATION: Final = """\
  aem-mail:programId: "10001"
  aem-mail:environmentId: "{environment}"
  aem-mail:egress: {{mode: {mode}, kind: flexiblePortEgress{region}}}
  aem-mail:smtp: {{host: smtp.sendgrid.net, port: 465}}
  aem-mail:fromAddress: noreply@wknd.site
  aem-mail:usernameFrom: env:EMAIL_USERNAME
  aem-mail:passwordFrom: env:EMAIL_PASSWORD
  aem-mail:osgi: {{directory: {osgi}, runMode: {name}}}
"""
OTHERS: Final = {"stage": "20002", "prod": "20003"}
"""The stacks besides dev, with their environments."""

State = dict[str, Any]


def configuration(name: str, environment: str) -> str:
    mode, region = ("managed", ", region: va7") if name == "dev" else ("existing", "")
    return CONFIGURATION.format(environment=environment, mode=mode, region=region, name=name, osgi=OSGI)


def typed_pages() -> list[Path]:
    return [page for page in sorted(INDEX.parent.rglob("*.md")) if any(map(is_typed, blocks_of(page)))]


def blocks_of(page: Path) -> list[Block]:
    return list(blocks(page.read_text(encoding="utf-8")))


def is_typed(block: Block) -> bool:
    return block.language == "sh" and not block.all("not typed")


@dataclass(frozen=True, slots=True)
class BroughtUp:
    """A project whose stack dev is up, and what Cloud Manager has then."""

    folder: Path
    env: Mapping[str, str]
    state: State

    def copied_to(self, folder: Path) -> dict[str, str]:
        """Copy the project; return the environment variables that a shell there has."""
        shutil.copytree(self.folder, folder, symlinks=True)
        return {name: value.replace(str(self.folder), str(folder)) for name, value in self.env.items()}


@pytest.fixture(scope="module")
def brought_up(tmp_path_factory: pytest.TempPathFactory) -> BroughtUp:
    with running_simulator(time_scale=SCALE) as running:
        simulator = Simulator(running)
        login = {"EMAIL_USERNAME": USERNAME, "EMAIL_PASSWORD": PASSWORD}
        folder = tmp_path_factory.mktemp("wknd") / "wknd-mail"
        stack = Stack(folder, {**simulator.variables, **login}, SecretWatch(PASSWORD), project="wknd-mail", name="dev")
        shutil.copy(REPOSITORY / "__main__.py", folder)
        (folder / ".venv").symlink_to(sys.prefix, target_is_directory=True)
        (folder / OSGI).mkdir(parents=True)
        with (folder / "Pulumi.dev.yaml").open("a") as file:
            file.write(configuration("dev", "20001"))
        stack.up()
        state = with_values(simulator.state())
        simulator.http.close()
    return BroughtUp(folder, stack.env, state)


def with_values(state: State) -> State:
    """Give the secrets of the state their values, which another simulator does not know by their fingerprints."""
    values = {"EMAIL_USERNAME": USERNAME, "EMAIL_PASSWORD": PASSWORD}
    for variable in environments(state)["20001"]["variables"]:
        del variable["fingerprint"]
        variable["value"] = values[variable["name"]]
    state.pop("smtp")
    return state


def environments(state: State) -> dict[str, Any]:
    found: dict[str, Any] = state["programs"]["10001"]["environments"]
    return found


@dataclass
class Somebody:
    """Does what the pages say that others do, by the words with which they say it."""

    simulator: Simulator
    folder: Path
    mailing: ExitStack = field(default_factory=ExitStack)
    sent: list[list[dict[str, Any]]] = field(default_factory=list)
    """What became of the messages, for each deployed configuration with which AEM sends all the time."""

    @property
    def deeds(self) -> Mapping[str, Callable[[], None]]:
        return {
            "everything was set up by curl, and nobody has used Pulumi": self.forget_pulumi,
            "the mail server takes the new password only": self.change_the_password,
            "the credential has a new client secret": self.change_the_client_secret,
            "AEM sends all the time with what is deployed": self.deploy,
            "AEM is deployed": self.deploy,
            "somebody changes the port forward in Cloud Manager": lambda: self.edit_rules(name="smtp.elsewhere.example"),
            "somebody replaces all port forwards by one of their own": lambda: self.edit_rules(name="ldap.wknd.site", portOrig=30636),
            "somebody edits the OSGi configuration": self.edit_the_file,
            "the variables of the environment are in a file": self.write_variables,
        }

    def forget_pulumi(self) -> None:
        """Leave the environments as they are, stage and prod like dev, and of the project the AEM project alone."""
        for path in (*self.folder.glob("Pulumi*"), self.folder / "__main__.py"):
            path.unlink()
        shutil.rmtree(self.folder / "state" / ".pulumi")
        self.simulator.edit(as_dev)

    def change_the_password(self) -> None:
        servers = self.simulator.http.get("/_sim/smtp").json()
        for server in servers:
            server["users"] = {USERNAME: NEW_PASSWORD}
        self.simulator.http.put("/_sim/smtp", json=servers).raise_for_status()

    def change_the_client_secret(self) -> None:
        self.simulator.http.put("/_sim/tokens/client-secret", json={"clientSecret": NEW_CLIENT_SECRET}).raise_for_status()

    def deploy(self) -> None:
        """Let AEM send with what is written now, all the time from now on."""
        self.mailing.close()
        deployed = shutil.copytree(self.folder / OSGI, self.folder.parent / f"deployed-{len(self.sent)}")
        self.sent.append(self.mailing.enter_context(sending(self.simulator, deployed)))

    def edit_rules(self, **changes: Any) -> None:
        self.simulator.edit_environment(lambda environment: environment["advancedNetworking"]["portForwards"][0].update(changes))

    def edit_the_file(self) -> None:
        (path,) = (self.folder / OSGI).rglob("*.cfg.json")
        path.write_text(path.read_text().replace("30465", "465"))

    def write_variables(self) -> None:
        names = ("EMAIL_USERNAME", "EMAIL_PASSWORD")
        (self.folder / "variables.yaml").write_text("".join(f"- {{name: {name}, type: secretString}}\n" for name in names))


def as_dev(state: State) -> None:
    dev = environments(state)["20001"]
    values = {"EMAIL_USERNAME": USERNAME, "EMAIL_PASSWORD": PASSWORD}
    variables = [{"name": name, "type": "secretString", "value": value} for name, value in values.items()]
    for environment in OTHERS.values():
        environments(state)[environment].update(advancedNetworking=dev["advancedNetworking"], variables=variables)


def prepared(brought_up: BroughtUp, simulator: Simulator, folder: Path) -> dict[str, str]:
    """Lay a copy of the project, with its stages; return what a reader's shell there has exported."""
    simulator.edit(lambda state: state.update(brought_up.state))
    env = brought_up.copied_to(folder)
    for name, environment in OTHERS.items():
        (folder / f"Pulumi.{name}.yaml").write_text(f"config:\n{configuration(name, environment)}")
    path = f"{Path(sys.executable).parent}{os.pathsep}{env['PATH']}"
    return {**env, **simulator.variables, "PATH": path, "OSGI": OSGI, "AEM_MAIL": str(REPOSITORY)}


@pytest.mark.parametrize("page", typed_pages(), ids=lambda page: page.stem)
def test_a_page_works_as_it_stands_there(
    page: Path, brought_up: BroughtUp, simulator: Simulator, watch: SecretWatch, tmp_path: Path
) -> None:
    folder = tmp_path / "wknd-mail"
    env = prepared(brought_up, simulator, folder)
    somebody = Somebody(simulator, folder)

    with somebody.mailing, opened_shell(folder, env, tmp_path) as shell:
        assert shell.type("pulumi stack select dev").code == 0
        for block, done in typed(blocks_of(page), shell, folder, somebody.deeds):
            watch.text(f"the output of {block.text}", done.output)
            assert sorted(simulator.mutations()) == sorted(block.listed("sends")), done.output[-4000:]
            simulator.forget_journal()

    assert [lost(sent) for sent in somebody.sent if lost(sent)] == []
