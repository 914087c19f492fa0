"""The plugin's thread pool is widened where it can be; where it cannot, one line says so and nothing else happens."""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

import __main__
from aem_mail.resources.base import plugin

LONG = 60.0


def run_in_groups(executor: ThreadPoolExecutor, calls: int, size: int) -> int:
    """Carry out calls of which each waits until ``size`` of them run; return how many ran at most at the same time."""
    running, most, lock, together = 0, 0, threading.Lock(), threading.Barrier(size)

    def call() -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        together.wait(LONG)
        with lock:
            running -= 1

    for future in [executor.submit(call) for _ in range(calls)]:
        future.result()
    return most


def test_a_pool_of_four_is_widened_from_one_of_its_own_threads() -> None:
    with ThreadPoolExecutor(max_workers=4) as executor:
        assert run_in_groups(executor, 20, 4) == 4
        assert executor.submit(plugin.widen, 32).result()
        assert run_in_groups(executor, 20, 20) == 20


def test_calls_that_are_queued_already_get_a_thread() -> None:
    queued = threading.Event()

    def widen() -> bool:
        assert queued.wait(LONG)
        return plugin.widen(32)

    with ThreadPoolExecutor(max_workers=4) as executor:
        first = executor.submit(widen)
        together = threading.Barrier(20)
        others = [executor.submit(together.wait, LONG) for _ in range(20)]
        queued.set()

        assert first.result()
        assert sorted(other.result() for other in others) == list(range(20))


def test_where_the_pool_cannot_be_found_one_line_says_what_that_means(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)

    assert plugin.widen(32) is False

    assert [record.message for record in caplog.records if "operations run at a time" in record.message] == [
        "Only 4 operations run at a time here; everything works, with more changes per environment than necessary."
    ]


def test_outside_the_plugin_process_nothing_is_adjusted() -> None:
    plugin.prepare()

    assert not isinstance(getattr(__main__, "traceback", None), plugin._CleanTraceback)
