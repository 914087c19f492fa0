"""The oldest SDK that pyproject.toml allows is one that has been tested: `python -m tools.lowest` runs the tests that a bound rests on."""

import tomllib
from pathlib import Path

from aem_mail.resources.base.sdk import TESTED
from tools.lowest import CHECKOUT, TESTS, direct


def test_the_lowest_pulumi_that_is_allowed_is_the_oldest_one_that_is_tested() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    (requirement,) = (one for one in project["dependencies"] if one.startswith("pulumi>"))
    assert requirement == f"pulumi>={TESTED[0].removesuffix('.0')},<4"


def test_the_tests_that_a_bound_rests_on_are_there() -> None:
    for test in TESTS:
        path, _, name = test.partition("::")
        assert f"def {name}" in (CHECKOUT / path).read_text(encoding="utf-8")


def test_what_is_named_by_the_project_is_told_with_its_version(tmp_path: Path) -> None:
    locked = tmp_path / "requirements.txt"
    locked.write_text("sniffio==1.3.0\n    # via anyio\nhttpx==0.28.0\nruamel-yaml==0.18.0\npulumi==3.260.0 ; python_version > '3'\n")

    assert direct(locked) == {"httpx": "0.28.0", "ruamel-yaml": "0.18.0", "pulumi": "3.260.0"}
