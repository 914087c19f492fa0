"""Version numbers as `pulumi version` and `go env GOVERSION` print them."""

import re
from typing import NamedTuple

_VERSION = re.compile(r"(?:v|go)?(\d+)\.(\d+)(?:\.(\d+))?(?:(-|rc|beta|alpha)[0-9A-Za-z.-]*)?(?:[+ ].*)?")


class Version(NamedTuple):
    """A version that compares as releases do: a pre-release comes before the release of the same number."""

    major: int
    minor: int
    patch: int = 0
    final: bool = True

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}" + ("" if self.final else "-pre")


def parse_version(text: str) -> Version | None:
    """Read `v3.259.0`, `3.260.0-alpha.1`, `go1.26.8` or `go1.27rc1`; None for anything else."""
    match = _VERSION.fullmatch(text.strip())
    if match is None:
        return None
    major, minor, patch, prerelease = match.groups()
    return Version(int(major), int(minor), int(patch or 0), prerelease is None)
