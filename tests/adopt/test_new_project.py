"""The files of a new project: complete, explained, and what the program's settings take."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from aem_mail import settings
from aem_mail.adopt.kept_yaml import explained
from aem_mail.adopt.new_project import MANAGING, STACKS, NewProject, mail_server
from aem_mail.errors import InvalidInput
from aem_mail.settings.explanations import EXPLANATIONS
from aem_mail.settings.keys import PREFIX

KEYS = st.text("abcXYZ._:-", min_size=1, max_size=8).filter(lambda key: key.strip("-:. ") == key)
VALUES = st.text(max_size=12) | st.integers() | st.booleans() | st.lists(st.text(max_size=5), max_size=3)
DOCUMENTS = st.dictionaries(KEYS, VALUES | st.dictionaries(KEYS, VALUES, min_size=1, max_size=3), min_size=1, max_size=4)


def configured(project: NewProject, stack: str) -> dict[str, Any]:
    document = yaml.safe_load(project.files()[f"Pulumi.{stack}.yaml"])
    return {key.removeprefix(PREFIX): value for key, value in document["config"].items()}


@pytest.mark.parametrize("stack", STACKS)
def test_a_stack_as_it_is_written_is_one_that_the_program_takes(stack: str) -> None:
    project = NewProject("p")

    found = settings.environment_settings(configured(project, stack), lambda _: False)

    assert configured(project, stack) == project.settings(stack)
    assert found.mail is not None
    assert found.mail.egress["mode"] == ("managed" if stack == MANAGING else "existing")
    assert found.mail.osgi == {"directory": "osgiconfig", "run_mode": stack}


@pytest.mark.parametrize("stack", STACKS)
def test_each_setting_of_a_stack_is_explained(stack: str) -> None:
    text = NewProject("p").files()[f"Pulumi.{stack}.yaml"]
    lines = [line.strip() for line in text.splitlines()]

    given = [key for key in EXPLANATIONS if key != "egress.region" or stack == MANAGING]
    unexplained = [key for key in given if not before(lines, key).startswith("# ")]
    assert unexplained == []
    assert {key for key in NewProject("p").settings(stack) if key not in EXPLANATIONS} == {"environmentId", "passwordFrom"}


def before(lines: list[str], key: str) -> str:
    """Return the line above a key."""
    name = key.rpartition(".")[2] if "." in key else PREFIX + key
    return next(lines[place - 1] for place, line in enumerate(lines) if line.startswith(f"{name}:"))


def test_an_environment_that_is_not_known_yet_is_left_out_with_the_command_that_sets_it() -> None:
    project = NewProject("p", program_id="54321", environments={"dev": "1"})

    assert list(project.problems()) == []
    assert "environmentId" not in configured(project, "stage")
    words = " ".join(project.files()["Pulumi.stage.yaml"].replace("#", "").split())
    assert "The environment's is still missing: pulumi config set aem-mail:environmentId <environment id>" in words
    with pytest.raises(InvalidInput, match=r"environmentId: is missing; run `pulumi config set aem-mail:environmentId"):
        settings.environment_settings(configured(project, "stage"), lambda _: False)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"program_id": "x"}, "program_id"),
        ({"environments": {"dev": "x"}}, "environment_id"),
        ({"kind": "x"}, "egress.kind"),
        ({"region": "x y"}, "egress.region"),
        ({"smtp": {"preset": "x"}}, "smtp.preset"),
        ({"smtp": {"preset": "ses"}}, "smtp.host"),
        ({"smtp": {"host": "h", "port": 0}}, "smtp.port"),
        ({"from_address": "x"}, "from_address"),
        ({"directory": ""}, "osgi.directory"),
    ],
)
def test_what_no_stack_can_have_is_a_problem_once(changed: dict[str, Any], field: str) -> None:
    assert [problem.field for problem in NewProject("p", **changed).problems()] == [field]


@pytest.mark.parametrize(
    ("text", "server"),
    [
        ("sendgrid", {"preset": "sendgrid"}),
        (" smtp.example.com:587 ", {"host": "smtp.example.com", "port": 587}),
        ("smtp.example.com:smtp", {"host": "smtp.example.com", "port": "smtp"}),
    ],
)
def test_a_mail_server_is_a_host_with_its_port_or_a_preset(text: str, server: dict[str, Any]) -> None:
    assert mail_server(text) == server


def test_the_virtual_environment_is_named_only_where_pulumi_would_not_find_it() -> None:
    assert yaml.safe_load(NewProject("p").files()["Pulumi.yaml"])["runtime"] == {"name": "python"}
    named = yaml.safe_load(NewProject("p", virtualenv=str(Path("/opt/a b"))).files()["Pulumi.yaml"])
    assert named["runtime"] == {"name": "python", "options": {"virtualenv": str(Path("/opt/a b"))}}


@given(DOCUMENTS, st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=200))
def test_a_document_says_the_same_with_comments_above_every_key(document: dict[str, Any], comment: str) -> None:
    paths = [(), *((key,) for key in document), *((key, name) for key, one in document.items() if isinstance(one, dict) for name in one)]

    text = explained(document, dict.fromkeys(paths, comment))

    assert yaml.safe_load(text) == document
    assert text.startswith("#")
