"""A file is read and written in one way: regular, bounded, never waited for, in one step, and a link is never replaced."""

import ast
import errno
import os
import socket
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st

import aem_mail
from aem_mail.checks.ignores import read_ignores
from aem_mail.cli import files as options
from aem_mail.cli.adoption_files import Project
from aem_mail.cloud_manager.proxy_and_tls import tls_context
from aem_mail.errors import AemMailError
from aem_mail.files import (
    FileAbsent,
    FileUnusable,
    emptied_private,
    leaves_by_link,
    read_bytes,
    read_text,
    stage_within,
    write_private,
    write_within,
)
from aem_mail.osgi.errors import ConfigurationFileError
from aem_mail.osgi.project import Tree
from aem_mail.pipelines.errors import PipelineError
from aem_mail.pipelines.report import read_changes
from aem_mail.resources.base import configuration_file
from aem_mail.resources.base.reference import NotReadable, resolve
from aem_mail.simulator.state.storage import Storage, StorageError
from aem_mail.variables import variables_from_file

LARGEST: Final = 2048


def make_pipe(path: Path) -> None:
    os.mkfifo(path)


def make_folder(path: Path) -> None:
    path.mkdir()


def make_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as bound:
        before = Path.cwd()
        os.chdir(path.parent)
        try:
            bound.bind(path.name)
        finally:
            os.chdir(before)


def make_loop(path: Path) -> None:
    path.symlink_to(path.with_name("back"))
    path.with_name("back").symlink_to(path)


def make_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def make_huge(path: Path) -> None:
    path.write_bytes(b"x" * (LARGEST + 1))


UNREADABLE: Final[dict[str, tuple[Callable[[Path], None], str]]] = {
    "a named pipe": (make_pipe, "it is a named pipe; name a regular file"),
    "a folder": (make_folder, "it is a folder; name a regular file"),
    "a socket": (make_socket, "No such device or address; it is a socket or a device; name a regular file"),
    "a loop of links": (make_loop, "Too many levels of symbolic links; its symbolic links lead to each other"),
    "a device": (make_device, "it is a device; name a regular file"),
    "a huge file": (make_huge, "it has more than 2 KiB; make it smaller"),
}


