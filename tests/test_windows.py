"""Package, command line, provider and simulator have nothing on their way that Windows lacks, as far as that can be told elsewhere.

`make lint` checks the types of the package as on Windows too, where names that only POSIX has are not there, and that files name their
encoding. Here are the other kinds: text of processes, paths, waits, sockets, what is printed, and what is refused.
"""

import ast
import io
import os
import re
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pulumi
import pytest
import yaml

import aem_mail
from aem_mail import PublishedConfiguration, PublishedConfigurationArgs
from aem_mail.cli.project import apps_below
from aem_mail.files import FileUnusable, write_within
from aem_mail.pipelines.stack_lock import run_unlocked
from aem_mail.simulator import server
from aem_mail.text import streams

REPOSITORY: Final = Path(__file__).resolve().parent.parent
PACKAGE: Final = Path(str(aem_mail.__file__)).parent
MODULES: Final = {path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in PACKAGE.rglob("*.py")}
STARTERS: Final = {"Popen", "check_output", "run"}
POSIX_MODULES: Final = {"fcntl", "grp", "pty", "pwd", "resource", "termios"}
POSIX_NAMES: Final = {"SIGKILL", "chmod", "fork", "geteuid", "getuid", "killpg", "mkfifo", "setsid", "symlink_to", "umask"}
POSIX_PROGRAMS: Final = {"bash", "make", "sh"}
WAITS_FOR_A_PROCESS: Final = {"pipelines/stack_lock.py"}
"""That a Ctrl-C reaches by itself."""


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in list(sys.modules.values()):
        if getattr(module, "__name__", "").startswith("aem_mail.") and "is_windows" in vars(module):
            monkeypatch.setattr(module, "is_windows", lambda: True)


def calls(name: str) -> Iterator[tuple[str, ast.Call]]:
    """Yield the calls of a method, or of a function of a module, with their places."""
    for path, module in MODULES.items():
        for node in ast.walk(module):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == name:
                yield f"{path}:{node.lineno}", node


def of_subprocess(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name) and call.func.value.id == "subprocess"


def test_what_processes_say_is_read_in_a_named_encoding_or_as_bytes_and_no_shell_runs_them() -> None:
    found = {place: {one.arg for one in call.keywords} for name in STARTERS for place, call in calls(name) if of_subprocess(call)}

    assert len(found) >= 3
    assert {place: given & {"shell", "text", "universal_newlines"} for place, given in found.items()} == {place: set() for place in found}


def test_no_wait_lasts_until_somebody_else_ends_it() -> None:
    """On Windows a Ctrl-C does not interrupt one."""
    without_end = [place for place, call in calls("wait") if not call.args and not call.keywords]

    assert [place for place in without_end if place.partition(":")[0] not in WAITS_FOR_A_PROCESS] == []


def test_a_path_that_is_shown_or_compared_has_slashes() -> None:
    shown = {ast.unparse(call.func.value) for _, call in calls("as_posix") if isinstance(call.func, ast.Attribute)}

    relative = {ast.unparse(call) for name in ("relative_to", "relpath") for _, call in calls(name)}
    assert relative
    assert {one for one in relative if not one.startswith("posixpath.") and not any(one in given for given in shown)} == set()


def test_modes_are_set_in_one_place() -> None:
    """Windows has none: what is private there is what lies in a private folder."""
    assert {place.partition(":")[0] for place, _ in calls("chmod")} == {"files.py"}


def test_what_runs_on_windows_in_ci_needs_no_posix() -> None:
    job = yaml.safe_load((REPOSITORY / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8"))["jobs"]["windows"]
    named = [REPOSITORY / one for one in re.findall(r"tests/[\w/.]+", job["steps"][-1]["run"])]
    modules = [module for path in named for module in ([path] if path.is_file() else sorted(path.rglob("*.py")))]

    assert len(modules) > 100
    assert {str(path.relative_to(REPOSITORY)): found for path in modules if (found := posix_in(path))} == {}


def posix_in(path: Path) -> set[str]:
    """Return what a module of tests names that Windows lacks."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    names = {node.attr for node in nodes if isinstance(node, ast.Attribute)} | {node.id for node in nodes if isinstance(node, ast.Name)}
    texts = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    modules = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    here = path == Path(__file__)
    return set() if here else (names & POSIX_NAMES) | (texts & POSIX_PROGRAMS) | (modules & POSIX_MODULES)


def test_folders_below_a_directory_are_named_with_slashes(tmp_path: Path) -> None:
    (tmp_path / "ui.config" / "osgiconfig" / "config").mkdir(parents=True)

    found = apps_below(tmp_path, (), tmp_path)

    assert "\\" not in repr(found)


def test_two_simulators_do_not_share_a_port() -> None:
    assert getattr(socket, "SO_EXCLUSIVEADDRUSE", socket.SO_REUSEADDR) == server.REUSE
    with server.listening_socket("127.0.0.1", 0) as first:
        first.listen()
        with pytest.raises(OSError, match=r"in use|10048|10013"):
            server.listening_socket("127.0.0.1", first.getsockname()[1])


@pytest.mark.usefixtures("windows")
def test_a_report_in_a_pipe_or_a_file_is_in_utf_8() -> None:
    written = io.BytesIO()
    stream = io.TextIOWrapper(written, encoding="cp1252")

    streams.write_as_utf8(stream)
    print("ümläut → …", file=stream, flush=True)

    assert written.getvalue().decode("utf-8").strip() == "ümläut → …"


@pytest.mark.usefixtures("windows")
def test_a_reader_that_has_gone_is_not_complained_of(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError(22, "Invalid argument")

    monkeypatch.setattr(sys, "stdout", Gone())

    assert streams.run_printing(lambda: print("x") or 0) == streams.LOST
    assert capsys.readouterr().err == ""


def test_a_file_that_a_program_has_open_is_said_to_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Held(PermissionError):
        winerror = 32

    def refuse(*_: object) -> None:
        raise Held(13, "The process cannot access the file because it is being used by another process")

    monkeypatch.setattr(Path, "replace", refuse)

    with pytest.raises(FileUnusable, match="close the program that has it open"):
        write_within(tmp_path, tmp_path / "file", b"")


@pytest.mark.usefixtures("windows")
def test_publishing_says_that_it_needs_wsl() -> None:
    configurations = [{"pid": "com.day.cq.mailer.DefaultMailService", "content": "{}"}]
    args = PublishedConfigurationArgs("10001", "20001", "https://git.example.com/wknd.git", "main", "ui.config/osgiconfig", configurations)

    with pytest.raises(pulumi.RunError, match=r"PublishedConfiguration mail: needs a POSIX shell, .* run Pulumi in WSL"):
        PublishedConfiguration("mail", args)


@pytest.mark.usefixtures("windows")
def test_a_step_waits_for_its_command_and_hands_on_its_code() -> None:
    assert run_unlocked([sys.executable, "-c", f"raise SystemExit({len(os.sep) + 4})"], 1) == 5
