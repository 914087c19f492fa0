import os
from pathlib import Path

from tools.engine.on_path import COMPANIONS, find_cli
from tools.engine.versions import Version


def executable(path: Path, script: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def test_no_command_line_is_found_where_there_is_none(tmp_path: Path) -> None:
    assert find_cli(os.environ, str(tmp_path)) is None


def test_its_version_and_what_it_lacks_are_told(tmp_path: Path) -> None:
    pulumi = executable(tmp_path / "pulumi", "echo v3.260.1")

    found = find_cli(os.environ, str(tmp_path))

    assert found is not None
    assert (found.executable, found.version, found.missing) == (pulumi, Version(3, 260, 1), COMPANIONS)


def test_companions_count_on_the_path_and_beside_the_file_that_a_link_leads_to(tmp_path: Path) -> None:
    executable(tmp_path / "bin" / COMPANIONS[0])
    executable(tmp_path / "opt" / COMPANIONS[1])
    (tmp_path / "bin" / "pulumi").symlink_to(executable(tmp_path / "opt" / "pulumi", "echo v3.260.1"))

    found = find_cli(os.environ, str(tmp_path / "bin"))

    assert found is not None
    assert found.missing == ()


def test_a_command_line_that_fails_has_no_version(tmp_path: Path) -> None:
    executable(tmp_path / "pulumi", "echo v3.260.1; exit 1")

    found = find_cli(os.environ, str(tmp_path))

    assert found is not None
    assert found.version is None
