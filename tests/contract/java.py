"""Java programs that judge: built once per user and version, and asked line by line."""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

LINES: Final = Path(__file__).with_name("Lines.java")
"""How each of them reads questions and writes answers."""
TOOLS: Final = ("mvn", "javac", "java")
COPY: Final = ("mvn", "--batch-mode", "--quiet", "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies")


class Judge:
    """A running one, and how much it was asked."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.answered = 0

    def ask(self, question: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return its answer to a question."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        answer: Mapping[str, Any] = json.loads(self._process.stdout.readline())
        self.answered += 1
        return answer


def built(sources: Path) -> Path:
    """Return the folder of a compiled judge and its libraries; skips the test where there is no Java."""
    absent = [tool for tool in TOOLS if shutil.which(tool) is None]
    if absent:
        pytest.skip(f"{' and '.join(absent)} not on PATH; the real {sources.name} needs a JDK and Maven")
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    contents = b"".join(file.read_bytes() for file in (sources / "pom.xml", sources / "Oracle.java", LINES))
    return build(sources, base / "aem-mail" / f"{sources.name}-oracle" / hashlib.sha256(contents).hexdigest()[:16])


def build(sources: Path, folder: Path) -> Path:
    """Fill the folder, unless that is done; other processes that want the same wait."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / "lock").open("w") as lock, tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.is_dir():
            staging = Path(scratch) / "oracle"
            (staging / "classes").mkdir(parents=True)
            run(*COPY, "--file", str(sources / "pom.xml"), f"-DoutputDirectory={staging / 'lib'}")
            run("javac", "-cp", f"{staging / 'lib'}/*", "-d", str(staging / "classes"), str(sources / "Oracle.java"), str(LINES))
            staging.rename(folder)
    return folder


def run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@contextmanager
def running(folder: Path, name: str, *arguments: str) -> Iterator[Judge]:
    """Run the class of that name, of a folder that was built."""
    command = ["java", "-XX:TieredStopAtLevel=1", "-cp", f"{folder / 'classes'}:{folder / 'lib'}/*", name, *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        yield Judge(process)
        assert process.stdin is not None
        process.stdin.close()
        process.wait(timeout=10)
