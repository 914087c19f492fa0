"""The README's quick start, typed as it stands there, in a fresh folder and one shell."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import pytest

from tests.docs.markdown import README, REPOSITORY, Block, blocks, section
from tests.secrets import SecretWatch

pytestmark = pytest.mark.flow

QUICK_START = "Quick start on the simulator"
PORT = "8765"
LONGEST = 600.0
DELIVERED = "Delivered, SMTP code 250."
SECRETS = ("password123", "simulator-client-secret-not-a-real-one")

PREFIXES = ("AEM_MAIL_", "CLOUDMANAGER_", "EMAIL_", "MAKE", "MFLAGS", "PULUMI_", "VIRTUAL_ENV")


def free_port() -> str:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return str(taken.getsockname()[1])


def package_of(checkout: Path) -> Path:
    """Copy what pip needs, so that its build leaves nothing in the repository."""
    for name in ("pyproject.toml", "README.md"):
        checkout.mkdir(exist_ok=True)
        shutil.copy(REPOSITORY / name, checkout)
    shutil.copytree(REPOSITORY / "aem_mail", checkout / "aem_mail", ignore=shutil.ignore_patterns("__pycache__"))
    return checkout


def new_user(folder: Path) -> dict[str, str]:
    """Return the surroundings of somebody who has nothing but a Python, pip's configuration, and an engine in the cache."""
    for name in ("home", "bin"):
        (folder / name).mkdir()
    (folder / "bin" / "python3").symlink_to(sys._base_executable)  # type: ignore[attr-defined]
    home = Path.home()
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(PREFIXES)},
        "HOME": str(folder / "home"),
        # By this name `make` finds the Python of the .venv that is in use, and leaves that as it is.
        "PYTHON": sys._base_executable,  # type: ignore[attr-defined]
        "XDG_CACHE_HOME": os.environ.get("XDG_CACHE_HOME") or str(home / ".cache"),
        "XDG_CONFIG_HOME": os.environ.get("XDG_CONFIG_HOME") or str(home / ".config"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def typed(quick_start: list[Block], folder: Path, port: str) -> Iterator[str]:
    """Yield a script that does what the reader does: write the files, type the blocks, wait where there is something to wait for."""
    yield "set -e"
    for number, block in enumerate(quick_start):
        path = folder / f"block-{number}.sh"
        path.write_text(block.text.replace(PORT, port), encoding="utf-8")
        if block.file is not None:
            yield f"cp '{path}' {block.file}"
        elif block.exit_code:
            yield f"set +e; . '{path}'; code=$?; set -e; test $code = {block.exit_code}"
        else:
            yield f". '{path}'"
        if "export AEM_MAIL=" in block.text:
            yield f"export AEM_MAIL='{folder / 'checkout'}' PATH='{folder / 'bin'}':\"$PATH\""
        if "aem-mail simulate" in block.text:
            yield f"curl --silent --output /dev/null --retry 60 --retry-delay 1 --retry-connrefused http://127.0.0.1:{port}/_sim/clock"


def run(script: str, environ: Mapping[str, str], log: Path) -> int:
    """Run a script in a session of its own, of which nothing is left afterwards."""
    with log.open("w") as output:
        shell = subprocess.Popen(
            ["bash", "-c", script],
            cwd=REPOSITORY,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            return shell.wait(LONGEST)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(shell.pid, signal.SIGKILL)
            shell.wait()


@pytest.fixture(scope="module")
def quick_start() -> list[Block]:
    return list(blocks(section(README, QUICK_START)))


def test_the_quick_start_works_as_it_stands_there(quick_start: list[Block], tmp_path: Path) -> None:
    package_of(tmp_path / "checkout")
    log = tmp_path / "log"

    code = run("\n".join(typed(quick_start, tmp_path, free_port())), new_user(tmp_path), log)

    output = log.read_text(encoding="utf-8")
    assert code == 0, output[-4000:]
    assert output.count(DELIVERED) == 2
    assert output.count("Not delivered: stopped at stage ") == 1
    assert "port_dest is 587 instead of 465. Fix: 1 PUT" in output
    assert "- 8 deleted" in output
    project = tmp_path / "home" / "wknd-mail"
    assert [path.name for path in project.rglob("*.cfg.json")] == ["com.day.cq.mailer.DefaultMailService.cfg.json"]
    watch = SecretWatch(SECRETS[0])
    watch.folder(project / "aem-project", "the AEM project")
    watch.folder(project / "state", "the state")


def test_the_quick_start_is_a_project_of_another_name_with_all_its_files(quick_start: list[Block]) -> None:
    files = {block.file: block.text for block in quick_start if block.file is not None}

    assert files.keys() == {"Pulumi.yaml", "__main__.py"}
    assert not files["Pulumi.yaml"].startswith("name: aem-mail\n")
    assert {block.language for block in quick_start if block.file is None} == {"sh"}
