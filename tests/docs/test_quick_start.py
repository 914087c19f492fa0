"""The README's quick start, typed as it stands there, by somebody who has nothing but the wheel, a Python and Pulumi."""

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.docs.markdown import README, blocks, section
from tests.docs.typed import opened_shell
from tests.released import Released
from tests.secrets import SecretWatch
from tools.engine import environment

pytestmark = pytest.mark.flow

QUICK_START: Final = section(README, "Quick start")
INSTALL, COMMANDS, END = (block.text for block in blocks(QUICK_START) if block.language == "sh")
(MAIL,) = (block.text for block in blocks(QUICK_START) if block.language == "text")
PATH, PLAN = (block.text for block in blocks(README.read_text(encoding="utf-8").partition("\n## ")[0]))
SHOWN: Final = {"pulumi up --yes": "aem-mail plan", "pulumi destroy --yes": "aem-mail check"}
"""Commands whose answers the README shows, typed before those of the quick start."""

MOST_COMMANDS: Final = 6
PROMISED_SECONDS: Final = 60
LOADED: Final = 5
"""How much longer it may take on a machine that does other things too."""
PACKAGE: Final = "aem-mail[simulator]"
FOREIGN: Final = ("AEM_MAIL_", "CLOUDMANAGER_", "EMAIL_", "MAKE", "MFLAGS", "PULUMI_", "PYTHON", "VIRTUAL_ENV", "XDG_")
OF_THE_ENGINE: Final = ("PULUMI_SKIP_UPDATE_CHECK", "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION")


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    return Released(tmp_path / "released", None).wheel


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Path]:
    """Return an empty folder; with it goes the simulator that was started there."""
    folder = tmp_path / "empty"
    folder.mkdir()
    yield folder
    shutil.rmtree(folder)


def new_user(home: Path) -> dict[str, str]:
    """Return the surroundings of somebody who has nothing but a Python, pip's configuration, and the command `pulumi`."""
    (home / "bin").mkdir(parents=True)
    (home / "bin" / "python3").symlink_to(sys._base_executable)  # type: ignore[attr-defined]
    engine = environment()
    on_path = [str(home / "bin"), *(entry for entry in engine["PATH"].split(os.pathsep) if Path(entry) != Path(sys.prefix) / "bin")]
    return {
        **{name: text for name, text in engine.items() if name in OF_THE_ENGINE or not name.startswith(FOREIGN)},
        "HOME": str(home),
        "XDG_CONFIG_HOME": os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config"),
        "PATH": os.pathsep.join(on_path),
    }


def lines() -> Iterator[str]:
    for line in (*COMMANDS.splitlines(), *END.splitlines()):
        if line in SHOWN:
            yield SHOWN[line]
        yield line


def test_the_wheel_alone_takes_a_new_user_to_a_delivered_mail(
    wheel: Path, empty: Path, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    said, seconds = {}, {}
    with opened_shell(empty, new_user(tmp_path / "home"), tmp_path) as shell:
        assert shell.type(INSTALL.replace(PACKAGE, f"{wheel}[simulator]")).code == 0
        for line in lines():
            began = time.monotonic()
            done = shell.type(line)
            assert done.code == 0, done.output[-4000:]
            said[line], seconds[line] = done.output, time.monotonic() - began

    assert MAIL in said["aem-mail send"]
    assert PLAN in said["aem-mail plan"]
    assert PATH in said["aem-mail check"]
    assert "- 7 deleted" in said["pulumi destroy --yes"]
    assert "has ended." in said["aem-mail simulate --stop"]
    watch = SecretWatch("password123")
    watch.folder(empty / "wknd-mail", "the project")
    in_all = sum(seconds[line] for line in COMMANDS.splitlines())
    record_property("seconds", round(in_all, 1))
    print(f"from the installed package to the mail: {in_all:.1f} s")
    assert in_all < LOADED * PROMISED_SECONDS


def test_the_quick_start_has_few_commands() -> None:
    assert len(COMMANDS.splitlines()) <= MOST_COMMANDS
    assert COMMANDS.splitlines()[-1] == "aem-mail send"
