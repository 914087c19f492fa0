import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.engine.sources import Source
from tools.engine.variables import engine_variables, export_lines, without_folder

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30)
NAMES = st.from_regex(r"[A-Z][A-Z_]{3,8}X", fullmatch=True)
CACHE = Path("/home/u/.cache/aem-mail/engine")
FOLDERS = st.lists(st.sampled_from(["/usr/bin", "/bin", "", ".", "/home/u/.cache", f"{CACHE}/build-1/bin", f"{CACHE}er/bin"]), max_size=6)


@settings(max_examples=30)
@given(st.dictionaries(NAMES, TEXT, min_size=1, max_size=3))
def test_a_shell_that_evaluates_the_lines_holds_the_same_values(variables: dict[str, str]) -> None:
    script = f"{export_lines(variables)}exec env -0"

    printed = subprocess.run(["/bin/sh", "-c", script], env={}, capture_output=True, check=True).stdout

    values = dict(entry.split(b"=", 1) for entry in printed.split(b"\0") if entry)
    assert {name: values[name.encode()].decode() for name in variables} == variables


def test_nothing_but_export_lines_is_printed() -> None:
    lines = export_lines(engine_variables(Source.BUILD, Path("/a b/bin"), "/usr/bin")).splitlines()

    assert lines[0] == "export PATH='/a b/bin:/usr/bin'"
    assert all(line.startswith("export ") for line in lines)


@given(FOLDERS)
def test_only_the_entries_of_the_cache_leave_the_path(folders: list[str]) -> None:
    path = os.pathsep.join(folders)

    kept = without_folder(path, CACHE)

    assert without_folder(kept, CACHE) == kept
    assert kept == os.pathsep.join(folder for folder in folders if not folder.startswith(f"{CACHE}/"))


@pytest.mark.parametrize(("source", "disabled"), [(Source.BUILD, True), (Source.DOWNLOAD, False), (Source.PATH, False)])
def test_only_the_fallback_gives_up_downloading_plugins(source: Source, disabled: bool) -> None:
    assert ("PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION" in engine_variables(source, Path("/e/bin"), "/usr/bin")) is disabled


def test_the_users_own_engine_leaves_the_path_alone() -> None:
    assert engine_variables(Source.PATH, None, "/usr/bin:/bin")["PATH"] == "/usr/bin:/bin"
