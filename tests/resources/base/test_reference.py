"""References are read whole and unchanged, and say why where they cannot be read."""

import os
from pathlib import Path
from typing import Any

import pulumi
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aem_mail.errors import InvalidInput
from aem_mail.files import leaves_by_link
from aem_mail.model import UNKNOWN
from aem_mail.resources.base.engine_values import to_engine
from aem_mail.resources.base.program import NAME, declaration
from aem_mail.resources.base.reference import MOST_BYTES, NotReadable, resolve
from tests.resources.programs import secret, variables
from tests.rollout.harness import Bench


def test_an_environment_variable_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SMTP_PASSWORD", ' "true" ')

    assert resolve("env:SMTP_PASSWORD", tmp_path) == ' "true" '


@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=200).filter(lambda text: not text.endswith(("\n", "\r"))))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_file_is_read_to_the_letter_but_for_one_line_break_at_its_end(tmp_path: Path, text: str) -> None:
    (tmp_path / "secret").write_bytes(f"{text}\n".encode())

    assert resolve("file:secret", tmp_path) == text


@pytest.mark.parametrize(
    ("reference", "why"),
    [
        ("env:NOT_SET_ANYWHERE", "NOT_SET_ANYWHERE is not set"),
        ("env:BINARY", "BINARY is not UTF-8"),
        ("file:absent", "does not exist"),
        ("file:folder", "cannot be read"),
        ("file:binary", "not encoded in UTF-8"),
        ("file:huge", "has more than 64 KiB"),
        ("file:link", "symbolic link"),
        ("vault:secret", "begins with"),
    ],
)
def test_what_cannot_be_read_says_why(reference: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BINARY", os.fsdecode(b"\xff\xfe"))
    project = tmp_path / "project"
    (project / "folder").mkdir(parents=True)
    (project / "binary").write_bytes(b"\xff\xfe")
    (project / "huge").write_bytes(b"x" * (MOST_BYTES + 1))
    (tmp_path / "elsewhere").write_text("secret")
    (project / "link").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(NotReadable, match=why):
        resolve(reference, project)


def test_a_path_that_says_that_it_leaves_the_folder_does_not_leave_by_a_link(tmp_path: Path) -> None:
    assert not leaves_by_link(tmp_path / "project" / ".." / "aem", tmp_path / "project")


@pytest.mark.parametrize(("length", "words"), [(499, []), (500, ["has 500 characters"]), (2048, ["has 2048 characters"])])
def test_a_referenced_secret_that_may_be_too_long_is_warned_of_at_preview(
    length: int, words: list[str], said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REFRESH_TOKEN", "x" * length)
    provider, inputs = secret("TOKEN", None, value_from="env:REFRESH_TOKEN")

    assert provider.check({}, {**inputs, "logical_name": "token"}).failures == []

    assert len(said) == len(words)
    assert all(word in text for word, text in zip(words, said, strict=True))
    assert "xxx" not in " ".join(said)


def test_a_reference_that_cannot_be_read_is_one_warning_of_a_preview_whoever_refers_to_it(
    said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SMTP_PASSWORD", raising=False)
    references = {"AA": "env:SMTP_PASSWORD", "BB": "env:SMTP_PASSWORD", "CC": "file:absent"}

    for name, reference in references.items():
        provider, inputs = secret(name, None, value_from=reference)
        assert provider.check({}, {**inputs, "logical_name": name.lower()}).failures == []

    later = "A preview goes on without the value; `pulumi up` needs it as soon as it has something to write"
    assert said == [
        f"SecretEnvVar aa: value_from: the environment variable SMTP_PASSWORD is not set; set it where Pulumi runs. {later}",
        f"SecretEnvVar cc: value_from: the file absent does not exist; create it or correct the path. {later}",
    ]


def test_a_reference_that_only_another_process_will_know_is_no_warning(said: list[str]) -> None:
    provider, inputs = secret("AA", None, value_from=UNKNOWN)

    assert provider.check({}, to_engine({**inputs, "logical_name": "a"})).failures == []
    assert said == []


def test_a_reference_that_cannot_be_read_is_an_error_where_it_is_written(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SMTP_PASSWORD", raising=False)
    provider, inputs = secret("EMAIL_PASSWORD", None, value_from="env:SMTP_PASSWORD")

    with pytest.raises(InvalidInput, match="value_from: the environment variable SMTP_PASSWORD is not set"):
        provider.create(provider.check({}, {**inputs, "logical_name": "password"}).inputs)

    assert bench.mutations() == []


def test_a_reference_to_a_stand_in_is_refused_at_preview_unless_it_is_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMTP_PASSWORD", "****")
    provider, inputs = secret("EMAIL_PASSWORD", None, value_from="env:SMTP_PASSWORD")
    checked = {**inputs, "logical_name": "password"}

    (failure,) = provider.check({}, checked).failures

    assert "value_from: is a stand-in for a secret" in failure.reason
    assert "****" not in failure.reason
    assert provider.check({}, {**checked, "allow_placeholder": True}).failures == []


def test_a_reference_that_became_a_stand_in_is_refused_before_it_is_written(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    provider, inputs = secret("EMAIL_PASSWORD", None, value_from="env:SMTP_PASSWORD")
    monkeypatch.setenv("SMTP_PASSWORD", "correct horse battery")
    checked = provider.check({}, {**inputs, "logical_name": "password"}).inputs
    monkeypatch.setenv("SMTP_PASSWORD", "****")

    with pytest.raises(InvalidInput, match="value_from: is a stand-in for a secret"):
        provider.create(checked)

    assert bench.mutations() == []


def test_a_reference_is_read_once_in_a_check_so_that_all_that_is_said_is_of_one_value(
    said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    values = iter(["x" * 500, "****", "another secret"])
    monkeypatch.setattr("aem_mail.resources.environment_variable.resolve", lambda reference, project: next(values))
    provider, inputs = secret("TOKEN", None, value_from="file:rotated")

    checked = provider.check({}, {**inputs, "logical_name": "token"})

    assert checked.failures == []
    assert ["has 500 characters" in text for text in said] == [True]
    assert list(values) == ["****", "another secret"]
    monkeypatch.setattr("aem_mail.resources.environment_variable.resolve", lambda reference, project: "x" * 500)
    assert provider.check(checked.inputs, {**inputs, "logical_name": "token"}).inputs["fingerprint"] == checked.inputs["fingerprint"]


@pytest.mark.parametrize(
    ("given", "recorded"),
    [
        ({"value": UNKNOWN}, {}),
        ({"value_from": UNKNOWN}, {}),
        ({"value_from": "env:NOT_SET"}, {}),
        ({"value_from": "env:NOT_SET"}, {"value_from": "env:BEFORE", "fingerprint": "fp1:1"}),
        ({"value_from": "env:NOT_SET"}, {"value_from": "env:NOT_SET"}),
        ({"value": "a-value", "service": UNKNOWN}, {}),
        ({"value_from": "env:SET"}, {"value_from": "env:SET", "fingerprint": "fp2:1"}),
    ],
)
@pytest.mark.parametrize("plural", [False, True])
def test_only_a_preview_leaves_open_what_only_up_can_tell_of_a_secret(
    given: dict[str, Any], recorded: dict[str, Any], plural: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SET", "a-value")
    provider, inputs = variables(secrets={"TOKEN": given}) if plural else secret("TOKEN", **{"value": None, **given})
    before = (
        variables(secrets={"TOKEN": recorded}, fingerprints=fingerprints(recorded))[1]
        if plural
        else secret("TOKEN", **{"value": None, **recorded})[1]
    )

    def told(dry_run: bool) -> Any:
        program = {NAME: {"stack": "", "dry_run": dry_run, "urn": "", "declared": declaration([])}}
        checked = provider.check(to_engine(before), to_engine({**inputs, **program, "logical_name": "token"})).inputs
        return checked.get("fingerprints", {}).get("TOKEN") if plural else checked.get("fingerprint")

    assert told(dry_run=True) == pulumi.output.UNKNOWN
    assert told(dry_run=False) != pulumi.output.UNKNOWN


def fingerprints(recorded: dict[str, Any]) -> dict[str, str]:
    return {"TOKEN": recorded["fingerprint"]} if "fingerprint" in recorded else {}


def test_a_preview_shows_the_fingerprint_of_what_it_can_read_and_the_recorded_one_of_what_it_could_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    provider, inputs = secret("TOKEN", None, value_from="env:NOT_SET")
    program = {NAME: {"stack": "", "dry_run": True, "urn": "", "declared": declaration([])}, "logical_name": "token"}

    assert provider.check({**inputs, "fingerprint": "fp1:1"}, {**inputs, **program}).inputs["fingerprint"] == "fp1:1"
    monkeypatch.setenv("NOT_SET", "a-value")
    assert provider.check({}, {**inputs, **program}).inputs["fingerprint"].startswith("fp1:")
