"""A repository for each test, and a home whose Git configuration is the test's own."""

from pathlib import Path

import pytest

from tests.publishing.origin import Origin
from tests.publishing.publisher import Publisher


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the user's home: nothing of the machine's user is read."""
    folder = tmp_path / "home"
    folder.mkdir()
    for name, value in {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder / ".config"), "XDG_CACHE_HOME": str(folder / ".cache")}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    return folder


@pytest.fixture
def origin(tmp_path: Path) -> Origin:
    return Origin(tmp_path)


@pytest.fixture
def publisher(origin: Origin) -> Publisher:
    return Publisher(origin)
