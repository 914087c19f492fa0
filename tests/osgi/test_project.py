from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.osgi import (
    MAIL_SERVICE_PID,
    ConfigurationFileError,
    best_matches,
    load_configuration,
    osgiconfig_folders,
    read_tree,
    run_modes_of,
)
from aem_mail.osgi.project import pid_of

RUN_MODES = ("author", "publish", "dev", "stage", "prod", "rde")
FOLDERS = st.lists(st.sampled_from(RUN_MODES), max_size=3, unique=True).map(lambda modes: ".".join(["config", *modes]))
TAKEN = {
    "config",
    *(f"config.{mode}" for mode in RUN_MODES),
    *(f"config.{tier}.{type_}" for tier in ("author", "publish") for type_ in ("dev", "stage", "prod", "rde")),
}


def write(directory: Path, folder: str, content: str, pid: str = MAIL_SERVICE_PID) -> Path:
    path = directory / folder / f"{pid}.cfg.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("tier", "environment_type", "expected"),
    [
        ("author", "dev", ("author", "dev")),
        ("publish", "prod", ("publish", "prod")),
        ("preview", "stage", ("publish", "stage")),
        ("author", "rde", ("author", "rde")),
    ],
)
def test_the_run_modes_are_those_of_tier_and_environment(tier: str, environment_type: str, expected: tuple[str, ...]) -> None:
    assert run_modes_of(tier, environment_type) == expected


def test_the_folder_with_the_most_matching_run_modes_wins_whole(tmp_path: Path) -> None:
    write(tmp_path, "config", '{"smtp.host": "base", "from.address": "a@b"}')
    write(tmp_path, "config.author", '{"smtp.host": "author"}')
    write(tmp_path, "config.author.stage", '{"smtp.host": "author on stage"}')
    write(tmp_path, "config.publish", '{"smtp.host": "publish"}')

    def winner(*run_modes: str) -> object:
        return load_configuration(tmp_path, run_modes)[MAIL_SERVICE_PID]

    assert winner("author", "stage") == {"smtp.host": "author on stage"}
    assert winner("author", "prod") == {"smtp.host": "author"}
    assert winner("publish", "stage") == {"smtp.host": "publish"}
    assert winner() == {"smtp.host": "base", "from.address": "a@b"}


def test_a_tie_is_an_error_that_names_both_files(tmp_path: Path) -> None:
    write(tmp_path, "config.author", "{}")
    write(tmp_path, "config.stage", "{}")

    with pytest.raises(ConfigurationFileError, match=rf"^config\.author/{MAIL_SERVICE_PID}.*, config\.stage/.* does not define"):
        load_configuration(tmp_path, ("author", "stage"))


def test_a_broken_file_is_named_and_harms_no_other_pid(tmp_path: Path) -> None:
    write(tmp_path, "config", '{"smtp.host": "a"}')
    write(tmp_path, "config", "{,}", pid="com.example.Other")

    assert load_configuration(tmp_path, (), pids=[MAIL_SERVICE_PID]) == {MAIL_SERVICE_PID: {"smtp.host": "a"}}
    with pytest.raises(ConfigurationFileError, match=r"^config/com\.example\.Other\.cfg\.json: no valid JSON"):
        load_configuration(tmp_path, ())


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "config", "").write_bytes('{"from.address": "grüße@wknd.site"}'.encode("latin-1"))

    with pytest.raises(ConfigurationFileError, match="not encoded in UTF-8"):
        load_configuration(tmp_path, ())


def test_only_configuration_files_in_configuration_folders_are_read(tmp_path: Path) -> None:
    write(tmp_path, "config", "{}")
    write(tmp_path, "install", "{}")
    write(tmp_path, "configuration", "{}")
    (tmp_path / "config" / "README.md").write_text("no configuration")

    assert best_matches(read_tree(tmp_path).paths, ()) == {MAIL_SERVICE_PID: (f"config/{MAIL_SERVICE_PID}.cfg.json",)}


@pytest.mark.parametrize("linked", ["file", "folder"])
def test_a_symbolic_link_out_of_the_tree_is_not_followed(tmp_path: Path, linked: str) -> None:
    outside = write(tmp_path / "outside", "config", '{"smtp.password": "stolen"}')
    inside = tmp_path / "osgiconfig"
    link = inside / "config" / outside.name if linked == "file" else inside / "config"
    link.parent.mkdir(parents=True)
    link.symlink_to(outside if linked == "file" else outside.parent)

    with pytest.raises(ConfigurationFileError, match=r"leaves .* by a symbolic link"):
        load_configuration(inside, ())


