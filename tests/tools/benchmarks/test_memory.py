"""The peak memory is what the kernel says."""

from pathlib import Path

import pytest

from tools.benchmarks.memory import peak_of

STATUS = "Name:\tpython\nVmPeak:\t  900000 kB\nVmHWM:\t  100000 kB\nVmRSS:\t   90000 kB\n"


def test_the_largest_resident_set_counts_in_megabytes() -> None:
    assert peak_of(STATUS) == pytest.approx(102.4)


def test_a_process_that_has_none_counts_nothing() -> None:
    assert peak_of("Name:\tkthreadd\n") == 0


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="this system keeps no /proc")
def test_this_process_has_a_peak() -> None:
    assert peak_of(Path("/proc/self/status").read_text()) > 1
