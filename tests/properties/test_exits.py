"""Whatever others named things, every exit gives text that no terminal obeys and every encoding has, and values go unchanged."""

import ast
import contextlib
import io
import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pulumi
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pulumi.runtime.proto import engine_pb2, provider_pb2, status_pb2

import aem_mail
from aem_mail.cli.send import _shown, describe
from aem_mail.errors import AemMailError, InvalidInput, Problem
from aem_mail.kinds.requests import Answer, Origin
from aem_mail.resources.base import voice
from aem_mail.resources.base.engine_values import to_engine
from aem_mail.resources.base.plugin import EngineLog, Run
from aem_mail.resources.base.sdk import NotReady, _CleanTraceback, _init_failed
from aem_mail.resources.environment_variable import EnvVarProvider
from aem_mail.simulator.api.problems import Invalid, Missing
from aem_mail.simulator.api.problems import Problem as SimulatorProblem
from aem_mail.text.characters import visible
from aem_mail.text.streams import complain
from tests.hostile import HOSTILE
from tests.properties.hostile import texts

names = st.sampled_from(HOSTILE) | texts
within_one_test = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def encodable(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def assert_shown(text: str) -> None:
    """Assert that a text is one line that a terminal can be given and that UTF-8 has bytes for."""
    assert text == visible(text)
    assert encodable(text)


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> list[engine_pb2.LogRequest]:
    """Take this process for that of the plugin; return what the engine is told."""
    told: list[engine_pb2.LogRequest] = []
    monkeypatch.setattr(EngineLog, "_engine", SimpleNamespace(Log=lambda request, timeout: told.append(request)))
    return told


@within_one_test
@given(name=names)
def test_messages_to_the_engine(name: str, engine: list[engine_pb2.LogRequest]) -> None:
    engine.clear()
    run = Run()

    for tell in (run.say, run.warn, run.report):
        tell(f"Pipeline {name} goes on.")

    assert len(engine) == 3
    for request in engine:
        assert_shown(request.message)


@given(name=names)
def test_failures_of_a_check(name: str) -> None:
    inputs = {"program_id": name, "environment_id": name, "name": name, "value": "x", "service": name, "on_conflict": name}

    result = EnvVarProvider().check({}, {**inputs, "logical_name": name})

    assert result.failures
    for failure in result.failures:
        assert_shown(failure.reason)


def raised(error: Exception) -> str:
    """Return what the plugin tells the engine of an error that a call raised."""
    try:
        raise error
    except Exception:
        return _CleanTraceback(Run().told).format_exc()


@given(name=names)
def test_errors_of_a_call(name: str) -> None:
    assert_shown(raised(AemMailError(f"Environment {name} failed.")))
    for line in raised(ValueError(f"Environment {name} failed.")).split("\n"):
        assert_shown(line)


@given(name=names)
def test_reasons_why_a_resource_is_not_ready(name: str) -> None:
    outs, reason = to_engine({"name": name, "nested": {name: [name]}}), AemMailError(f"Environment {name} failed.")

    failed = _init_failed(NotReady("id", outs, outs, reason), Run().told(reason), {})

    assert_shown(failed.details)
    details = provider_pb2.ErrorResourceInitFailed()
    trailer = failed.trailing_metadata[0][1]
    assert isinstance(trailer, bytes)
    status = status_pb2.Status.FromString(trailer)
    status.details[0].Unpack(details)
    assert_shown(status.message)
    assert_shown(details.reasons[0])


@given(name=names)
def test_what_informs_is_recorded_visibly_and_what_is_compared_to_the_letter(name: str) -> None:
    answer = Answer(Origin.CREATED, None, {"status": name, "type": name, "infrastructure_id": name})

    outs = EnvVarProvider()._outs({"value": name}, answer, "created")

    for informing in ("status", "type", "infrastructure_id"):
        assert_shown(outs[informing])
    assert not encodable(name) or outs["value"] == name


@within_one_test
@given(name=names)
def test_what_is_read_is_recorded_likewise_and_the_engine_can_be_given_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    provider = EnvVarProvider()
    monkeypatch.setattr(EnvVarProvider, "read_live", lambda *_: {"value": name, "status": name, "type": name})

    read = provider.read("id", {"name": "A", "value": "x"})

    assert read.outs is not None
    assert read.inputs is not None
    assert_shown(read.outs["status"])
    assert_shown(read.outs["type"])
    assert encodable(read.outs["value"])
    assert not encodable(name) or read.outs["value"] == read.inputs["value"] == name
    assert set(read.inputs) == {"name", "value"}


@given(value=st.recursive(names, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3), max_leaves=6))
def test_every_recorded_value_has_bytes(value: Any) -> None:
    assert json.dumps(to_engine({"value": value}), ensure_ascii=False).encode("utf-8")