def test_a_symbolic_link_within_the_tree_is_followed(tmp_path: Path) -> None:
    target = write(tmp_path, "config.author", '{"smtp.host": "a"}')
    link = tmp_path / "config.publish" / target.name
    link.parent.mkdir()
    link.symlink_to(target)

    assert load_configuration(tmp_path, ("publish",)) == {MAIL_SERVICE_PID: {"smtp.host": "a"}}


@pytest.mark.parametrize("target", ["nowhere.cfg.json", f"{MAIL_SERVICE_PID}.cfg.json"])
def test_a_link_that_leads_nowhere_is_an_error_and_no_crash(tmp_path: Path, target: str) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / f"{MAIL_SERVICE_PID}.cfg.json").symlink_to(target)

    with pytest.raises(ConfigurationFileError, match="cannot be read"):
        load_configuration(tmp_path, ())


@pytest.mark.parametrize("folder", ["config.author/mail", "config.author/a/b/c", "more/config.author", "config/config.author"])
def test_a_file_at_any_depth_is_for_the_run_modes_of_its_innermost_folder(tmp_path: Path, folder: str) -> None:
    write(tmp_path, folder, '{"smtp.host": "a"}')

    assert load_configuration(tmp_path, ("author",)) == {MAIL_SERVICE_PID: {"smtp.host": "a"}}
    assert load_configuration(tmp_path, ("publish",)) == {}


@pytest.mark.parametrize("ending", [".config", ".cfg", ".properties", ".xml"])
def test_a_file_in_another_form_is_a_rival(tmp_path: Path, ending: str) -> None:
    write(tmp_path, "config", "{}")
    (tmp_path / "config" / f"{MAIL_SERVICE_PID}{ending}").write_text("")

    with pytest.raises(ConfigurationFileError, match="AEM does not define which one wins"):
        load_configuration(tmp_path, ())


def test_links_that_lead_in_circles_end(tmp_path: Path) -> None:
    write(tmp_path, "config", "{}")
    (tmp_path / "config" / "again").symlink_to(tmp_path)

    assert f"config/{MAIL_SERVICE_PID}.cfg.json" in read_tree(tmp_path).paths


def test_folders_of_a_link_that_leaves_the_tree_are_not_entered(tmp_path: Path) -> None:
    write(tmp_path / "outside", "config/deep", "{}")
    inside = tmp_path / "osgiconfig"
    inside.mkdir()
    (inside / "config").symlink_to(tmp_path / "outside")

    assert read_tree(inside).paths == ()


@pytest.mark.parametrize(
    ("name", "pid"),
    [
        ("a.b.cfg.json", "a.b"),
        ("a.b.config", "a.b"),
        ("a.b.xml", "a.b"),
        ("a.b~c.cfg.json", "a.b~c"),
        ("a.b-c.config", "a.b~c"),
        ("a.b~c-d.cfg", "a.b~c-d"),
    ],
)
def test_the_pid_is_the_name_without_its_ending(name: str, pid: str) -> None:
    assert pid_of(f"config/{name}") == pid


def test_folders_of_configurations_anywhere_in_the_code_are_found(tmp_path: Path) -> None:
    code = tmp_path / "ui.apps" / "src" / "jcr_root" / "apps" / "wknd"
    write(code, "config.author", "{}")
    write(code.parent / "other" / "osgiconfig", "config", "{}")
    write(tmp_path / "docs", "config", "{}")

    assert osgiconfig_folders(tmp_path) == [code.parent / "other" / "osgiconfig", code]


def test_a_missing_directory_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationFileError, match="is no directory"):
        load_configuration(tmp_path / "absent", ())


@given(st.lists(FOLDERS), st.sets(st.sampled_from(RUN_MODES)))
def test_no_applicable_folder_beats_the_winner(folders: list[str], active: set[str]) -> None:
    paths = [f"{folder}/a.pid.cfg.json" for folder in folders]
    applicable = [folder for folder in folders if folder in TAKEN and set(folder.split(".")[1:]) <= active]

    won = best_matches(paths, active)

    assert set(won) == ({"a.pid"} if applicable else set())
    for path in won.get("a.pid", ()):
        folder = path.partition("/")[0]
        assert folder in applicable
        assert all(folder.count(".") >= other.count(".") for other in applicable)
