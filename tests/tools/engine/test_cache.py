import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tools.engine.cache import cache_folder, keep_private, locked, published
from tools.engine.errors import EngineError

HOLDER = """
import sys, time
from pathlib import Path
from tools.engine.cache import locked
with locked(Path(sys.argv[1]), print):
    print("holding", flush=True)
    time.sleep(60)
"""
REPOSITORY = Path(__file__).parents[3]


@contextmanager
def holder(cache: Path) -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen([sys.executable, "-c", HOLDER, cache], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "holding\n"
        try:
            yield process
        finally:
            process.kill()


def test_the_cache_lies_where_the_user_keeps_caches(tmp_path: Path) -> None:
    assert cache_folder({"XDG_CACHE_HOME": str(tmp_path)}) == tmp_path / "aem-mail" / "engine"


@pytest.mark.parametrize("value", ["", "relative/folder"])
def test_a_cache_folder_that_is_not_absolute_is_ignored(value: str) -> None:
    assert cache_folder({"XDG_CACHE_HOME": value}) == Path.home() / ".cache" / "aem-mail" / "engine"


def test_the_lock_of_a_killed_holder_is_free_and_waiting_is_said(tmp_path: Path) -> None:
    said: list[str] = []

    with holder(tmp_path) as process:

        def say(message: str) -> None:
            said.append(message)
            os.kill(process.pid, signal.SIGKILL)

        with locked(tmp_path, say):
            pass

    assert said == ["another process is installing the engine; waiting for it"]


def test_the_lock_can_be_taken_again_after_it_was_released(tmp_path: Path) -> None:
    said: list[str] = []

    for _ in range(2):
        with locked(tmp_path / "new", said.append):
            pass

    assert not said


def test_a_folder_appears_only_when_it_is_complete(tmp_path: Path) -> None:
    target = tmp_path / "engine"

    with published(target) as folder:
        (folder / "bin").mkdir()
        assert not target.exists()

    assert [path.name for path in tmp_path.iterdir()] == ["engine"]
    assert (target / "bin").is_dir()


def test_a_failed_installation_leaves_nothing(tmp_path: Path) -> None:
    def install_half() -> None:
        with published(tmp_path / "engine") as folder:
            (folder / "half").touch()
            raise RuntimeError("the disk is full")

    with pytest.raises(RuntimeError, match="the disk is full"):
        install_half()

    assert not list(tmp_path.iterdir())


def test_what_a_killed_installer_left_is_removed(tmp_path: Path) -> None:
    (tmp_path / ".staging-abandoned" / "bin").mkdir(parents=True)
    (tmp_path / "another-version").mkdir()

    with published(tmp_path / "engine"):
        pass

    assert {path.name for path in tmp_path.iterdir()} == {"another-version", "engine"}


@pytest.mark.parametrize("mode", [0o777, 0o755, 0o750, 0o2770])
def test_a_cache_that_others_may_use_is_taken_from_them(mode: int, tmp_path: Path) -> None:
    cache = tmp_path / "aem-mail" / "engine"
    cache.mkdir(parents=True)
    cache.chmod(mode)
    cache.parent.chmod(mode)

    with locked(cache, print):
        pass

    assert cache.stat().st_mode & 0o777 == 0o700
    assert cache.parent.stat().st_mode & 0o022 == 0


def test_a_new_cache_is_its_users_only(tmp_path: Path) -> None:
    keep_private(tmp_path / "new" / "aem-mail" / "engine")

    assert (tmp_path / "new" / "aem-mail" / "engine").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("somebody_elses", ["aem-mail", "engine"])
def test_a_cache_of_somebody_else_is_refused(somebody_elses: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = tmp_path / "aem-mail" / "engine"
    cache.mkdir(parents=True)
    mine = os.geteuid()
    stat = Path.stat

    def as_if_of_another(path: Path, **options: bool) -> os.stat_result:
        status = stat(path, **options)
        return os.stat_result((*status[:4], mine + 1 if path.name == somebody_elses else mine, *status[5:]))

    monkeypatch.setattr(Path, "stat", as_if_of_another)

    with pytest.raises(EngineError, match=f"{somebody_elses} belongs to the user with the id {mine + 1}"):
        keep_private(cache)
