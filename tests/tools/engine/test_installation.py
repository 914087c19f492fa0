import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tools.engine import EngineError, install_engine, pins
from tools.engine.cache import Say
from tools.engine.installation import no_engine
from tools.engine.on_path import COMPANIONS
from tools.engine.sources import Source
from tools.engine.versions import Version

REPOSITORY = Path(__file__).parents[3]


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """A machine with nothing on PATH and an empty cache."""
    (tmp_path / "bin").mkdir()
    return {"PATH": str(tmp_path / "bin"), "XDG_CACHE_HOME": str(tmp_path / "cache")}


def put_pulumi_on_path(tmp_path: Path, version: Version) -> None:
    for name in ("pulumi", *COMPANIONS):
        (tmp_path / "bin" / name).write_text(f"#!/bin/sh\necho v{version}\n")
        (tmp_path / "bin" / name).chmod(0o755)


def put_build_into_cache(tmp_path: Path) -> Path:
    folder = tmp_path / "cache" / "aem-mail" / "engine" / pins.build_key() / "bin"
    folder.mkdir(parents=True)
    return folder


def test_the_users_own_engine_is_used_as_it_is(tmp_path: Path, environ: dict[str, str]) -> None:
    put_pulumi_on_path(tmp_path, pins.cli_version())

    engine = install_engine(environ)

    assert engine.source is Source.PATH
    assert engine.variables()["PATH"] == environ["PATH"]


def test_an_engine_that_was_built_earlier_is_used_where_the_users_own_is_too_old(tmp_path: Path, environ: dict[str, str]) -> None:
    put_pulumi_on_path(tmp_path, Version(3, 1, 0))
    built = put_build_into_cache(tmp_path)

    engine = install_engine(environ)

    assert engine.source is Source.BUILD
    assert engine.variables()["PATH"] == f"{built}:{environ['PATH']}"


def test_an_environment_that_was_evaluated_already_stays_the_same(tmp_path: Path, environ: dict[str, str]) -> None:
    put_build_into_cache(tmp_path)
    first = install_engine(environ).variables()

    assert install_engine({**environ, **first}).variables() == first


def test_a_forced_build_wins_over_the_users_own_engine(tmp_path: Path, environ: dict[str, str]) -> None:
    put_pulumi_on_path(tmp_path, pins.cli_version())
    put_build_into_cache(tmp_path)

    assert install_engine({**environ, "AEM_MAIL_ENGINE": "build"}).source is Source.BUILD


def test_a_forced_path_without_a_usable_engine_names_the_ways_out(environ: dict[str, str]) -> None:
    with pytest.raises(EngineError) as error:
        install_engine({**environ, "AEM_MAIL_ENGINE": "path"})

    assert str(error.value) == (
        f"AEM_MAIL_ENGINE is path, but there is no pulumi on PATH. Install Pulumi {pins.cli_version()} or newer, or unset AEM_MAIL_ENGINE."
    )


def test_a_build_without_go_names_the_ways_out_in_one_paragraph(tmp_path: Path, environ: dict[str, str]) -> None:
    with pytest.raises(EngineError) as error:
        install_engine({**environ, "AEM_MAIL_ENGINE": "build"}, say=lambda _: None)

    message = str(error.value)
    assert "there is no working go on PATH" in message
    assert "Install Go from your system's packages" in message
    assert "put it on PATH" in message
    assert "\n" not in message
    assert not list((tmp_path / "cache" / "aem-mail" / "engine").glob("build*"))


def test_what_is_tried_is_said_with_its_reason_before_it_begins(
    tmp_path: Path, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_target: Path, _environ: Mapping[str, str], say: Say) -> None:
        say("about a minute")
        raise EngineError("The site does not answer.")

    def install(target: Path, _environ: Mapping[str, str], say: Say) -> None:
        say("about 5 minutes")
        (target / "bin").mkdir(parents=True)

    monkeypatch.setattr("tools.engine.installation._INSTALLERS", {Source.DOWNLOAD: fail, Source.BUILD: install})
    said: list[str] = []

    assert install_engine(environ, said.append).source is Source.BUILD

    assert said == [
        "there is no pulumi on PATH; trying the download",
        "about a minute",
        "The site does not answer; trying the build",
        "about 5 minutes",
    ]
    assert (tmp_path / "cache" / "aem-mail" / "engine").stat().st_mode & 0o777 == 0o700


def test_a_cache_that_others_may_write_is_closed_before_what_lies_in_it_is_used(tmp_path: Path, environ: dict[str, str]) -> None:
    cache = put_build_into_cache(tmp_path).parents[1]
    cache.chmod(0o777)

    install_engine(environ)

    assert cache.stat().st_mode & 0o777 == 0o700


def test_every_reason_is_told_once_all_sources_failed() -> None:
    message = no_engine(["there is no pulumi on PATH", "the site does not answer", "Install Go."], Version(3, 259, 0))

    assert message == (
        "The Pulumi engine cannot be installed: there is no pulumi on PATH; the site does not answer; Install Go. "
        "Fix one of these and run the command again, or install Pulumi 3.259.0 or newer yourself and put it on PATH."
    )


def test_the_command_prints_only_what_a_shell_evaluates(tmp_path: Path, environ: dict[str, str]) -> None:
    built = put_build_into_cache(tmp_path)

    result = subprocess.run(
        [sys.executable, "-m", "engine", "env"], cwd=REPOSITORY, env=environ, capture_output=True, text=True, check=True
    )

    assert result.stdout.splitlines()[0] == f"export PATH={built}:{environ['PATH']}"
    assert all(line.startswith("export ") for line in result.stdout.splitlines())


def test_the_command_fails_with_one_line_where_there_is_no_engine(environ: dict[str, str]) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "engine", "env"],
        cwd=REPOSITORY,
        env={**environ, "AEM_MAIL_ENGINE": "path"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith("engine: AEM_MAIL_ENGINE is path, but there is no pulumi on PATH.")
    assert len(result.stderr.splitlines()) == 1
