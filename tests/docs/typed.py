"""Pages typed as they stand there: one bash for a page, block by block, each compared with what the page promises of it."""

import subprocess
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from tests.docs.markdown import Block
from tools.demo.sessions import end_session

LONGEST: Final = 240.0
"""Seconds after which a block counts as hanging."""
OVER: Final = "this block is over, it ended with"
TYPED: Final = f"""
first_failure=0
trap 'status=$?; [ $first_failure != 0 ] || first_failure=$status' ERR
. '{{path}}' < /dev/null
trap - ERR
printf '\\n%s %s\\n' '{OVER}' "$first_failure"
"""


@dataclass(frozen=True, slots=True)
class Typed:
    """What a block printed, on both streams, and the status of the first command in it that failed, else 0."""

    code: int
    output: str


@dataclass(frozen=True, slots=True)
class Shell:
    """What the reader has in front of them: where it is and what it exports stays from block to block."""

    process: "subprocess.Popen[str]"
    folder: Path

    def type(self, text: str) -> Typed:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        path = self.folder / "block.sh"
        path.write_text(text, encoding="utf-8")
        with limited(self.process):
            self.process.stdin.write(TYPED.format(path=path))
            self.process.stdin.flush()
            return _read(self.process.stdout)


def _read(output: IO[str]) -> Typed:
    lines: list[str] = []
    for line in output:
        if line.startswith(OVER):
            return Typed(int(line.removeprefix(OVER)), "".join(lines))
        lines.append(line)
    raise AssertionError(f"the shell has ended, or the block took too long: {''.join(lines)[-4000:]}")


@contextmanager
def limited(process: "subprocess.Popen[str]") -> Iterator[None]:
    limit = threading.Timer(LONGEST, end_session, (process.pid,))
    limit.start()
    try:
        yield
    finally:
        limit.cancel()


@contextmanager
def opened_shell(folder: Path, environ: Mapping[str, str], scratch: Path) -> Iterator[Shell]:
    """Open a bash in ``folder``, in a session of its own, of which nothing is left afterwards."""
    with subprocess.Popen(
        ["bash", "--noprofile", "--norc"],
        cwd=folder,
        env=environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield Shell(process, scratch)
        finally:
            end_session(process.pid)


def typed(
    page: Iterable[Block], shell: Shell, folder: Path, somebody: Mapping[str, Callable[[], None]] | None = None
) -> Iterator[tuple[Block, Typed]]:
    """Write the files of a page and type its commands; yield each shell block with what came of it.

    What the page marks as not typed is left out. ``somebody`` does what a mark says to happen first.
    """
    for block in page:
        for deed in block.all("first"):
            (somebody or {})[deed]()
        if block.file is not None:
            (folder / block.file).write_text(block.text, encoding="utf-8")
        elif block.language == "sh" and not block.all("not typed"):
            yield block, kept_promise(block, shell.type(block.text))


def kept_promise(block: Block, done: Typed) -> Typed:
    """Assert that a block ended and printed what its page says."""
    assert done.code == block.exit_code, f"{block.text}ended with {done.code}, not {block.exit_code}:\n{done.output[-4000:]}"
    shown = " ".join(done.output.split())
    assert [words for words in block.all("prints") if words not in shown] == [], f"{block.text}printed:\n{done.output[-4000:]}"
    return done
