from pathlib import Path

import pytest

from aem_mail.resources.base.plugin import Run
from aem_mail.stack.project_folder import PROJECT_FILES, project_file, project_folder


@pytest.mark.parametrize("name", PROJECT_FILES)
@pytest.mark.parametrize("below", ["", "source", "source/deeper"])
def test_the_project_is_found_from_each_of_its_folders_whatever_its_file_is_called(name: str, below: str, tmp_path: Path) -> None:
    (tmp_path / name).touch()
    (tmp_path / below).mkdir(parents=True, exist_ok=True)

    assert project_folder(tmp_path / below) == tmp_path


def test_the_nearest_project_is_the_one(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "Pulumi.json").touch()
    (tmp_path / "inner" / "Pulumi.yml").touch()

    assert project_folder(tmp_path / "inner") == tmp_path / "inner"


@pytest.mark.parametrize("name", ["Pulumi.dev.yaml", "Pulumi.jason.yaml", "Pulumi.yaml.bak", "PulumiPolicy.yaml", "Pulumi.yaml/"])
def test_what_only_looks_like_a_projects_file_is_none(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "stacks"
    folder.mkdir()
    (tmp_path / "Pulumi.yaml").touch()
    (folder / name).mkdir() if name.endswith("/") else (folder / name).touch()

    assert project_folder(folder) == tmp_path


def test_of_several_files_pulumi_takes_the_first(tmp_path: Path) -> None:
    for name in reversed(PROJECT_FILES):
        (tmp_path / name).touch()

    assert project_file(tmp_path) == tmp_path / "Pulumi.json"


def test_without_a_project_it_is_the_folder_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    assert project_folder(Path()) == tmp_path
    assert project_file(Path()) is None


@pytest.mark.parametrize("name", PROJECT_FILES)
def test_resources_take_the_same_folder(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / name).touch()
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "Pulumi.yasmin.yaml").touch()
    monkeypatch.chdir(tmp_path / "source")

    assert Run().project == tmp_path
