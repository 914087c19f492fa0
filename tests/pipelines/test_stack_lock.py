import io
import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.cloud_manager.outcome import pause
from aem_mail.pipelines import stack_lock
from aem_mail.pipelines.__main__ import main
from aem_mail.pipelines.errors import WrongUse
from aem_mail.pipelines.stack_lock import StillLocked, run_unlocked, without_violating_values

DIY = "error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock file"
CLOUD = "error: [409] Conflict: Another update is currently in progress."
REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(params=[DIY, CLOUD])
def pulumi(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Return a command that is locked out the first two times, and then succeeds."""
    command = tmp_path / "pulumi"
    count = tmp_path / "count"
    command.write_text(
        f"#!/bin/sh\necho run >> {count}\n[ $(wc -l < {count}) -gt 2 ] && echo updated && exit 0\n"
        f"printf 'error: [500] x\\n{request.param}\\n' >&2\nexit 255\n"
    )
    command.chmod(0o755)
    return command


def test_a_locked_stack_is_waited_for_with_growing_pauses(pulumi: Path, capfd: pytest.CaptureFixture[str]) -> None:
    pauses: list[float] = []

    assert run_unlocked([str(pulumi), "up"], 3600, pauses.append) == 0

    assert len(pauses) == 2
    assert 2.5 <= pauses[0] <= 5 <= pauses[1] <= 10
    assert "updated" in capfd.readouterr().out


def test_a_lock_that_does_not_go_away_is_given_up(pulumi: Path) -> None:
    with pytest.raises(StillLocked, match="pulumi cancel"):
        run_unlocked([str(pulumi)], 1, lambda _: None)


@pytest.mark.parametrize(
    "script",
    [
        "echo 'error: update failed' >&2; exit 255",
        f"echo '  said a resource: {DIY}' >&2; exit 255",
        "exit 2",
    ],
)
def test_any_other_failure_is_handed_on_at_once(script: str) -> None:
    pauses: list[float] = []

    assert run_unlocked(["sh", "-c", script], 3600, pauses.append) in {255, 2}

    assert pauses == []


def test_what_says_locked_and_succeeds_is_not_run_again() -> None:
    assert run_unlocked(["sh", "-c", f"echo '{DIY}'"], 3600, lambda _: pytest.fail("waited")) == 0


def test_values_that_violate_a_plan_are_not_passed_on(capfd: pytest.CaptureFixture[str]) -> None:
    """As the engine, 3.259.0, prints them: a secret in plain text, with its line breaks."""
    said = (
        "     ~  aem:SecretEnvVar pw **refreshing failed (1s)** error: resource urn:x::pw violates plan: properties changed: "
        "=~fingerprint[{fp1:2a68}], =~value[{&{{canary\nof-two-lines}}}]\n"
        "    error: resource urn:x::pw violates plan: properties changed: =~value[{&{{canary [a]\nof-two-lines]\nor canary more}}}]\n"
        "    1 errored\n"
    )

    run_unlocked(["printf", "%s", said], 1)

    printed = capfd.readouterr().out
    assert "canary" not in printed
    assert "of-two-lines" not in printed
    assert printed.count("urn:x::pw violates plan") == 2
    assert printed.endswith("    1 errored\n")


LINES_LIKE_THE_ENGINES = (
    *("    error: {}", "@ updating {}", "    - name: {}", "  {} (x):", "    ~ {}: x", "Outputs: {}", "    3 {}", "error: {}", "info: {}"),
    *(
        "    + 1 created",
        "Resources:",
        "Diagnostics:",
        "Duration: 3s",
        "",
        "]",
        "{}]",
        "x}}}}]",
        "{}}}}}]",
        "{} violates plan: properties changed: x]",
    ),
)
"""What a line of a secret may look like; with its own words in the place of the braces."""


@given(
    secret=st.lists(st.sampled_from(LINES_LIKE_THE_ENGINES).map(lambda line: line.format("canary")), min_size=1, max_size=8),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_no_line_of_a_value_of_several_is_shown_whatever_it_looks_like(secret: list[str], end: str) -> None:
    value = end.join(secret)
    error = f"error: resource urn:x::pw violates plan: properties changed: =~value[{{&{{{{{value}}}}}}}]\n"
    printed = f"Updating (dev):\n     ~  aem:SecretEnvVar pw **failed** {error}Diagnostics:\n    {error}\nResources:\n    1 errored\n"

    shown = "".join(without_violating_values(io.StringIO(printed, newline=None)))

    assert "canary" not in shown
    assert shown.count("urn:x::pw violates plan") == 2
    assert shown.startswith("Updating (dev):\n")
    assert shown.endswith("Resources:\n    1 errored\n")


def test_no_line_of_a_value_is_shown_when_it_comes_in_pieces(capfd: pytest.CaptureFixture[str]) -> None:
    value = "=~value[{&{{one]\n    err|or: canary\r|\nerror: can|ary}}}]"
    said = f"error: resource urn:x::pw violates plan: prop|erties changed: {value}\n    1 errored\n"

    run_unlocked(["sh", "-c", f'for piece in {shlex.join(said.split("|"))}; do printf %s "$piece"; sleep 0.02; done'], 1)

    printed = capfd.readouterr().out
    assert "canary" not in printed
    assert printed.endswith("    1 errored\n")


@given(lines=st.lists(st.text(st.characters(exclude_characters="\n")).map("{}\n".format)))
def test_whatever_else_is_printed_is_passed_on(lines: list[str]) -> None:
    assert list(without_violating_values(lines)) == lines


def test_a_command_that_is_not_there_is_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="cannot be run"):
        run_unlocked([str(tmp_path / "nowhere")], 1)
    assert main(["with-stack-lock"]) == 3
    assert main(["with-stack-lock", "--", "sh", "-c", "exit 4"]) == 4


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_runner_that_stops_the_job_stops_pulumi_too(number: signal.Signals, tmp_path: Path) -> None:
    script = f"trap 'echo ended > {tmp_path}/ended; exit 1' TERM INT; echo up > {tmp_path}/up; while :; do sleep 0.05; done"
    step = subprocess.Popen([sys.executable, "-m", "aem_mail.pipelines", "with-stack-lock", "--", "sh", "-c", script], cwd=REPOSITORY)
    while not (tmp_path / "up").exists():
        time.sleep(0.01)
    os.kill(step.pid, number)

    assert step.wait(60) == 1
    assert (tmp_path / "ended").exists()


@given(attempt=st.integers(1, 10**6), jitter=st.floats(0, 1))
def test_pauses_grow_to_a_bound_and_are_spread(attempt: int, jitter: float) -> None:
    seconds = pause(attempt, jitter, first=stack_lock.FIRST, longest=stack_lock.LONGEST)

    assert stack_lock.FIRST / 2 <= seconds <= stack_lock.LONGEST
    assert seconds <= pause(attempt + 1, jitter, first=stack_lock.FIRST, longest=stack_lock.LONGEST)
