"""What all tests share: hypothesis budgets by profile (``--hypothesis-profile``), pinned here, and which plans are compared with runs.

By default the examples are the same each time, so that a failure has a reason in what was changed. `make soak` tries fresh ones.
"""

import os
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("fresh", max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("default", settings.get_profile("fresh"), derandomize=True)
settings.register_profile("thorough", settings.get_profile("fresh"), max_examples=1000)
settings.load_profile("default")

# xdist sets it for its workers, and reports would fit a terminal that nobody has.
os.environ.pop("COLUMNS", None)


SLOW: Final = (
    *("cloud_manager/test_echoes.py", "checks/test_agreement.py", "cli/test_bad_input.py", "pipelines", "plan/prediction", "properties"),
    *("reports/test_rewording.py", "reports/test_sarif.py", "resources/test_arguments.py", "resources/test_resume.py", "soak"),
    *("simulator/control/test_page_in_chromium.py", "text/test_streams.py", "tools", "verdicts"),
)
"""What takes seconds: many seeds, or processes of its own. `make test-fast` leaves it out."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    folder = Path(__file__).parent
    for item in items:
        name = item.path.relative_to(folder).as_posix()
        if any(name == one or name.startswith(f"{one}/") for one in SLOW):
            item.add_marker("slow")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--prediction-seeds", type=int, metavar="N", help="compare the plans of N pairs of programs with their runs")
    parser.addoption("--prediction-first", type=int, default=0, metavar="SEED", help="the first of these pairs; default: %(default)s")
