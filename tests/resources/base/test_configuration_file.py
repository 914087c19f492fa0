"""Files are written whole or not at all, keep their mode, and never end up outside their folder."""

import errno
import os
from pathlib import Path

import pytest

from aem_mail.resources.base import configuration_file
from aem_mail.resources.base.configuration_file import FileInTheWay


def test_a_file_is_written_with_its_folders_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "osgiconfig" / "config.author" / "a.cfg.json"

    configuration_file.write(path, '{\n  "ü": 1\n}\n')

    assert configuration_file.read(path) == '{\n  "ü": 1\n}\n'
    assert path.stat().st_mode & 0o777 == 0o644
    assert [one.name for one in path.parent.iterdir()] == ["a.cfg.json"]


def test_a_file_that_is_there_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "a.cfg.json"
    path.write_text("{}")
    path.chmod(0o640)

    configuration_file.write(path, "{ }")

    assert path.stat().st_mode & 0o777 == 0o640


def test_a_write_that_fails_in_the_middle_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.cfg.json"
    path.write_text("old")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileInTheWay, match="No space left"):
        configuration_file.write(path, "new")

    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_in_the_files_place_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.cfg.json").mkdir()

    with pytest.raises(FileInTheWay, match=r"a\.cfg\.json"):
        configuration_file.write(tmp_path / "a.cfg.json", "{}")
    with pytest.raises(FileInTheWay, match="cannot be read"):
        configuration_file.read(tmp_path / "a.cfg.json")


def test_a_link_out_of_the_folder_is_refused_and_one_within_is_not(tmp_path: Path) -> None:
    directory = tmp_path / "osgiconfig"
    (directory / "config").mkdir(parents=True)
    (directory / "config.dev").symlink_to(directory / "config")
    (directory / "config.prod").symlink_to(tmp_path)

    assert configuration_file.path_within(directory, "config.dev/a.cfg.json", tmp_path) == directory / "config.dev" / "a.cfg.json"
    with pytest.raises(FileInTheWay, match="symbolic link"):
        configuration_file.path_within(directory, "config.prod/a.cfg.json", tmp_path)


def test_removing_what_is_not_there_is_nothing(tmp_path: Path) -> None:
    configuration_file.remove(tmp_path / "absent")
