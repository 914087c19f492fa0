"""The password reaches the server that it is for, through Git's environment, and nobody else."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from aem_mail.publishing.environment import Credential, git_environment
from aem_mail.publishing.errors import RepositoryDenied
from aem_mail.publishing.request import Place
from tests.publishing.http_origin import PASSWORD, USER, Requests, served
from tests.publishing.origin import Origin, git
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
    return publisher.with_request(place=Place(url, "main"), username=USER, password_from="env:GIT_PASSWORD")


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


def test_without_a_password_nothing_is_asked_for_and_git_itself_may_know_one(
    origin: Origin, publisher: Publisher, server: tuple[str, Requests], home: Path
) -> None:
    with pytest.raises(RepositoryDenied):
        publisher.up(place=Place(server[0], "main"))

    (home / ".git-credentials").write_text(server[0].replace("http://", f"http://{USER}:{PASSWORD}@") + "\n")
    git(home, "config", "--file", str(home / ".gitconfig"), "credential.helper", "store")
    assert publisher.up(place=Place(server[0], "main")).pushed
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
        publisher.record = type(publisher.record)(Place(other, "main"), "0" * 40, pushed=True, files=publisher.record.files)

        with pytest.raises(RepositoryDenied):
            publisher.up()

    assert set(requests.authorizations) == {None}


def test_a_password_serves_its_own_server_only() -> None:
    environ = git_environment({}, Credential("https://bot@git.example.com:8443/wknd.git", None, PASSWORD))

    keys = {value for name, value in environ.items() if name.startswith("GIT_CONFIG_KEY_") and "credential" in value}
    assert keys == {"credential.https://git.example.com:8443.helper"}
    assert [name for name, value in environ.items() if PASSWORD in value] == ["PUBLISHING_PASSWORD"]
