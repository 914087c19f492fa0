"""Whatever a file, a folder or an argument holds: a finding, or one message and exit code 3, and nothing that a terminal obeys."""

import json
import os
import subprocess
import sys
from pathlib import Path
from time import process_time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aem_mail.cli.main import main
from tests.checks.situations import MAIL_FILE, mail_file, write

ENVIRONMENT = ("check", "--program", "10001", "--environment", "20001", "--offline")
TOO_LONG = "a" * 5000
BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + at)}: &{chr(98 + at)} [{','.join(['*' + chr(97 + at)] * 9)}]\n" for at in range(9)
)
SECONDS = 20
"""Far more than anything here takes, and far less than what has no bound would."""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "osgi", {"config/com.example.Other.cfg.json": "{}"})
    return tmp_path / "osgi"


def found(capsys: pytest.CaptureFixture[str], project: Path, form: str = "json") -> tuple[int, str]:
    code = main([*ENVIRONMENT, "--directory", str(project), "--output", form])
    captured = capsys.readouterr()
    assert captured.err == ""
    return code, captured.out


def refused(capsys: pytest.CaptureFixture[str], *args: str) -> str:
    """Run a command that is to refuse its input and return the one line that it says."""
    began = process_time()
    assert main(list(args)) == 3
    assert process_time() - began < SECONDS
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert captured.err.rstrip("\n").isprintable()
    return captured.err


UNUSABLE_FILES = {
    "too large": (b" " * (1 << 18) + b"{}", "more than 128 KiB"),
    "nested lists": (b"[" * 100_000, "nested too deeply"),
    "nested objects": (b'{"a":' * 20_000, "nested too deeply"),
    "an endless number": (b'{"smtp.port": ' + b"9" * 50_000 + b"}", "a number has thousands of digits"),
    "not UTF-8": ('{"a": "é"}'.encode("latin-1"), "not encoded in UTF-8"),
    "UTF-16": (mail_file().encode("utf-16"), "not encoded in UTF-8"),
    "a byte order mark": (b"\xef\xbb\xbf" + mail_file().encode(), "no valid JSON"),
    "zeros": (bytes(100), "no valid JSON"),
    "nothing": (b"", "no valid JSON"),
    "cut off": (mail_file()[:40].encode(), "no valid JSON"),
    "a list": (b"[1]", "no JSON object at the top"),
    "null": (b'{"smtp.host": null}', "is null"),
}


@pytest.mark.parametrize(("content", "reason"), UNUSABLE_FILES.values(), ids=UNUSABLE_FILES)
def test_a_file_that_cannot_be_used_is_a_finding_that_says_why(
    content: bytes, reason: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / MAIL_FILE).write_bytes(content)
    began = process_time()

    code, out = found(capsys, project)

    assert process_time() - began < SECONDS
    refusals = [one["effect"] for one in json.loads(out)["environments"][0]["findings"] if one["where"] == MAIL_FILE]
    assert code == 2
    assert any(reason in effect for effect in refusals), refusals


def make_directory(path: Path) -> None:
    path.mkdir()


def make_loop(path: Path) -> None:
    path.symlink_to(path)


def make_dangling(path: Path) -> None:
    path.symlink_to("absent")


def make_link_outside(path: Path) -> None:
    outside = path.parents[2] / "outside.json"
    outside.write_text(mail_file())
    path.symlink_to(outside)


def make_unreadable(path: Path) -> None:
    path.symlink_to("/proc/self/mem")


