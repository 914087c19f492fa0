"""Reading and resolving judged by the real Apache Felix libraries, as a Java process that answers line by line."""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings

from aem_mail.osgi import ConfigurationFileError, PlaceholderError, parse_configuration, resolve_properties, variables_lookup
from aem_mail.osgi.java_types import Float, number_text
from tests.contract.felix.generated import Case, commented_files, resolved_files, typed_files
from tests.osgi.described import all_described

pytestmark = pytest.mark.contract

SOURCES = Path(__file__).with_name("felix")
FILES = ("pom.xml", "Oracle.java")
TOOLS = ("mvn", "javac", "java")
CLASS = "org.apache.felix.configadmin.plugin.interpolation.Oracle"
COPY = ("mvn", "--batch-mode", "--quiet", "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies")

CASES = 250
"""Generated cases for each of the three kinds of file."""

oracle_settings = settings(
    max_examples=CASES, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much], database=None
)


class Oracle:
    """The real Felix: one file, with variables of both types, per question."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.answered = 0

    def ask(self, case: Case) -> Mapping[str, Any]:
        """Return `{"refused"}`, or `{"properties"}` with `{"resolved"}` or `{"failed"}`."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"file": case.file, "env": case.strings, "secrets": case.secrets}) + "\n")
        self._process.stdin.flush()
        answer: Mapping[str, Any] = json.loads(self._process.stdout.readline())
        self.answered += 1
        return answer


@pytest.fixture(scope="module")
def built_oracle() -> Path:
    """Return the folder of the compiled driver and its libraries, made once per user and version."""
    absent = [tool for tool in TOOLS if shutil.which(tool) is None]
    if absent:
        pytest.skip(f"{' and '.join(absent)} not on PATH; the real Felix needs a JDK and Maven")
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    contents = b"".join((SOURCES / name).read_bytes() for name in FILES)
    return build(base / "aem-mail" / "felix-oracle" / hashlib.sha256(contents).hexdigest()[:16])


def build(folder: Path) -> Path:
    """Fill the folder, unless that is done; other processes that want the same wait."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / "lock").open("w") as lock, tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.is_dir():
            staging = Path(scratch) / "oracle"
            (staging / "classes").mkdir(parents=True)
            run(*COPY, "--file", str(SOURCES / "pom.xml"), f"-DoutputDirectory={staging / 'lib'}")
            run("javac", "-cp", f"{staging / 'lib'}/*", "-d", str(staging / "classes"), str(SOURCES / "Oracle.java"))
            staging.rename(folder)
    return folder


def run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def oracle(built_oracle: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Oracle]:
    secrets = tmp_path_factory.mktemp("secrets")
    command = ["java", "-XX:TieredStopAtLevel=1", "-cp", f"{built_oracle / 'classes'}:{built_oracle / 'lib'}/*", CLASS, str(secrets)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        yield Oracle(process)
        assert process.stdin is not None
        process.stdin.close()
        process.wait(timeout=10)


def ours(case: Case) -> dict[str, Any]:
    """Answer in the oracle's form; reasons are for people and not compared."""
    try:
        properties = parse_configuration(case.file)
    except ConfigurationFileError:
        return {"refused": True}
    try:
        resolved = resolve_properties(properties, variables_lookup(case.strings, case.secrets))
    except PlaceholderError:
        return {"properties": all_described(properties), "failed": True}
    return {"properties": all_described(properties), "resolved": all_described(resolved)}


def judged(oracle: Oracle, case: Case) -> dict[str, Any]:
    answer = {key: True if key in ("refused", "failed") else shortest(value) for key, value in oracle.ask(case).items()}
    # An array within a text becomes its class and address in memory, which nobody can foresee.
    assume("[L" not in json.dumps(answer) and "[I@" not in json.dumps(answer))
    return answer


def shortest(described: Any) -> Any:
    """Write numbers as Java does since 19; before, some had a digit more than they needed (JDK-4511638)."""
    if isinstance(described, list):
        return [shortest(each) for each in described]
    if not isinstance(described, dict):
        return described
    if described.get("type") in ("Double", "Float") and isinstance(described["value"], str):
        number = float(described["value"])
        return {**described, "value": number_text(Float(number) if described["type"] == "Float" else number)}
    return {key: shortest(value) for key, value in described.items()}


@oracle_settings
@given(case=resolved_files())
def test_placeholders_become_what_felix_makes_of_them(oracle: Oracle, case: Case) -> None:
    assert ours(case) == judged(oracle, case)


@oracle_settings
@given(case=typed_files())
def test_typed_keys_become_what_felix_makes_of_them(oracle: Oracle, case: Case) -> None:
    assert ours(case) == judged(oracle, case)


@oracle_settings
@given(case=commented_files())
def test_files_with_comments_are_read_or_refused_as_felix_does(oracle: Oracle, case: Case) -> None:
    assert ours(case) == judged(oracle, case)
