import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.engine import pins
from tools.engine.versions import Version

GO_MOD = """module example

go 1.25.11

require example.org/single v1.2.3

require (
	example.org/block v3.4.5 // indirect
	example.org/block/v2 v2.0.1
)
"""

SOURCES = st.dictionaries(st.text(max_size=8), st.binary(max_size=16), max_size=4)


@pytest.mark.parametrize(
    ("module", "version"),
    [
        ("go", Version(1, 25, 11)),
        ("example.org/single", Version(1, 2, 3)),
        ("example.org/block", Version(3, 4, 5)),
        ("example.org/block/v2", Version(2, 0, 1)),
    ],
)
def test_a_required_version_is_found_in_either_form(module: str, version: Version) -> None:
    assert pins.required_version(GO_MOD, module) == version


def test_a_module_that_is_not_required_is_an_error() -> None:
    with pytest.raises(ValueError, match=re.escape("go.mod does not require example.org/absent")):
        pins.required_version(GO_MOD, "example.org/absent")


def test_the_scripts_are_those_of_the_command_line_that_is_built() -> None:
    go_mod = (pins.CLI / "go.mod").read_text()

    assert pins.required_version(go_mod, pins.SDK_MODULE) == pins.required_version(go_mod, pins.CLI_MODULE)


@pytest.mark.parametrize("module", [pins.CLI, pins.HOST])
def test_every_module_is_pinned_by_a_hash(module: Path) -> None:
    required = re.findall(r"^\s*(?:require )?([\w./-]+\.[\w./-]+) (v\S+)", (module / "go.mod").read_text(), re.MULTILINE)
    replaced = dict(re.findall(r"^replace (\S+) => (\S+ \S+)", (module / "go.mod").read_text(), re.MULTILINE))
    sums = (module / "go.sum").read_text()

    missing = [name for name, version in required if f"{replaced.get(name, f'{name} {version}')} h1:" not in sums]
    assert required
    assert not missing


@given(SOURCES, SOURCES, st.text(max_size=4), st.text(max_size=4))
def test_two_builds_share_a_name_only_if_they_are_the_same(
    one: dict[str, bytes], other: dict[str, bytes], machine: str, another: str
) -> None:
    assert (pins.digest(one, machine) == pins.digest(other, another)) == ((one, machine) == (other, another))


@given(SOURCES)
def test_the_order_of_the_sources_does_not_matter(sources: dict[str, bytes]) -> None:
    assert pins.digest(sources, "m") == pins.digest(dict(reversed(sources.items())), "m")


def test_the_key_of_the_build_names_its_version_and_stays() -> None:
    assert pins.build_key() == pins.build_key()
    assert re.fullmatch(rf"build-{pins.cli_version()}-[0-9a-f]{{12}}", pins.build_key())
