"""Nothing of the user's machine or of the repository changes what is committed, and nothing but the commit is pushed."""

from pathlib import Path

import pytest

from aem_mail.publishing.errors import RepositoryUnusable
from tests.publishing.origin import DIRECTORY, FILE, Origin, executable, git
from tests.publishing.publisher import CHANGED, CONTENT, Publisher


def configure(home: Path, *settings: tuple[str, str]) -> None:
    for key, value in settings:
        git(home, "config", "--file", str(home / ".gitconfig"), key, value)


def test_hooks_and_templates_of_the_user_do_not_run(origin: Origin, publisher: Publisher, home: Path) -> None:
    hooks = home / "template" / "hooks"
    hooks.mkdir(parents=True)
    for name in ("pre-commit", "commit-msg", "pre-push", "post-commit", "post-checkout", "post-index-change"):
        executable(hooks / name, f"touch {home}/ran; exit 1")
    configure(home, ("core.hooksPath", str(hooks)), ("init.templateDir", str(hooks.parent)))

    publisher.up()

    assert origin.show() == CONTENT.encode()
    assert not (home / "ran").exists()


@pytest.mark.parametrize(
    "attributes",
    ["* text=auto eol=crlf\n", "*.json text eol=crlf\n", "*.json -text\n", "com.day.cq*.json ident working-tree-encoding=UTF-16\n"],
)
def test_line_endings_and_encodings_of_a_checkout_do_not_touch_the_file(
    attributes: str, origin: Origin, publisher: Publisher, home: Path
) -> None:
    origin.write({".gitattributes": attributes})
    configure(home, ("core.autocrlf", "true"), ("core.safecrlf", "true"), ("core.eol", "crlf"))

    publisher.up()

    assert origin.show() == CONTENT.encode()
    assert not publisher.up().pushed


def test_settings_of_the_user_that_would_write_or_ask_otherwise_are_overruled(origin: Origin, publisher: Publisher, home: Path) -> None:
    settings = {"push.default": "matching", "commit.gpgSign": "true", "user.useConfigOnly": "true"}
    settings |= {
        "color.ui": "always",
        "fetch.prune": "true",
        "remote.origin.push": "+refs/heads/*:refs/heads/*",
        "i18n.commitEncoding": "latin1",
    }
    configure(home, *settings.items())

    publisher.up(purpose=publisher.request.purpose.__class__("Ä-Projekt", "dev", "10001", "20001"))

    assert origin.show() == CONTENT.encode()
    assert "Ä-Projekt" in git(origin.path, "log", "-1", "--format=%B", "main")
    assert "encoding" not in git(origin.path, "cat-file", "commit", "main")


def test_variables_of_a_hook_that_runs_pulumi_lead_nowhere(origin: Origin, publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "GIT_DIR": str(origin.clone / ".git"),
        "GIT_WORK_TREE": str(origin.clone),
        "GIT_INDEX_FILE": str(origin.clone / ".git" / "index"),
        "GIT_AUTHOR_NAME": "Somebody",
        "GIT_TRACE": "1",
        "GIT_QUARANTINE_PATH": "/nowhere",
    }.items():
        monkeypatch.setenv(name, value)

    publisher.up()

    assert origin.show() == CONTENT.encode()
    assert "Somebody" not in git(origin.path, "log", "-1", "--format=%an %cn", "main")
    assert git(origin.clone, "status", "--porcelain") == ""


@pytest.mark.parametrize("link", ["ui.config", f"{DIRECTORY}/config.dev", FILE])
def test_a_symbolic_link_on_the_path_is_refused(link: str, tmp_path: Path, origin: Origin, publisher: Publisher) -> None:
    if link == "ui.config":
        git(origin.clone, "rm", "-r", "--quiet", "ui.config")
    tip = origin.link(link, str(tmp_path))

    with pytest.raises(RepositoryUnusable, match=f"{link} is a symbolic link there"):
        publisher.up()

    assert origin.tip() == tip


def test_a_file_or_a_folder_in_the_way_is_refused(origin: Origin, publisher: Publisher) -> None:
    origin.write({f"{DIRECTORY}/config.dev": "a file"})
    with pytest.raises(RepositoryUnusable, match=r"config\.dev is a file there"):
        publisher.up()

    origin.write({f"{DIRECTORY}/config.dev": None})
    origin.write({f"{FILE}/inner": "a file"})
    with pytest.raises(RepositoryUnusable, match=r"DefaultMailService\.cfg\.json is a folder there"):
        publisher.up()


def test_a_path_under_lfs_is_refused(origin: Origin, publisher: Publisher) -> None:
    tip = origin.write({".gitattributes": "*.json filter=lfs diff=lfs merge=lfs -text\n"})

    with pytest.raises(RepositoryUnusable, match="under the filter 'lfs'"):
        publisher.up()

    assert origin.tip() == tip


def test_a_partial_shallow_copy_is_enough_and_a_repository_that_is_shallow_itself_will_do(
    tmp_path: Path, origin: Origin, publisher: Publisher
) -> None:
    git(origin.path, "config", "uploadpack.allowFilter", "true")
    git(origin.path, "config", "uploadpack.allowAnySHA1InWant", "true")
    origin.write({FILE: CHANGED, ".gitattributes": "*.zip binary\n"})
    publisher.up(on_conflict="replace")
    assert origin.show() == CONTENT.encode()

    shallow = tmp_path / "shallow.git"
    git(tmp_path, "clone", "--quiet", "--bare", "--depth=1", f"file://{origin.path}", str(shallow))
    origin.path = shallow
    publisher.up(CHANGED, place=publisher.request.place.__class__(str(shallow), "main"))
    assert origin.show() == CHANGED.encode()


def test_nothing_is_left_behind(tmp_path: Path, publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))

    publisher.up()

    assert list(temporary.iterdir()) == []
