"""The settings of `osgi.publish`: the same rules and names as everything else in a stack's configuration."""

import dataclasses
import json
from typing import Any

import pytest

from aem_mail.errors import InvalidInput
from aem_mail.publishing.published_configuration import PublishedConfigurationArgs
from aem_mail.settings import program_settings
from aem_mail.settings.names import camel
from aem_mail.settings.publishing import FROM_THE_PROGRAM, publishing_arguments, publishing_problems
from tests.docs.markdown import REPOSITORY, named

PUBLISH: dict[str, Any] = {"repository": "https://git.example.com/wknd.git", "branch": "main", "directory": "ui.config/osgiconfig"}
STACK: dict[str, Any] = {
    "programId": "10001",
    "environmentId": "20001",
    "egress": {"mode": "existing"},
    "smtp": {"host": "smtp.example.com", "port": 465},
    "fromAddress": "noreply@example.com",
    "usernameFrom": "env:U",
    "passwordFrom": "env:P",
}


def with_publish(**publish: Any) -> dict[str, Any]:
    return {**STACK, "osgi": json.dumps({"directory": "osgiconfig", "runMode": "dev", "publish": {**PUBLISH, **publish}})}


def test_it_is_read_under_the_names_of_the_arguments_and_kept_from_mail_egress() -> None:
    config = with_publish(
        username="bot", passwordFrom="env:G", pipeline=40001, pipelineTimeout="600", deleteFile="true", onConflict="replace"
    )

    assert publishing_arguments(config) == {
        **PUBLISH,
        "username": "bot",
        "password_from": "env:G",
        "pipeline": "40001",
        "pipeline_timeout": 600,
        "delete_file": True,
        "on_conflict": "replace",
    }
    assert program_settings(config, lambda key: False).osgi == {"directory": "osgiconfig", "run_mode": "dev"}


@pytest.mark.parametrize("config", [{}, STACK, {"osgi": {"directory": "x"}}, {"osgi": "text"}, {"osgi": {"publish": None}}])
def test_without_it_nothing_is_published(config: dict[str, Any]) -> None:
    assert publishing_arguments(config) is None
    assert list(publishing_problems(config)) == []


def test_whatever_is_wrong_is_named_by_its_key_with_the_command_that_fixes_it() -> None:
    config = with_publish(repository=None, branch="a b", brnach="x", password_from="env:G", runMode="dev")

    with pytest.raises(InvalidInput) as error:
        program_settings(config, lambda key: False)

    text = str(error.value)
    for key in ("repository: is missing", "branch: must be", "brnach: is unknown", "password_from: is unknown; did you mean passwordFrom?"):
        assert f"aem-mail:osgi.publish.{key}" in text
    assert "aem-mail:osgi.publish.runMode: is given by the stack's other settings" in text
    assert "`pulumi config set --path aem-mail:osgi.publish.repository" in text
    assert "`pulumi config rm --path aem-mail:osgi.publish.brnach`" in text


def test_every_key_is_documented() -> None:
    keys = {camel(field.name) for field in dataclasses.fields(PublishedConfigurationArgs) if field.name not in FROM_THE_PROGRAM}

    assert keys <= named((REPOSITORY / "docs" / "publishing.md").read_text(encoding="utf-8"))


def test_anything_but_an_object_is_refused() -> None:
    (problem,) = publishing_problems({"osgi": {"publish": "main"}})

    assert problem.field == "osgi.publish"
