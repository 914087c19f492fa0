"""Whatever a user can name is documented, and every page can be reached."""

import argparse
import dataclasses
import re
import tomllib
from collections.abc import Iterator
from enum import EnumType
from pathlib import Path

import pytest

import aem_mail
from aem_mail.cli.main import _COMMANDS, _parser
from aem_mail.errors import AemMailError
from aem_mail.rollout.gathering import Window
from aem_mail.settings.connection import VARIABLES
from aem_mail.settings.keys import ALL, PREFIX
from aem_mail.settings.names import camel
from tests.docs.markdown import (
    COMMANDS,
    CONTRIBUTING,
    INDEX,
    README,
    REPOSITORY,
    RESOURCES,
    SETTINGS,
    anchors,
    blocks,
    links,
    named,
    pages,
    section,
)

RESOURCE_NAMES = [name.removesuffix("Args") for name in aem_mail.__all__ if name.endswith("Args")]
PARTS = {"Smtp": "MailEgress", "Former": "MailEgress", "Egress": "MailEgress", "OAuth": "MailEgress", "Osgi": "MailEgress"}


def commands(parser: argparse.ArgumentParser) -> Iterator[str]:
    """Yield the commands that a user types, such as ``aem-mail osgi resolve``."""
    nested = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not nested:
        yield parser.prog
    for action in nested:
        for command in action.choices.values():
            yield from commands(command)


def exit_codes(error: type[AemMailError]) -> set[int]:
    return {error.exit_code}.union(*map(exit_codes, error.__subclasses__()))


@pytest.mark.parametrize("name", RESOURCE_NAMES)
def test_every_argument_and_output_of_a_resource_is_documented(name: str) -> None:
    arguments = {field.name for field in dataclasses.fields(getattr(aem_mail, f"{name}Args"))}
    outputs = set(getattr(aem_mail, name).__annotations__)

    assert arguments | outputs <= named(section(RESOURCES, name))


@pytest.mark.parametrize("name", PARTS)
def test_every_field_of_a_part_is_documented(name: str) -> None:
    assert {field.name for field in dataclasses.fields(getattr(aem_mail, name))} <= named(section(RESOURCES, PARTS[name]))


def test_every_public_name_is_documented() -> None:
    objects = {*(f"{name}Args" for name in RESOURCE_NAMES), *PARTS}
    choices = {name for name in aem_mail.__all__ if isinstance(getattr(aem_mail, name), EnumType)}

    assert set(aem_mail.__all__) == {*RESOURCE_NAMES, *objects, *(f"{name}Dict" for name in objects), *choices}
    assert [choice for choice in choices if f"`{choice}" not in section(RESOURCES, "Forms of arguments")] == []


def test_every_resource_stands_in_the_readme() -> None:
    assert set(RESOURCE_NAMES) <= named(section(README, "Resources"))


def test_every_setting_is_documented() -> None:
    text = SETTINGS.read_text(encoding="utf-8")
    fields = [field.name for part in PARTS for field in dataclasses.fields(getattr(aem_mail, part))]
    fields += [field.name for field in dataclasses.fields(Window)]

    assert {PREFIX + key for key in ALL} <= named(text)
    assert set(map(camel, fields)) <= named(text)


def test_every_environment_variable_is_documented() -> None:
    sources = [path for folder in ("aem_mail", "tools") for path in (REPOSITORY / folder).rglob("*.py")]
    own = {name for path in sources for name in re.findall(r"\bAEM_MAIL_[A-Z_]+\b", path.read_text(encoding="utf-8"))}

    assert own | set(VARIABLES.values()) <= named(SETTINGS.read_text(encoding="utf-8"))


def test_every_command_is_documented() -> None:
    text = COMMANDS.read_text(encoding="utf-8")

    assert [command for command in commands(_parser([*_COMMANDS])) if f"`{command}`" not in text] == []


def test_every_exit_code_is_documented() -> None:
    listed = {int(code) for code in re.findall(r"^\| (\d+) \|", COMMANDS.read_text(encoding="utf-8"), re.MULTILINE)}

    assert exit_codes(AemMailError) | {0, 1, 2, 3} == listed


def test_every_target_of_the_makefile_is_documented() -> None:
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE)
    listed = re.findall(r"`make (?:-s )?([a-z-]+)`", section(CONTRIBUTING, "Commands"))

    assert set(listed) == {*targets} - {"help"}


def test_the_two_commands_of_a_checkout_are_all_of_that_section() -> None:
    assert [block.text for block in blocks(section(README, "In a checkout"))] == ["make demo\nmake test\n"]


def test_the_readme_is_read_in_five_minutes() -> None:
    assert len(README.read_text(encoding="utf-8").split()) <= 1000


def test_every_page_can_be_reached_from_the_readme_or_the_start_page_that_it_names() -> None:
    linked = {
        (page.parent / link.partition("#")[0]).resolve() for page in (README, INDEX) for link in links(page.read_text(encoding="utf-8"))
    }

    assert [page.name for page in pages() if page != README and page not in linked] == []


def test_every_link_within_the_repository_leads_somewhere() -> None:
    broken = []
    for page in pages():
        for link in links(page.read_text(encoding="utf-8")):
            path, _, anchor = link.partition("#")
            target = (page.parent / path).resolve() if path else page
            if "://" not in link and not (target.exists() and (not anchor or anchor in anchors(target.read_text(encoding="utf-8")))):
                broken.append(f"{page.name}: {link}")

    assert broken == []


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_what_promises_that_no_secret_shows_names_the_exceptions(page: Path) -> None:
    text = " ".join(page.read_text(encoding="utf-8").split())

    promises = re.search(r"[Nn]o (secret|log|error)[^.|]* (in plain text|process argument)", text) is not None
    exceptions = {"-v=9", "PULUMI_DEBUG_GRPC", "--plan"} <= set(re.findall(r"-v=9|PULUMI_DEBUG_GRPC|--plan\b", text))
    assert exceptions or not promises


def test_a_shell_block_can_be_pasted_into_bash_and_zsh() -> None:
    """An interactive zsh knows no comments, and takes ``$name[…]`` for a subscript."""
    shell = [
        block.text for page in pages() for block in blocks(page.read_text(encoding="utf-8")) if page == README and block.language == "sh"
    ]

    assert shell
    assert [text for text in shell if re.search(r"(^|\s)#|\$\w+\[", text)] == []


def test_the_version_stands_in_the_changes() -> None:
    version = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]

    assert re.search(rf"^## {re.escape(version)}\b", (REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
