"""The pure parts: what a commit changes, what Git's words mean, and what surrounds Git."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.publishing.changes import leftover_changes, wanted_changes
from aem_mail.publishing.environment import SETTINGS, GitCredential, git_environment
from aem_mail.publishing.errors import RepositoryDenied, RepositoryFailed, RepositoryUnusable
from aem_mail.publishing.failures import REJECTED, failure, said
from aem_mail.publishing.git import known_words
from aem_mail.publishing.request import BranchAddress, digest

PLACE = BranchAddress("https://git.example.com/wknd.git", "main")
PATHS = st.sampled_from(["a.cfg.json", "b.cfg.json", "c.cfg.json"])
CONTENTS = st.sampled_from([b"{}", b'{"a": 1}', b'{"a": 2}', b"no JSON", b"\xff"])
FILES = st.dictionaries(PATHS, CONTENTS)
VARIABLES = ("GIT_DIR", "GIT_TRACE", "GIT_SSH_COMMAND", "GIT_ASKPASS", "HOME", "GIT_PUSH_OPTION_COUNT")
DIGESTS = st.dictionaries(PATHS, CONTENTS.map(digest))


def applied(there: Mapping[str, bytes], files: Mapping[str, bytes | None]) -> dict[str, bytes]:
    after = {**there, **files}
    return {path: content for path, content in after.items() if content is not None}


@given(FILES, FILES, DIGESTS, st.sampled_from(["error", "replace"]))
def test_afterwards_the_branch_has_what_is_wanted_and_all_else_as_it_was(
    wanted: dict[str, bytes], there: dict[str, bytes], ours: dict[str, str], on_conflict: str
) -> None:
    foreign = [path for path in wanted if there.get(path) not in (None, wanted[path]) and digest(there[path]) != ours.get(path)]
    if foreign and on_conflict == "error":
        with pytest.raises(RepositoryUnusable) as error:
            wanted_changes(PLACE, wanted, there, ours, on_conflict)
        assert all(path in str(error.value) for path in foreign)
        return

    changes = wanted_changes(PLACE, wanted, there, ours, on_conflict)

    after = applied(there, changes.files)
    assert after == {**there, **wanted}
    assert wanted_changes(PLACE, wanted, after, ours, "error").files == {}
    assert len(changes.notes) == len(foreign)


@given(DIGESTS, FILES, st.booleans())
def test_only_what_is_still_as_it_was_pushed_goes_and_only_where_that_is_declared(
    leftovers: dict[str, str], there: dict[str, bytes], delete_file: bool
) -> None:
    changes = leftover_changes(PLACE, leftovers, there, delete_file=delete_file)

    untouched = {path for path in there if path in leftovers and digest(there[path]) == leftovers[path]}
    assert set(changes.files) == (untouched if delete_file else set())
    assert all(content is None for content in changes.files.values())
    assert len(changes.notes) == len(set(there) & set(leftovers)) - len(changes.files)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("fatal: Authentication failed for 'https://git.example.com/wknd.git/'", RepositoryDenied),
        ("fatal: could not read Username for 'https://git.example.com': terminal prompts disabled", RepositoryDenied),
        ("git@git.example.com: Permission denied (publickey).\nfatal: Could not read from remote repository.", RepositoryDenied),
        ("Host key verification failed.\nfatal: Could not read from remote repository.", RepositoryDenied),
        ("error: RPC failed; HTTP 403\nfatal: unable to access 'x': The requested URL returned error: 403", RepositoryDenied),
        ("remote: GitLab: You are not allowed\n!\tx:refs/heads/main\t[remote rejected] (pre-receive hook declined)", RepositoryDenied),
        ("fatal: '/x.git' does not appear to be a git repository", RepositoryUnusable),
        ("remote: Repository not found.\nfatal: repository 'https://x/' not found", RepositoryUnusable),
        ("fatal: detected dubious ownership in repository at '/x.git'", RepositoryUnusable),
        ("fatal: unable to access 'https://x/': Could not resolve host: x", RepositoryFailed),
        ("", RepositoryFailed),
    ],
)
def test_words_of_git_are_understood(text: str, error: type[Exception]) -> None:
    found = failure(PLACE, "read", text)

    assert type(found) is type(failure(PLACE, "read", known_words(text))) is error
    assert str(found).startswith(f"PublishedConfiguration: could not read branch main of {PLACE.repository}: ")
    assert str(found).endswith(".")


@pytest.mark.parametrize(
    ("text", "overtaken"),
    [
        ("!\ta:refs/heads/main\t[rejected] (fetch first)", True),
        ("!\ta:refs/heads/main\t[rejected] (non-fast-forward)", True),
        ("!\ta:refs/heads/main\t[remote rejected] (failed to update ref)", True),
        ("!\ta:refs/heads/main\t[remote rejected] (cannot lock ref 'refs/heads/main': is at b but expected c)", True),
        ("!\ta:refs/heads/main\t[remote rejected] (pre-receive hook declined)", False),
        ("!\ta:refs/heads/main\t[remote rejected] (protected branch hook declined)", False),
    ],
)
def test_a_push_that_came_second_is_told_from_one_that_is_not_allowed(text: str, overtaken: bool) -> None:
    assert bool(REJECTED.search(text)) is bool(REJECTED.search(known_words(text))) is overtaken


@given(st.text(max_size=2000))
def test_what_git_said_is_one_line_that_a_terminal_can_show(text: str) -> None:
    assert said(text).isprintable()
    assert 0 < len(said(text)) <= 400


@given(
    st.dictionaries(st.sampled_from(["GIT_DIR", "GIT_TRACE", "GIT_SSH_COMMAND", "GIT_ASKPASS", "HOME", "GIT_PUSH_OPTION_COUNT"]), st.text())
)
def test_only_what_says_how_to_reach_a_server_is_kept_of_gits_variables(environ: dict[str, str]) -> None:
    kept = git_environment(environ)

    assert not {"GIT_DIR", "GIT_TRACE", "GIT_PUSH_OPTION_COUNT"} & kept.keys()
    for name in {"GIT_ASKPASS", "HOME"} & environ.keys():
        assert kept[name] == environ[name]
    assert kept["GIT_SSH_COMMAND"] == environ.get("GIT_SSH_COMMAND", "ssh -o BatchMode=yes -o ConnectTimeout=30")


@pytest.mark.parametrize("given_count", ["0", "2", "", "x"])
def test_our_settings_come_after_those_of_the_users_environment(given_count: str) -> None:
    users = {"GIT_CONFIG_COUNT": given_count, "GIT_CONFIG_KEY_0": "core.hooksPath", "GIT_CONFIG_VALUE_0": "/hooks"}

    environ = git_environment(users, GitCredential("https://x/", "u", "password"))

    numbers = [number for number in range(int(environ["GIT_CONFIG_COUNT"])) if f"GIT_CONFIG_KEY_{number}" in environ]
    pairs = [(environ[f"GIT_CONFIG_KEY_{number}"], environ[f"GIT_CONFIG_VALUE_{number}"]) for number in numbers]
    assert dict(pairs).items() >= dict(SETTINGS).items()


def test_a_configured_ssh_command_is_left_alone() -> None:
    assert "GIT_SSH_COMMAND" not in git_environment({}, ssh_command=True)
