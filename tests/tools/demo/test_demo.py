"""The demo as a whole: real engine, real simulator, real processes."""

import os
import signal
from pathlib import Path

import pytest

from tests.tools.demo.performance import performance

pytestmark = [pytest.mark.flow, pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for processes in /proc")]


def test_everything_goes_as_told_and_nothing_is_left(tmp_path: Path) -> None:
    with performance(tmp_path) as demo:
        told, complaints = demo.end()

        assert (demo.process.returncode, complaints) == (0, ""), told
        everything, next_step = told.splitlines()[-2:]
        assert everything.startswith("Everything went as told")
        assert "README.md" in next_step
        assert demo.left() == {}


@pytest.mark.parametrize("interruption", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_in_the_middle_of_an_up_nothing_is_left(interruption: signal.Signals, tmp_path: Path) -> None:
    with performance(tmp_path) as demo:
        demo.until("  $ pulumi up")
        demo.until_it_is_there(lambda: any("pulumi-resource-pulumi-python" in command for command in demo.processes().values()))
        demo.process.send_signal(interruption)
        demo.end()

        assert demo.process.returncode == 128 + interruption
        assert demo.left() == {}


def test_interrupted_before_it_has_begun_nothing_is_left(tmp_path: Path) -> None:
    with performance(tmp_path) as demo:
        demo.until_it_is_there(lambda: list(demo.temporary.iterdir()))
        demo.process.send_signal(signal.SIGTERM)
        demo.end()

        assert demo.process.returncode == 128 + signal.SIGTERM
        assert demo.left() == {}


def test_a_simulator_that_dies_ends_the_story_with_a_complaint(tmp_path: Path) -> None:
    with performance(tmp_path) as demo:
        demo.until("3. ")
        simulator = next(process for process, command in demo.processes().items() if "aem-mail simulate" in command)
        os.kill(simulator, signal.SIGKILL)
        told, complaints = demo.end()

        assert demo.process.returncode == 1
        assert "demo: not as told, in chapter 3: " in complaints
        assert "Everything went as told" not in told
        assert "Traceback" not in complaints
        assert demo.left() == {}