@within_one_test
@given(name=names)
def test_warnings_and_refusals_of_a_program(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", lambda text, _: told.append(text))

    voice.warn(f"The host {name} is not known.", SimpleNamespace())  # type: ignore[arg-type]
    refused = voice.refusal(InvalidInput("MailEgress mail", [Problem("smtp.host", name)]))

    assert_shown(told[0])
    for line in str(refused).split("\n"):
        assert_shown(line)


@given(name=names)
def test_what_commands_say_on_standard_error(name: str) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), "utf-8", "strict")

    with contextlib.redirect_stderr(stream):
        complain(f"{name} failed.")

    stream.seek(0)
    for line in stream.read().split("\n"):
        assert_shown(line)


@given(name=names)
def test_what_the_simulator_says_of_a_request(name: str) -> None:
    problem = SimulatorProblem(
        400, f"Bad {name}", errors=(f"{name} does not exist",), missing=(Missing(name),), invalid=(Invalid(name, f"not {name}", name),)
    )

    document = problem.document()

    for text in strings(document):
        assert_shown(text)


@given(name=names)
def test_what_became_of_a_message_is_one_line(name: str) -> None:
    resolved = {"host": name, "port": 465, "ssl": True, "user": name}
    result = {"delivered": False, "smtpCode": None, "stage": "tls", "error": name, "resolved": resolved}

    assert_shown(visible(describe(result)))


@given(name=names)
def test_a_mail_that_arrived_is_shown_in_visible_lines(name: str) -> None:
    mail = {"time": 0.0, "mailFrom": name, "rcptTo": [name], "subject": name, "body": name}

    for line in _shown(mail):
        assert_shown(line)


PRINTING = {
    "cli/check.py": "prints a report as JSON, whose texts are visible",
    "cli/init.py": "prints paths, names and files that are made visible",
    "cli/main.py": "prints a version",
    "cli/osgi.py": "prints JSON in ASCII",
    "cli/output.py": "prints reports, whose blocks and pages are visible",
    "cli/render.py": "prints paths and properties that are made visible",
    "cli/send.py": "prints JSON in ASCII, or visible lines",
    "cli/simulate.py": "prints JSON in ASCII",
    "cli/trial.py": "prints a visible line, and values for a shell, which go unchanged in its quotes",
    "pipelines/__main__.py": "prints what a step answers, as visible text",
    "pipelines/stack_lock.py": "prints a visible line",
    "publishing/__main__.py": "prints JSON in ASCII",
    "text/streams.py": "is the exit to standard error",
}
"""Modules that print, and why what they print is visible."""
TELLING = {"pulumi.RunError", "pulumi.log.debug", "pulumi.log.error", "pulumi.log.info", "pulumi.log.warn"}


def calls(module: Path) -> set[str]:
    return {ast.unparse(node.func) for node in ast.walk(ast.parse(module.read_text())) if isinstance(node, ast.Call)}


def test_there_is_no_other_exit() -> None:
    package = Path(str(aem_mail.__file__)).parent
    modules = {path.relative_to(package).as_posix(): calls(path) for path in package.rglob("*.py")}

    assert {name for name, called in modules.items() if "print" in called} == set(PRINTING)
    assert {name for name, called in modules.items() if called & TELLING} == {"resources/base/voice.py"}


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for item in value.items() for part in item for text in strings(part))
    elif isinstance(value, list):
        yield from (text for item in value for text in strings(item))
