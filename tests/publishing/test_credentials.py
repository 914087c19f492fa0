"""The password reaches the server that it is for, through Git's environment, and nobody else."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from aem_mail.publishing.environment import GitCredential, git_environment
from aem_mail.publishing.errors import RepositoryDenied
from aem_mail.publishing.git import known_words
from aem_mail.publishing.request import BranchAddress
from tests.cloud_manager.scripted_server import answer, raw, running_scripted_server
from tests.cloud_manager.spellings import SPELLINGS, shown_of
from tests.publishing.http_origin import PASSWORD, USER, Requests, served
from tests.publishing.origin import Origin, executable, git
from tests.publishing.publisher import CONTENT, Publisher
from tests.secrets import SecretWatch


@pytest.fixture
def server(origin: Origin) -> Iterator[tuple[str, Requests]]:
    git(origin.path, "config", "http.receivepack", "true")
    with served(origin.path) as server:
        yield server


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")


def declared(publisher: Publisher, url: str) -> Publisher:
    return publisher.with_request(place=BranchAddress(url, "main"), username=USER, password_from="env:GIT_PASSWORD")


def test_a_password_by_reference_opens_the_repository_and_shows_nowhere(
    origin: Origin, publisher: Publisher, server: tuple[str, Requests], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GIT_PASSWORD", PASSWORD)
    watch = SecretWatch(PASSWORD)

    with watch.processes(os.getsid(0)):
        record = declared(publisher, server[0]).up()

    assert origin.show() == CONTENT.encode()
    watch.text("what was said", publisher.said)
    watch.text("the record", record.to_json())
    watch.text("the request", publisher.request.to_json())
    watch.folder(tmp_path, "everything that was written")


def test_a_wrong_password_is_one_paragraph_without_it(
    publisher: Publisher, server: tuple[str, Requests], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_PASSWORD", "quite-another-one")

    with pytest.raises(RepositoryDenied, match="Give this account access, or other credentials") as error:
        declared(publisher, server[0]).up()

    SecretWatch("quite-another-one", PASSWORD).text("the error", str(error.value))


@pytest.mark.parametrize("spelling", list(SPELLINGS)[::7])
def test_a_server_that_repeats_the_password_makes_it_known_to_nobody(
    spelling: str, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_PASSWORD", PASSWORD)
    told = "".join(SPELLINGS[spelling](PASSWORD).splitlines())
    refused = f"HTTP/1.1 403 {told}\r\nContent-Type: text/plain\r\nX-Echo: {told}\r\nContent-Length: {len(told)}\r\n\r\n{told}"
    with running_scripted_server() as server:
        server.script(answer(401, www_authenticate='Basic realm="git"'), raw(refused.encode()))

        with pytest.raises(RepositoryDenied, match="requested URL returned error: 403") as error:
            declared(publisher, f"{server.url}/wknd.git").up()

    assert shown_of(PASSWORD, str(error.value)) == []


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_of_what_git_says_about_a_password_only_known_words_are_told(spelling: str) -> None:
    told = SPELLINGS[spelling](PASSWORD)
    text = f"remote: {told}\n ! [remote rejected] main -> {told} (pre-receive hook declined)\nfatal: {told}"

    assert shown_of(PASSWORD, known_words(text)) == []
    assert known_words(text).startswith("[remote rejected] (pre-receive hook declined) (what else Git says is not shown")


def test_without_a_password_nothing_is_asked_for_and_git_itself_may_know_one(
    origin: Origin, publisher: Publisher, server: tuple[str, Requests], home: Path
) -> None:
    with pytest.raises(RepositoryDenied):
        publisher.up(place=BranchAddress(server[0], "main"))

    (home / ".git-credentials").write_text(server[0].replace("http://", f"http://{USER}:{PASSWORD}@") + "\n")
    git(home, "config", "--file", str(home / ".gitconfig"), "credential.helper", "store")
    assert publisher.up(place=BranchAddress(server[0], "main")).pushed
    assert origin.show() == CONTENT.encode()


def test_an_account_that_may_only_read_is_told_so(
    origin: Origin, publisher: Publisher, server: tuple[str, Requests], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_PASSWORD", PASSWORD)
    server[1].may_write = False

    with pytest.raises(RepositoryDenied, match="could not write to branch main"):
        declared(publisher, server[0]).up()

    assert origin.log() == ["Work on the site"]


def test_another_server_of_an_earlier_declaration_gets_no_password(
    origin: Origin, publisher: Publisher, server: tuple[str, Requests], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_PASSWORD", PASSWORD)
    declared(publisher, server[0]).up(delete_file=True)
    with served(origin.path) as (other, requests):
        assert publisher.record is not None
        publisher.record = type(publisher.record)(BranchAddress(other, "main"), "0" * 40, pushed=True, files=publisher.record.files)

        with pytest.raises(RepositoryDenied):
            publisher.up()

    assert set(requests.authorizations) == {None}


SECRETS_OF_OURS = (
    *("CLOUDMANAGER_CLIENT_SECRET", "CLOUDMANAGER_ACCESS_TOKEN", "AEM_MAIL_FINGERPRINT_KEY", "PULUMI_CONFIG_PASSPHRASE"),
    *("PULUMI_ACCESS_TOKEN", "PULUMI_CONFIG", "PULUMI_COMMAND_STDOUT", "SMTP_PASSWORD", "SENDGRID_KEY", "MAIL_A"),
    *("SSH_PASSWORD", "AWS_SECRET_ACCESS_KEY", "AZURE_STORAGE_KEY", "LCX", "XDG", "VAULT_TOKEN", "GIT_AUTHOR_NAME", "GIT_DIR"),
)
NEEDED = (
    *("PATH", "HOME", "USER", "TMPDIR", "LANG", "LC_CTYPE", "XDG_CONFIG_HOME", "SSH_AUTH_SOCK", "SSH_ASKPASS", "GIT_ASKPASS"),
    *("GIT_SSL_CAINFO", "GIT_CONFIG_GLOBAL", "https_proxy", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "SSL_CERT_FILE", "SystemRoot"),
    *("DBUS_SESSION_BUS_ADDRESS", "GNUPGHOME", "KRB5CCNAME", "GH_TOKEN", "GITHUB_TOKEN", "GH_HOST", "GITLAB_TOKEN", "CI_JOB_TOKEN"),
    *("GCM_CREDENTIAL_STORE", "PASSWORD_STORE_DIR", "GIT_TOKEN", "GIT_PASSWORD", "GIT_USERNAME", "GIT_ACCESS_TOKEN"),
)


def test_git_gets_what_it_needs_and_no_secret_of_ours() -> None:
    environ = {name: f"the value of {name}" for name in (*SECRETS_OF_OURS, *NEEDED, "GIT_HTTP_TOKEN")}
    credential = GitCredential("https://bot@git.example.com/wknd.git", None, environ["GIT_HTTP_TOKEN"])

    given = git_environment(environ, credential)

    assert [name for name in SECRETS_OF_OURS if name in given] == []
    assert {name: given.get(name) for name in NEEDED} == {name: environ[name] for name in NEEDED}
    assert [name for name, value in given.items() if value == credential.password] == ["PUBLISHING_PASSWORD"]


def test_git_gets_what_the_users_helpers_read_and_what_is_listed_for_it() -> None:
    environ = {name: f"the value of {name}" for name in (*SECRETS_OF_OURS, "DEPLOY_PAT", "DEPLOY_KEY", "KEY_FILE")}
    environ |= {"AEM_MAIL_GIT_VARIABLES": "AWS_SECRET_ACCESS_KEY, PULUMI_ACCESS_TOKEN", "GIT_SSH_COMMAND": "ssh -i $KEY_FILE"}
    commands = 'credential.helper !f() { echo "password=${DEPLOY_PAT}"; }; f\ncore.askpass $CLOUDMANAGER_ACCESS_TOKEN $GIT_DIR'

    given = git_environment(environ, commands=commands)

    assert {"DEPLOY_PAT", "KEY_FILE", "AWS_SECRET_ACCESS_KEY"} <= given.keys()
    assert given.keys() & {*SECRETS_OF_OURS, "DEPLOY_KEY"} == {"AWS_SECRET_ACCESS_KEY"}


@pytest.mark.parametrize("variable", ["GIT_PASSWORD", "GH_TOKEN", "DEPLOY_PAT"])
def test_a_helper_of_the_user_signs_in_with_a_variable(
    variable: str, publisher: Publisher, server: tuple[str, Requests], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, PASSWORD)
    helper = f'!f() {{ test "$1" = get && echo "username={USER}" && echo "password=${variable}"; }}; f'
    git(home, "config", "--file", str(home / ".gitconfig"), "credential.helper", helper)

    assert publisher.up(place=BranchAddress(server[0], "main")).pushed


def test_a_script_of_git_askpass_reads_the_password_from_its_variable(
    publisher: Publisher, server: tuple[str, Requests], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    executable(home / "askpass", 'case "$1" in User*) echo "$GIT_USERNAME";; *) echo "$GIT_PASSWORD";; esac')
    for name, value in {"GIT_ASKPASS": str(home / "askpass"), "GIT_USERNAME": USER, "GIT_PASSWORD": PASSWORD}.items():
        monkeypatch.setenv(name, value)

    assert publisher.up(place=BranchAddress(server[0], "main")).pushed


def test_a_helper_and_a_hook_of_the_repository_see_no_secret_of_ours(
    origin: Origin, publisher: Publisher, server: tuple[str, Requests], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = home / "seen"
    watch = SecretWatch()
    for name in SECRETS_OF_OURS:
        monkeypatch.setenv(name, f"canary-of-{name}")
        watch.add(f"canary-of-{name}")
    origin.hook("pre-receive", f"env >> {seen}")
    publisher.up()
    git(home, "config", "--file", str(home / ".gitconfig"), "credential.helper", f"!env >> {seen}; false")
    with pytest.raises(RepositoryDenied):
        publisher.up(place=BranchAddress(server[0], "main"))

    watch.text("what a hook and a helper were given", seen.read_text())
    assert seen.read_text().count("HOME=") >= 2


def test_a_password_serves_its_own_server_only() -> None:
    environ = git_environment({}, GitCredential("https://bot@git.example.com:8443/wknd.git", None, PASSWORD))

    keys = {value for name, value in environ.items() if name.startswith("GIT_CONFIG_KEY_") and "credential" in value}
    assert keys == {"credential.https://git.example.com:8443.helper"}
    assert [name for name, value in environ.items() if PASSWORD in value] == ["PUBLISHING_PASSWORD"]
