from pathlib import Path

import pytest

from aem_mail.cli.new_files import NewFile, refuse_to_overwrite, write_all
from aem_mail.errors import InvalidInput


def test_where_one_file_cannot_be_written_none_is(tmp_path: Path) -> None:
    (tmp_path / "blocked").write_text("no folder")
    new = [NewFile(tmp_path / "a.txt", "a"), NewFile(tmp_path / "blocked" / "b.txt", "b")]

    with pytest.raises(InvalidInput, match=r"blocked.*cannot be written"):
        write_all(new, "test", tmp_path)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["blocked"]


def test_a_file_that_is_replaced_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")
    path.chmod(0o644)

    write_all([NewFile(path, "new", "old")], "test", tmp_path)

    assert (path.read_text(), path.stat().st_mode & 0o777) == ("new", 0o644)


def test_a_link_within_the_folder_is_written_through_and_one_out_of_it_stops_all(tmp_path: Path) -> None:
    tree, outside = tmp_path / "project", tmp_path / "outside"
    tree.mkdir()
    outside.write_text("precious")
    (tree / "link").symlink_to("real")
    (tree / "out").symlink_to(outside)

    with pytest.raises(InvalidInput, match=r"out: cannot be written: a symbolic link on its path leads out of"):
        write_all([NewFile(tree / "a", "a"), NewFile(tree / "out", "new", "precious")], "test", tree)
    assert sorted(path.name for path in tree.iterdir()) == ["link", "out"]
    write_all([NewFile(tree / "link", "new")], "test", tree)

    assert outside.read_text() == "precious"
    assert ((tree / "link").is_symlink(), (tree / "real").read_text()) == (True, "new")


def test_every_file_that_would_change_is_named_and_one_that_would_not_is_no_obstacle(tmp_path: Path) -> None:
    same, other = NewFile(tmp_path / "same", "x", "x"), [NewFile(tmp_path / name, "new", "old") for name in ("one", "two")]

    refuse_to_overwrite([same, NewFile(tmp_path / "new", "x")], "test")
    with pytest.raises(InvalidInput, match=r"one: is there already.*two: is there already"):
        refuse_to_overwrite([same, *other], "test")


def test_a_file_that_something_would_be_lost_with_is_not_overwritten_when_forced_either(tmp_path: Path) -> None:
    lossless, other = NewFile(tmp_path / "one", "new", "old"), NewFile(tmp_path / "two", "new", "old", "it declares a rule")

    refuse_to_overwrite([lossless, NewFile(tmp_path / "same", "x", "x", "it declares a rule")], "test", forced=True)
    with pytest.raises(InvalidInput) as refused:
        refuse_to_overwrite([lossless, other], "test", forced=True)

    assert str(refused.value) == f"test: {tmp_path}/two: is there already, and is not overwritten: it declares a rule"