@pytest.mark.parametrize("make", [make_directory, make_loop, make_dangling, make_link_outside, make_unreadable, os.mkfifo])
def test_what_is_called_like_a_file_and_is_none_is_not_read(make: object, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert callable(make)
    make(project / MAIL_FILE)

    code, out = found(capsys, project)

    ids = [one["id"] for one in json.loads(out)["environments"][0]["findings"]]
    assert (code, set(ids)) == (2, {"M26"})


def test_a_folder_that_leads_out_of_the_project_is_not_read(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "outside", {Path(MAIL_FILE).name: mail_file(smtp_password="hunter2")})
    (project / "config.author").symlink_to(tmp_path / "outside")

    code, out = found(capsys, project)

    assert code == 2
    assert "leaves" in out
    assert "M31" not in [one["id"] for one in json.loads(out)["environments"][0]["findings"]]


HOSTILE = '{"smtp.host": "\\u001b[2J\\ud800\\u202e\\u009b", "smtp.port": "\\u0007"}'


@pytest.mark.parametrize("form", ["text", "json", "markdown", "html", "junit"])
def test_what_a_terminal_would_obey_and_what_no_encoding_has_is_not_printed(
    form: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / MAIL_FILE).write_text(HOSTILE)
    name = os.fsencode(project) + b"/config/com.day.cq.mailer.\x1b[2J\xffMailService.cfg.json"
    Path(os.fsdecode(name)).write_bytes(b"{}")

    code, out = found(capsys, project, form)

    assert code == 2
    assert out.encode("utf-8")
    assert not {"\x07", "\x1b", "\x9b", "\u202e"} & set(out)


def test_a_terminal_that_lacks_characters_shows_their_numbers(project: Path) -> None:
    write(project, {MAIL_FILE: mail_file(smtp_host="smtp.wknd.site")})
    command = [sys.executable, "-m", "aem_mail.cli.main", *ENVIRONMENT, "--directory", str(project)]

    ended = subprocess.run(command, capture_output=True, env={**os.environ, "PYTHONIOENCODING": "ascii"}, check=False)

    assert (ended.returncode, ended.stderr) == (2, b"")
    assert b"M01" in ended.stdout


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ((*ENVIRONMENT, "--directory", TOO_LONG), "cannot be listed: File name too long"),
        ((*ENVIRONMENT, "--directory", "/dev/null"), "is no directory"),
        ((*ENVIRONMENT, "--ignore-file", TOO_LONG), "is no file"),
        ((*ENVIRONMENT, "--ignore-file", "/dev/zero"), "is no file"),
        (("check", "--cwd", TOO_LONG), "is no directory"),
        (("check", "--program", "../10001", "--environment", "20001", "--offline"), "--program: must be the program's number"),
        (("check", "--program", "1", "--environment", "\x1b[2J", "--offline"), "--environment: must be the environment's number"),
        (("osgi", "resolve", TOO_LONG), "File name too long"),
        (("osgi", "resolve", "/proc/self/mem"), "cannot be read: Input/output error"),
        (("osgi", "resolve", "osgi/config/com.example.Other.cfg.json", "--variables", TOO_LONG), "File name too long"),
        (("osgi", "resolve", "osgi/config/com.example.Other.cfg.json", "--secrets", TOO_LONG), "is no directory"),
        (("explain", "\x1b[2J"), "nothing is known about it"),
        (("explain", "💥" * 10_000), "nothing is known about it"),
    ],
)
def test_arguments_that_cannot_work_are_one_message(
    args: tuple[str, ...], message: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert message in refused(capsys, *args)


def test_wrong_usage_repeats_nothing_that_a_terminal_obeys(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["plan", "\x1b[2J"])

    assert ended.value.code == 3
    assert "\x1b" not in capsys.readouterr().err


@pytest.mark.parametrize("answer", ["535 " * 30_000, "\x1b[2J 535", "\udcff 535", "535\n5.7.8", "535" + " 5" * 2000])
def test_an_answer_is_explained_whatever_is_around_it(answer: str, capsys: pytest.CaptureFixture[str]) -> None:
    began = process_time()

    assert main(["explain", answer]) == 0

    assert process_time() - began < SECONDS
    assert capsys.readouterr().out.replace("\n", "").isprintable()


DECISIONS = {
    "binary": b"\xff\xfe\0",
    "a bomb": BOMB.encode(),
    "nested": b"[" * 3000,
    "too large": b"# \n" * (1 << 18),
    "a Python object": b"- !!python/object/apply:os.system [id]",
    "two documents": b"---\na\n---\nb",
    "a date that is none": b"- {check: M01, reason: a, owner: b, expires: 9999-99-99}",
    "nothing": b"- ~",
    "a list for an id": b"- {check: [M01], reason: a, owner: b, expires: 2030-01-01}",
    "control characters": b'- {check: "\\e[2J", reason: a, owner: b, expires: 2030-01-01}',
    "half a character": b'- {check: "\\ud800", reason: a, owner: b, expires: 2030-01-01}',
    "numbers": b"- {check: 5, reason: 5, owner: 5, expires: 5}",
    "a key that is none": b"- {[a]: b}",
}


@pytest.mark.parametrize("content", DECISIONS.values(), ids=DECISIONS)
def test_a_file_of_ignores_of_another_shape_is_one_message(content: bytes, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project.parent / "ignores.yaml").write_bytes(content)

    assert "ignores.yaml: " in refused(capsys, *ENVIRONMENT, "--directory", "osgi", "--ignore-file", "ignores.yaml")


VARIABLES = {
    "a bomb": BOMB.encode(),
    "nested": b"[" * 100_000,
    "nested objects": b'{"A":' * 100_000,
    "nested entries": b"- " * 5000 + b"x",
    "too large": b"# \n" * (1 << 19),
    "a Python object": b"A: !!python/object/apply:os.system [id]",
    "two documents": b"---\nA: a\n---\nB: b",
    "a key that is none": b"[a]: b",
    "a value that is none": b"A: ~",
    "a list": b"A: [1]",
    "zeros": b"A: \0",
    "control characters": b"A: \x1b[2J",
    "control characters in a name": b'{"A\\u001b[2J": null}',
    "UTF-16": "A: x".encode("utf-16"),
    "Latin-1": "A: é".encode("latin-1"),
    "a tab": b"A: x\n\tB: y",
    "an entry without a name": b"- {value: 5}",
    "another type": b"- {name: A, type: secret, value: x}",
    "another service": b"- {name: A, value: x, service: dev}",
    "another field": b"- {name: A, value: x, region: x}",
    "the same twice": b"- {name: A, value: x}\n- {name: A, value: y}",
    "an object for a name": b"- {name: {a: b}, value: x}",
}


@pytest.mark.parametrize("content", VARIABLES.values(), ids=VARIABLES)
def test_a_variables_file_of_another_shape_is_one_message(content: bytes, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project.parent / "variables.yaml").write_bytes(content)

    assert "variables.yaml" in refused(capsys, "osgi", "resolve", "osgi/config/com.example.Other.cfg.json", "--variables", "variables.yaml")


@pytest.mark.parametrize("name", ["a" * 300, "..", "a/b", "a\0b", "."])
def test_a_secret_whose_name_can_be_no_files_stays_unresolved(name: str, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = project.parent / "a.cfg.json"
    file.write_text(json.dumps({"a": f"$[secret:{name}]"}))

    assert main(["osgi", "resolve", str(file), "--secrets", str(project)]) == 0

    assert len(json.loads(capsys.readouterr().out)["unresolved"]) == 1


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_no_content_ends_a_command_otherwise_than_it_promises(content: bytes, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / MAIL_FILE).write_bytes(content)
    (project.parent / "ignores.yaml").write_bytes(content)

    assert main([*ENVIRONMENT, "--directory", str(project)]) in (0, 2)
    assert main([*ENVIRONMENT, "--directory", str(project), "--ignore-file", "ignores.yaml"]) in (0, 2, 3)
    assert main(["osgi", "resolve", str(project / MAIL_FILE)]) in (0, 3)
    assert main(["osgi", "resolve", "osgi/config/com.example.Other.cfg.json", "--variables", "ignores.yaml"]) in (0, 3)
    capsys.readouterr()


def test_a_hundred_thousand_files_cost_no_more_than_their_listing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "config.author").mkdir()
    for folder in ("config", "config.author"):
        # Further names of one file: as many to list, and quick to make.
        first = project / folder / "com.example.Service.cfg.json"
        first.write_bytes(b"{}")
        for number in range(50_000):
            first.with_name(f"com.example.Service{number}.cfg.json").hardlink_to(first)
    write(project, {MAIL_FILE: mail_file()})
    began = process_time()

    code, out = found(capsys, project)

    assert process_time() - began < SECONDS
    assert (code, json.loads(out)["environments"][0]["findings"]) == (0, [])