@pytest.mark.parametrize(("make", "why"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_is_one_sentence_with_the_name_the_cause_and_the_next_step(
    make: Callable[[Path], None], why: str, tmp_path: Path
) -> None:
    make(tmp_path / "it")

    with pytest.raises(FileUnusable) as raised:
        read_bytes(tmp_path / "it", LARGEST)

    assert str(raised.value).startswith(f"{tmp_path / 'it'} cannot be read: {why}")
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("name", ["a\0b", "\ud800", "a" * 300, "/".join(["a" * 200] * 30), "file/below"])
def test_a_path_that_no_system_takes_is_one_sentence(name: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    for act in (lambda: read_bytes(tmp_path / name, LARGEST), lambda: write_private(tmp_path / name, b"")):
        with pytest.raises(FileUnusable, match="; "):
            act()
    with pytest.raises(FileUnusable, match=r"cannot be written: .*; "):
        write_within(tmp_path, tmp_path / name, b"")


def test_a_file_that_is_not_there_is_told_from_one_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("nowhere")

    with pytest.raises(FileAbsent, match="absent does not exist; create it or correct the path"):
        read_bytes(tmp_path / "absent", LARGEST)
    with pytest.raises(FileAbsent, match="a symbolic link that leads nowhere"):
        read_bytes(tmp_path / "link", LARGEST)


def test_no_right_to_read_says_what_to_give(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(FileUnusable, match="cannot be read: Permission denied; give the user that runs this access to it"):
        read_text(tmp_path / "a", LARGEST)


def test_another_encoding_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"\xff")

    with pytest.raises(FileUnusable, match="cannot be read: it is not encoded in UTF-8; save it as UTF-8"):
        read_text(tmp_path / "a", LARGEST)


@given(content=st.binary(max_size=LARGEST))
def test_what_was_written_is_read(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("files") / "a"
    write_private(path, content)
    assert read_bytes(path, LARGEST) == content
    write_within(path.parent, path, content * 2)
    assert read_bytes(path, 2 * LARGEST) == content * 2
    assert [one.name for one in path.parent.iterdir()] == ["a"]


def test_a_private_file_is_its_owners_only_and_a_source_file_keeps_its_mode(tmp_path: Path) -> None:
    private, source, new = tmp_path / "private", tmp_path / "source", tmp_path / "folder" / "new"
    for path in (private, source):
        path.write_text("old")
        path.chmod(0o640)

    write_private(private, b"")
    write_within(tmp_path, source, b"")
    write_within(tmp_path, new, b"")

    assert [stat.S_IMODE(path.stat().st_mode) for path in (private, source, new)] == [0o600, 0o640, 0o644]


@pytest.mark.parametrize("make", [make_pipe, make_folder, make_socket, make_loop, make_device])
def test_what_is_no_file_is_not_replaced_by_one(make: Callable[[Path], None], tmp_path: Path) -> None:
    make(tmp_path / "it")
    before = (tmp_path / "it").lstat()

    with pytest.raises(FileUnusable, match="cannot be written: "):
        write_within(Path("/"), tmp_path / "it", b"")
    with pytest.raises(FileUnusable, match="cannot be written: "):
        write_private(tmp_path / "it", b"")

    assert (tmp_path / "it").lstat() == before
    assert not list(tmp_path.glob(".aem-mail.*"))


@pytest.mark.parametrize("there", [True, False])
def test_a_link_within_the_tree_is_followed_and_stays(there: bool, tmp_path: Path) -> None:
    target, link = tmp_path / "real" / "a", tmp_path / "config" / "a"
    link.parent.mkdir()
    link.symlink_to(Path("..") / "real" / "a")
    if there:
        target.parent.mkdir()
        target.write_text("old")

    write_within(tmp_path, link, b"new")

    assert link.is_symlink()
    assert target.read_text() == "new"
    assert [one.name for one in link.parent.iterdir()] == ["a"]


def test_a_link_out_of_the_tree_is_refused_and_stays(tmp_path: Path) -> None:
    tree, outside = tmp_path / "tree", tmp_path / "outside"
    tree.mkdir()
    outside.write_text("precious")
    (tree / "a").symlink_to(outside)

    for path in (tree / "a", tree / ".." / "tree" / "a"):
        with pytest.raises(FileUnusable, match="a symbolic link on its path leads out of"):
            write_within(tree, path, b"new")

    assert outside.read_text() == "precious"


def test_a_path_that_is_declared_to_lie_elsewhere_may_not_leave_its_own_folder(tmp_path: Path) -> None:
    tree, beside = tmp_path / "tree", tmp_path / "beside"
    tree.mkdir()
    beside.mkdir()
    (beside / "b").symlink_to(tree / "c")

    write_within(tree, tree / ".." / "beside" / "a", b"new")
    with pytest.raises(FileUnusable, match="leads out of"):
        write_within(tree, tree / ".." / "beside" / "b", b"new")

    assert (beside / "a").read_bytes() == b"new"
    assert not (tree / "c").exists()


def test_a_file_for_another_process_is_its_owners_only_and_empty_before_it_writes(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text("of an earlier one")
    path.chmod(0o644)

    with emptied_private(path) as log:
        log.write(b"new")

    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"new", 0o600)


def test_a_private_file_follows_no_link(tmp_path: Path) -> None:
    (tmp_path / "victim").write_text("precious")
    (tmp_path / "link").symlink_to("victim")

    with pytest.raises(FileUnusable, match="cannot be written: it is a symbolic link; name the file itself"):
        write_private(tmp_path / "link", b"new")

    assert (tmp_path / "victim").read_text() == "precious"


def test_what_is_staged_changes_nothing_until_it_is_put(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("old")

    stage_within(tmp_path, tmp_path / "a", b"discarded").discard()
    staged = stage_within(tmp_path, tmp_path / "a", b"new")

    assert (tmp_path / "a").read_text() == "old"
    staged.put()
    assert (tmp_path / "a").read_text() == "new"
    assert [one.name for one in tmp_path.iterdir()] == ["a"]


def test_a_name_as_long_as_the_system_takes_is_written(tmp_path: Path) -> None:
    path = tmp_path / ("a" * 255)

    write_within(tmp_path, path, b"new")

    assert path.read_bytes() == b"new"


def test_a_loop_leaves_nothing(tmp_path: Path) -> None:
    make_loop(tmp_path / "loop")

    assert not leaves_by_link(tmp_path / "loop" / "a", tmp_path)


ELSEWHERE: Final = {
    "reports/mail_path/svg.py": "reads a file of this package, which may lie in an archive",
    "presets/answers.py": "reads a file of this package, which may lie in an archive",
    "presets/providers.py": "reads a file of this package, which may lie in an archive",
    "publishing/claims.py": "marks a claim by an empty file, which nobody reads",
    "reports/html.py": "reads a file of this package, which may lie in an archive",
    "resources/base/shared_text.py": "passes a text to a process of the same run, in a file that only this user can make",
    "simulator/decisions.py": "reads a file of this package, which may lie in an archive",
    "simulator/control/page.py": "reads a file of this package, which may lie in an archive",
    "text/palette.py": "reads a file of this package, which may lie in an archive",
    "text/streams.py": "opens the null device in place of a standard stream",
}
"""Modules that may open something themselves, and why."""
OPENING: Final = {"fdopen", "mkstemp", "NamedTemporaryFile", "open_code", "read_bytes", "touch", "write_bytes", "write_text"}
MODES: Final = {"r", "rb", "r+", "w", "wb", "a", "ab", "x", "xb"}


def openings(module: Path) -> Iterator[str]:
    """Yield each call of a module that opens a file, as it is written."""
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Call) and is_opening(node):
            yield f"{ast.unparse(node)} in line {node.lineno}"


def is_opening(call: ast.Call) -> bool:
    modes = [one.value for one in (*call.args, *(keyword.value for keyword in call.keywords)) if isinstance(one, ast.Constant)]
    match call.func:
        case ast.Name(id="open"):
            return True
        case ast.Attribute(value=ast.Name(id="os" | "io" | "tempfile"), attr=name):
            return name in OPENING | {"open"}
        case ast.Attribute(attr="open"):
            return any(mode in MODES for mode in modes)
        case ast.Attribute(attr="read_text", value=value):
            return not (isinstance(value, ast.Name) and value.id == "files")
        case ast.Attribute(attr=name, value=value):
            return name in OPENING and not (isinstance(value, ast.Name) and value.id == "files")
    return False


def test_no_other_module_opens_a_file_itself() -> None:
    package = Path(str(aem_mail.__file__)).parent
    excepted = {"files.py", *ELSEWHERE}
    found = [
        f"{path.relative_to(package)}: {opening}"
        for path in sorted(package.rglob("*.py"))
        if path.relative_to(package).as_posix() not in excepted
        for opening in openings(path)
    ]

    assert found == []


def test_every_exception_is_still_one() -> None:
    package = Path(str(aem_mail.__file__)).parent

    assert [name for name in ELSEWHERE if not list(openings(package / name))] == []


def project(path: Path) -> object:
    path.with_name("Pulumi.yaml").symlink_to(path)
    return Project.at(path.parent)


def variables(path: Path) -> object:
    return variables_from_file(str(path), "10001", "20001")


READERS: Final[dict[str, Callable[[Path], object]]] = {
    "an OSGi configuration": configuration_file.read,
    "one of an AEM project": lambda path: Tree(path.parent, (path.name,)).text(path.name),
    "a reference": lambda path: resolve("file:it", path.parent),
    "a file of ignores": read_ignores,
    "a file of variables": variables,
    "Pulumi.yaml": project,
    "certificates": lambda path: tls_context({"SSL_CERT_FILE": str(path)}),
    "the simulator's state": lambda path: Storage(path).load(0, 1),
    "an option's file": lambda path: options.read_text(path, "--seed", LARGEST),
    "a plan of a pipeline": read_changes,
}
REFUSALS: Final = (AemMailError, ConfigurationFileError, NotReadable, PipelineError, StorageError, pulumi.RunError)


@pytest.mark.parametrize("make", [make_pipe, make_socket, make_loop, make_device])
@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_every_reader_ends_with_a_sentence_where_there_is_no_file(
    read: Callable[[Path], object], make: Callable[[Path], None], tmp_path: Path
) -> None:
    make(tmp_path / "it")

    with pytest.raises(REFUSALS) as raised:
        read(tmp_path / "it")

    assert str(raised.value).count("\n") == 0


def test_a_variable_that_its_file_calls_deleted_is_not_declared(tmp_path: Path) -> None:
    file = tmp_path / "variables.json"
    file.write_text('[{"name": "A_1", "value": ""}, {"name": "A_2", "type": "secretString", "value": "", "service": "author"}]')

    assert variables(file) == []
