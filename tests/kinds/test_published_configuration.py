"""What may be declared of a repository: addresses and names that Git takes, and nothing that leads elsewhere or shows a secret."""

import subprocess
from pathlib import Path
from typing import Any

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st

import aem_mail
from aem_mail.kinds.published_configuration import NAME, is_path, problems, warnings
from aem_mail.kinds.registry import kind_names, kind_of_token
from aem_mail.model import UNKNOWN
from aem_mail.stack.tokens import kind_of

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12)
GOOD: dict[str, Any] = {
    "program_id": "10001",
    "environment_id": "20001",
    "repository": "https://git.example.com/wknd.git",
    "branch": "main",
    "directory": "ui.config/src/main/content/jcr_root/apps/wknd/osgiconfig",
    "configurations": [{"pid": "com.day.cq.mailer.DefaultMailService", "content": "{}", "path": ""}],
}


def wrong(**changes: Any) -> list[str]:
    return [problem.field for problem in problems({**GOOD, **changes})]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"configurations": UNKNOWN},
        {"repository": "git@git.example.com:wknd.git"},
        {"repository": "ssh://git@git.example.com:2222/wknd.git"},
        {"repository": "file:///srv/wknd.git"},
        {"repository": "../wknd"},
        {"repository": "C:/work/wknd.git"},
        {"repository": "../wknd@2:copy#1?.git"},
        {"repository": "/srv/a:b@c/wknd.git"},
        {"repository": "./12:30@noon"},
        {"repository": "https://MyCompany-Digital-2024@git.example.com/MyCompany/_git/wknd"},
        {"repository": "https://SvcAemMailProduction2024@git.example.com/wknd.git"},
        {"username": "svc_AEM_Mail_Production_01", "password_from": "env:GIT_PASSWORD"},
        {"repository": "org-1234@git.example.com:wknd.git"},
        {"repository": "http://127.0.0.1:8080/wknd.git"},
        {"username": "bot", "password_from": "env:GIT_PASSWORD"},
        {"repository": "https://bot@git.example.com/wknd.git", "password_from": "file:token"},
        {"repository": "https://first-name-last-name-a-company-with-a-long-name-com@git.example.com/wknd.git"},
        {"branch": "feature/mail-1.2"},
        {"run_mode": "author.prod", "author": "Dr. O'Hara <bot@example.com>", "delete_file": True, "on_conflict": "replace"},
        {"pipeline": "Deploy to dev", "pipeline_timeout": 600},
    ],
)
def test_what_git_takes_is_taken(changes: dict[str, Any]) -> None:
    assert wrong(**changes) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(
            ("repository", value)
            for value in ("", "ext::sh -c id", "--upload-pack=id", "ftp://x/y", "http://git.example.com/x", "https://")
        ),
        *(("repository", value) for value in ("https://x:99999/y", "git://x/y", "a\nb", 1, None)),
        *(
            ("branch", value)
            for value in ("", "a b", "a..b", "-\x7f", "refs/heads/main", "a.lock", "/a", "a/", "a//b", "@", "a@{1}", "a:b")
        ),
        *(
            ("directory", value)
            for value in (
                "",
                "/etc",
                "../x",
                "a/../b",
                "a//b",
                "./a",
                "a/.git/hooks",
                ".GIT/x",
                ".git::$INDEX_ALLOCATION/x",
                "a\\b",
                "git~1/x",
                "a\0b",
            )
        ),
        *(("author", value) for value in ("bot", "<a@b>", "a <b c>", "a <b>\nc <d>", ". <b@c>", "\"',;:\\ <b@c>", 1)),
        *(("run_mode", value) for value in ("../dev", "Dev")),
        ("configurations", []),
        ("delete_file", "yes"),
        ("on_conflict", "keep"),
        ("pipeline", " "),
        ("more", 1),
    ],
)
def test_what_git_or_the_path_cannot_be_is_named(field: str, value: Any) -> None:
    assert field in wrong(**{field: value})


def test_a_password_in_the_address_is_refused_and_not_shown() -> None:
    found = list(problems({**GOOD, "repository": "https://bot:hush-hush@git.example.com/wknd.git"}))

    assert [problem.field for problem in found] == ["repository"]
    assert "hush" not in str(found)


@pytest.mark.parametrize("token", ["ghp_hushhush", "github_pat_hush", "glpat-hush", "hush" * 13])
def test_a_token_as_the_user_of_an_address_is_refused_and_not_shown(token: str) -> None:
    found = list(problems({**GOOD, "repository": f"https://{token}@git.example.com/wknd.git"}))

    assert [problem.field for problem in found] == ["repository"]
    assert "hush" not in str(found)


SECRET = "hushHush0hushHush0hushHush0"


