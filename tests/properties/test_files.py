"""Whatever bytes lie where a file is expected, the commands that read it end with an exit code of theirs and a sentence."""

import contextlib
import io
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.checks.ignores import parse_ignores, read_ignores
from aem_mail.cli.main import main
from aem_mail.osgi import OsgiError, load_configuration, parse_configuration, resolve_properties, variables_lookup
from aem_mail.osgi.variables_file import parse_variables
from tests.properties.hostile import CANARY, json_bytes, spoiled, taken, texts, values
from tests.secrets import SecretWatch

PID = "com.day.cq.mailer.DefaultMailService"
OSGI = json.dumps({"smtp.host": "$[env:AEM_PROXY_HOST;default=proxy.tunnel]", "smtp.port:Integer": 30465, "smtp.ssl": True}).encode()
VARIABLES = json.dumps([{"name": "EMAIL_PASSWORD", "type": "secretString", "value": CANARY, "service": "author"}]).encode()
IGNORES = b"- check: M02\n  reason: it is known\n  owner: mail team\n  expires: 2030-12-31\n"

osgi_bytes = (
    spoiled(OSGI) | values().map(json_bytes) | st.binary(max_size=60) | texts.map(lambda text: text.encode("utf-8", "surrogatepass"))
)
variables_bytes = spoiled(VARIABLES) | values().map(json_bytes) | st.binary(max_size=60)
ignores_bytes = spoiled(IGNORES) | values().map(json_bytes) | st.binary(max_size=60)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as path:
        yield Path(path)


def osgi_taken(act: Any) -> Any:
    try:
        return taken(act)
    except OsgiError as error:
        SecretWatch(CANARY).text("an error of OSGi", f"{error} {error!r}")
        return error


@given(content=osgi_bytes, variables=st.dictionaries(texts, texts, max_size=3))
def test_any_configuration_file_is_read_or_refused(content: bytes, variables: dict[str, str], folder: Path) -> None:
    project = folder / "config"
    project.mkdir(exist_ok=True)
    (project / f"{PID}.cfg.json").write_bytes(content)

    found = osgi_taken(lambda: load_configuration(folder, ("author", "dev")))

    if isinstance(found, dict):
        osgi_taken(lambda: resolve_properties(found[PID], variables_lookup(variables, {"EMAIL_PASSWORD": CANARY})))


@given(text=texts | values().map(json.dumps))
def test_any_text_of_a_configuration_is_read_or_refused(text: str) -> None:
    osgi_taken(lambda: parse_configuration(text))


@given(text=texts | values().map(json.dumps) | variables_bytes.map(lambda content: content.decode("utf-8", "replace")))
def test_any_variables_file_is_read_or_refused(text: str) -> None:
    osgi_taken(lambda: parse_variables(text))


@given(content=ignores_bytes)
def test_any_ignore_file_is_read_or_refused(content: bytes, folder: Path) -> None:
    path = folder / "aem-mail-ignore.yaml"
    path.write_bytes(content)

    taken(lambda: read_ignores(path))
    taken(lambda: parse_ignores(content.decode("utf-8", "replace"), "text"))


@given(content=osgi_bytes, variables=variables_bytes)
def test_osgi_resolve_ends_as_its_documentation_says(content: bytes, variables: bytes, folder: Path) -> None:
    (folder / "file.cfg.json").write_bytes(content)
    (folder / "variables.json").write_bytes(variables)

    code, said = ended("osgi", "resolve", str(folder / "file.cfg.json"), "--variables", str(folder / "variables.json"))

    assert code in {0, 3}
    assert (code == 3) == bool(said)


def ended(*arguments: str) -> tuple[int, str]:
    """Run a command with streams as a terminal has them; return its exit code and what it said on stderr, which holds no secret."""
    out = io.TextIOWrapper(io.BytesIO(), "utf-8", "strict")
    err = io.TextIOWrapper(io.BytesIO(), "utf-8", "backslashreplace")
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = taken(lambda: main(arguments))
        out.flush()
        err.flush()
    err.seek(0)
    said = err.read()
    SecretWatch(CANARY).text("what is printed to stderr", said)
    assert "Traceback" not in said
    return code, said


@pytest.mark.parametrize("path", ["/dev/zero", "/dev", "/proc/self/mem", "/nowhere", "\0"])
def test_what_is_no_file_is_refused_at_once(path: str) -> None:
    code, said = ended("osgi", "resolve", path)

    assert code == 3
    assert said
