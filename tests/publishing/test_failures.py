"""Each failure is one paragraph that names the branch, the cause and the next step."""

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from aem_mail.errors import AemMailError, InvalidInput
from aem_mail.publishing.errors import RepositoryDenied, RepositoryFailed, RepositoryUnusable
from aem_mail.publishing.publish import ATTEMPTS
from aem_mail.publishing.request import BranchAddress
from tests.publishing.origin import FILE, Origin, executable, git
from tests.publishing.publisher import CONTENT, SUBJECT, Publisher


def failing(publisher: Publisher, error: type[AemMailError], **arguments: Any) -> str:
    with pytest.raises(error) as raised:
        publisher.up(**arguments)
    text = str(raised.value)
    assert "\n" not in text
    assert str(publisher.request.place.repository) in text
    return text


def test_a_wrong_address(tmp_path: Path, publisher: Publisher) -> None:
    text = failing(publisher, RepositoryUnusable, place=BranchAddress(str(tmp_path / "nowhere.git"), "main"))

    assert "Check the repository's address" in text


def test_a_server_that_is_not_there(publisher: Publisher) -> None:
    text = failing(publisher, RepositoryFailed, place=BranchAddress("https://127.0.0.1:1/wknd.git", "main"))

    assert "could not read branch main" in text
    assert "git ls-remote" in text


def test_a_branch_that_is_not_there_names_those_that_are(origin: Origin, publisher: Publisher) -> None:
    text = failing(publisher, RepositoryUnusable, place=BranchAddress(str(origin.path), "develop"))

    assert "has no branch develop; there are main." in text


def test_an_empty_repository(tmp_path: Path, publisher: Publisher) -> None:
    git(tmp_path, "init", "--quiet", "--bare", "empty.git")

    assert "is empty" in failing(publisher, RepositoryUnusable, place=BranchAddress(str(tmp_path / "empty.git"), "main"))


def test_a_detached_head_of_the_repository_does_not_matter(origin: Origin, publisher: Publisher) -> None:
    git(origin.path, "update-ref", "--no-deref", "HEAD", origin.tip())

    assert publisher.up().pushed


def test_a_commit_that_git_refuses(publisher: Publisher) -> None:
    text = failing(publisher, RepositoryFailed, author=". <bot@example.com>")

    assert "could not work on branch main" in text
    assert "disallowed characters" in text


def test_a_protected_branch(origin: Origin, publisher: Publisher) -> None:
    tip = origin.tip()
    origin.hook("pre-receive", "echo 'main is protected: open a pull request' >&2; exit 1")

    text = failing(publisher, RepositoryDenied)

    assert "main is protected: open a pull request" in text
    assert "open a pull request from there" in text
    assert origin.tip() == tip


def test_a_refused_signature_or_an_unknown_password_is_a_matter_of_permission(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InvalidInput, match="the environment variable GIT_PASSWORD is not set"):
        publisher.up(username="bot", password_from="env:GIT_PASSWORD")


def test_a_machine_without_git(publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(RepositoryFailed, match="git is not on PATH"):
        publisher.up()


def test_stacks_that_push_at_once_all_land(origin: Origin) -> None:
    """Of those that try, one always comes first, so that the last of them needs no more attempts than there are stacks."""
    paths = [FILE.replace("config.dev", f"config.{mode}") for mode in ("dev", "stage", "prod", "author.dev")]

    with ThreadPoolExecutor(len(paths)) as pool:
        records = list(pool.map(lambda path: Publisher(origin).up(files={path: CONTENT}), paths))

    assert [origin.show(path) for path in paths] == [CONTENT.encode()] * len(paths)
    assert len({record.commit for record in records}) == len(origin.log()) - 1 == len(paths)


class Rival:
    """Stands before Git on PATH, and has a colleague push just before each of the first ``times`` pushes."""

    def __init__(self, folder: Path, origin: Origin, times: int) -> None:
        self.count = folder / "count"
        real = shutil.which("git")
        script = f"""
if [ "$1" = push ] && [ "$(cat {self.count} 2>/dev/null | wc -l)" -lt {times} ]; then
    echo x >> {self.count}
    (unset $(env | sed -n 's/^\\(GIT_[A-Z0-9_]*\\)=.*/\\1/p'); cd {origin.clone} && date +%N > rival && {real} add rival &&
     {real} -c user.name=r -c user.email=r@r commit -qm Rival && {real} push -q origin HEAD:main) >/dev/null 2>&1
fi
exec {real} "$@"
"""
        (folder / "bin").mkdir()
        executable(folder / "bin" / "git", script)
        self.path = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"


def test_a_push_that_comes_second_is_made_anew_on_top(
    tmp_path: Path, origin: Origin, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    rival = Rival(tmp_path, origin, times=2)
    monkeypatch.setenv("PATH", rival.path)

    publisher.up()

    assert origin.log() == [SUBJECT, "Rival", "Rival", "Work on the site"]
    assert origin.show() == CONTENT.encode()


def test_pushes_that_always_come_second_end_with_an_error(
    tmp_path: Path, origin: Origin, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    rival = Rival(tmp_path, origin, times=100)
    monkeypatch.setenv("PATH", rival.path)

    text = failing(publisher, RepositoryFailed)

    assert f"{ATTEMPTS} times in a row" in text
    assert origin.log() == ["Rival"] * ATTEMPTS + ["Work on the site"]
