from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.engine.errors import EngineError
from tools.engine.sources import FoundCli, Source, candidates, forced_source, objection
from tools.engine.versions import Version

OLDEST = Version(3, 259, 0)
PULUMI = Path("/usr/bin/pulumi")
INSTALLABLE = st.sets(st.sampled_from([Source.DOWNLOAD, Source.BUILD]))


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (None, "there is no pulumi on PATH"),
        (FoundCli(PULUMI, None), "/usr/bin/pulumi does not tell its version"),
        (FoundCli(PULUMI, Version(3, 258, 9)), "/usr/bin/pulumi is version 3.258.9, older than 3.259.0"),
        (FoundCli(PULUMI, Version(3, 259, 0, final=False)), "/usr/bin/pulumi is version 3.259.0-pre, older than 3.259.0"),
        (FoundCli(PULUMI, Version(4, 0, 0)), "/usr/bin/pulumi is version 4.0.0, a later major version than 3.259.0"),
        (
            FoundCli(PULUMI, OLDEST, ("pulumi-language-python", "pulumi-resource-pulumi-python")),
            "/usr/bin/pulumi lacks pulumi-language-python and pulumi-resource-pulumi-python beside it or on PATH",
        ),
    ],
)
def test_a_command_line_that_cannot_be_used_is_refused_with_its_reason(found: FoundCli | None, said: str) -> None:
    assert objection(found, OLDEST) == said


@pytest.mark.parametrize("version", [OLDEST, Version(3, 259, 1), Version(3, 300, 0), Version(3, 260, 0, final=False)])
def test_a_command_line_that_is_new_enough_is_accepted(version: Version) -> None:
    assert objection(FoundCli(PULUMI, version), OLDEST) is None


@pytest.mark.parametrize("value", [None, ""])
def test_no_choice_means_the_best_source(value: str | None) -> None:
    assert forced_source(value) is None


@pytest.mark.parametrize("source", list(Source))
def test_each_source_can_be_chosen(source: Source) -> None:
    assert forced_source(source.value) is source


def test_an_unknown_choice_names_the_possible_ones() -> None:
    with pytest.raises(EngineError, match="AEM_MAIL_ENGINE is 'docker', which is none of path, download, build"):
        forced_source("docker")


@given(st.sampled_from(Source), st.booleans(), INSTALLABLE)
def test_the_users_choice_is_never_replaced_by_another_source(forced: Source, usable: bool, installed: set[Source]) -> None:
    assert candidates(forced, path_is_usable=usable, installed=installed) == (forced,)


@given(st.booleans(), INSTALLABLE)
def test_nothing_is_installed_while_a_usable_engine_is_there(usable: bool, installed: set[Source]) -> None:
    tried = candidates(None, path_is_usable=usable, installed=installed)

    there = installed | ({Source.PATH} if usable else set())
    assert tried
    assert set(tried) <= there if there else tried == (Source.DOWNLOAD, Source.BUILD)


def test_the_users_own_engine_comes_first() -> None:
    assert candidates(None, path_is_usable=True, installed={Source.DOWNLOAD, Source.BUILD}) == (Source.PATH,)
