import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.engine.versions import Version, parse_version

NUMBERS = st.integers(min_value=0, max_value=9999)


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("v3.259.0\n", Version(3, 259, 0)),
        ("3.272.0", Version(3, 272, 0)),
        ("v3.260.0-alpha.1760000000", Version(3, 260, 0, final=False)),
        ("v3.260.0-dev.0+dirty", Version(3, 260, 0, final=False)),
        ("3.260.0+build", Version(3, 260, 0)),
        ("go1.26.8", Version(1, 26, 8)),
        ("go1.26", Version(1, 26, 0)),
        ("go1.27rc1", Version(1, 27, 0, final=False)),
        ("go1.26.8 X:nocoverageredesign", Version(1, 26, 8)),
        ("devel go1.28-abcdef", None),
        ("", None),
        ("not a version", None),
    ],
)
def test_versions_are_read_as_their_programs_print_them(text: str, version: Version | None) -> None:
    assert parse_version(text) == version


@given(NUMBERS, NUMBERS, NUMBERS)
def test_a_version_survives_printing(major: int, minor: int, patch: int) -> None:
    version = Version(major, minor, patch)

    assert parse_version(f"v{version}") == parse_version(f"go{version}") == version


@given(st.tuples(NUMBERS, NUMBERS, NUMBERS), st.tuples(NUMBERS, NUMBERS, NUMBERS))
def test_versions_compare_by_number_not_by_text(one: tuple[int, int, int], other: tuple[int, int, int]) -> None:
    assert (Version(*one) < Version(*other)) == (one < other)


@given(NUMBERS, NUMBERS, NUMBERS)
def test_a_pre_release_comes_before_its_release(major: int, minor: int, patch: int) -> None:
    assert Version(major, minor, patch, final=False) < Version(major, minor, patch) < Version(major, minor, patch + 1, final=False)


@given(st.text(max_size=40))
def test_no_text_breaks_the_parser(text: str) -> None:
    assert parse_version(text) is None or any(character.isdigit() for character in text)
