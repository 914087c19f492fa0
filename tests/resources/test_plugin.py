"""The plugin's thread pool is widened where it can be; where it cannot, one line says so and nothing else happens."""

import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

import __main__
from aem_mail.resources import plugin


def at_once(executor: ThreadPoolExecutor, calls: int) -> int:
    """Return how many of ``calls`` blocking calls run at the same time."""
    running, most, lock = 0, 0, threading.Lock()

    def call() -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.05)
        with lock:
            running -= 1

    for future in [executor.submit(call) for _ in range(calls)]:
        future.result()
    return most


def widened_after(seconds: float) -> bool:
    time.sleep(seconds)
    return plugin.widen(32)


def test_a_pool_of_four_is_widened_from_one_of_its_own_threads() -> None:
    with ThreadPoolExecutor(max_workers=4) as executor:
        assert at_once(executor, 20) == 4
        assert executor.submit(plugin.widen, 32).result()
        assert at_once(executor, 20) == 20


def test_calls_that_are_queued_already_get_a_thread() -> None:
    with ThreadPoolExecutor(max_workers=4) as executor:
        first = executor.submit(widened_after, 0.1)
        began = time.monotonic()
        others = [executor.submit(time.sleep, 0.2) for _ in range(20)]
        assert first.result()
        for other in others:
            other.result()

        assert time.monotonic() - began < 0.2 * 20 / 4


def test_where_the_pool_cannot_be_found_one_line_says_what_that_means(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)

    assert plugin.widen(32) is False

    assert [record.message for record in caplog.records if "operations run at a time" in record.message] == [
        "Only 4 operations run at a time here; everything works, with more changes per environment than necessary."
    ]


def test_outside_the_plugin_process_nothing_is_adjusted() -> None:
    plugin.prepare()

    assert not isinstance(getattr(__main__, "traceback", None), plugin._CleanTraceback)