@pytest.mark.parametrize(
    "address",
    [
        f"https://{SECRET}@git.example.com/wknd.git",
        f"https://bot:{SECRET}@git.example.com/wknd.git",
        f"https://:{SECRET}@git.example.com/wknd.git",
        f"HTTPS://bot:{SECRET}@git.example.com/wknd.git",
        f" https://bot:{SECRET}@git.example.com/wknd.git",
        f"https://bot:{SECRET}@git.example.com/wknd.git ",
        f"https://bot :{SECRET}@git.example.com/wknd.git",
        f"https://bot%3A{SECRET}@git.example.com/wknd.git",
        f"https://bot%253A{SECRET}@git.example.com/wknd.git",
        f"https://%67hp%5F{SECRET}@git.example.com/wknd.git",
        f"https://x@y:{SECRET}@git.example.com/wknd.git",
        f"https://git.example.com/wknd.git?access_token={SECRET}",
        f"https://git.example.com/wknd.git?{SECRET}",
        f"https://git.example.com/wknd.git#{SECRET}",
        f"https://git.example.com/wknd.git;token={SECRET}",
        f"https://git.example.com/wknd%3Bsv=1%3Bsig={SECRET}",
        f"https://git.example.com/ghp_{SECRET}/wknd.git",
        f"https:/bot:{SECRET}@git.example.com/wknd.git",
        f"https:bot:{SECRET}@git.example.com/wknd.git",
        f"https:\\\\bot:{SECRET}@git.example.com/wknd.git",
        f"//bot:{SECRET}@git.example.com/wknd.git",
        f"git+https://bot:{SECRET}@git.example.com/wknd.git",
        f"ssh://git:{SECRET}@git.example.com/wknd.git",
        f"SSH://{SECRET}@git.example.com/wknd.git",
        f"ssh://git@git.example.com/wknd.git?token={SECRET}",
        f"git:{SECRET}@git.example.com:wknd.git",
        f"{SECRET}@git.example.com:wknd.git",
        f"ghp_{SECRET}@git.example.com:wknd.git",
        f"git%3A{SECRET}@git.example.com:wknd.git",
        f"http://bot:{SECRET}@127.0.0.1:8080/wknd.git",
        f"file://bot:{SECRET}@/srv/wknd.git",
        f"https::https://bot:{SECRET}@git.example.com/wknd.git",
    ],
)
def test_a_secret_in_an_address_is_refused_in_every_form_and_not_shown(address: str) -> None:
    found = list(problems({**GOOD, "repository": address}))

    assert [problem.field for problem in found] == ["repository"]
    assert "hush" not in str(found).lower()


@pytest.mark.parametrize("token", [SECRET, "ghp_hushhush", "glpat-hush", "hush" * 13])
def test_a_token_as_the_user_is_refused_and_not_shown(token: str) -> None:
    found = list(problems({**GOOD, "username": token, "password_from": "env:GIT_PASSWORD"}))

    assert [problem.field for problem in found] == ["username"]
    assert "hush" not in str(found).lower()


def test_a_user_and_a_password_belong_together_and_to_https() -> None:
    assert wrong(username="bot") == ["username"]
    assert wrong(password_from="env:X") == ["username"]
    assert "password_from" in wrong(repository="git@x:y", username="bot", password_from="env:X")
    assert "password_from" in wrong(username="bot", password_from="hush-hush")
    assert wrong(pipeline_timeout=5) == ["pipeline_timeout"]


def test_a_pid_cannot_lead_out_of_the_folder() -> None:
    assert wrong(configurations=[{"pid": "../../x", "content": "{}"}]) == ["configurations[0].pid"]


def test_a_folder_that_is_no_osgiconfig_is_a_warning() -> None:
    assert [warning.field for warning in warnings({**GOOD, "directory": "ui.config"})] == ["directory"]
    assert list(warnings(GOOD)) == []


@pytest.mark.parametrize(("address", "path"), [("../a", True), ("/a", True), ("a", True), ("https://a/b", False), ("git@a:b", False)])
def test_a_path_is_told_from_a_url(address: str, path: bool) -> None:
    assert is_path(address) is path


@given(
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12)
    | st.from_regex(r"[a-z./@{~^-]{1,10}", fullmatch=True)
)
def test_no_branch_is_taken_that_git_refuses(name: str) -> None:
    if wrong(branch=name) == []:
        command = ["git", "check-ref-format", f"refs/heads/{name}"]
        assert subprocess.run(command, check=False, cwd=Path("/")).returncode == 0


def test_every_public_resource_is_of_a_registered_kind_but_what_publishes_which_is_a_command_of_another_provider() -> None:
    """What it publishes is the OsgiConfig's, which is registered: reports judge that one by the repository."""
    public = {name for name in aem_mail.__all__ if isinstance(one := getattr(aem_mail, name), type) and issubclass(one, pulumi.Resource)}

    assert public - {*kind_names()} == {NAME}
    assert kind_of_token(f"aem:mail:{NAME}") is None
    assert kind_of("command:local:Command") is None
