"""Stacks and pipelines call a secret by one name, so that a copied pipeline needs no edit for a copied stack."""

import re
from pathlib import Path
from typing import Final

import pytest
import yaml

from tests.pipelines.github_runner import WORKFLOWS

REPOSITORY: Final = Path(__file__).parents[2]
STACKS: Final = sorted((REPOSITORY / "stacks").glob("Pulumi.*.yaml"))
APPLIED: Final = WORKFLOWS / "aem-mail-apply.yml"
OPERATOR: Final = REPOSITORY / "pipelines" / "operator" / "stack.yaml"


def referenced(stack: Path) -> set[str]:
    """Return the environment variables that a stack's configuration takes secrets from."""
    config = yaml.safe_load(stack.read_text())["config"]
    return {value.removeprefix("env:") for key, value in config.items() if key.endswith("From")}


@pytest.mark.parametrize("stack", STACKS, ids=[path.name for path in STACKS])
def test_what_a_stack_refers_to_is_what_the_pipelines_set(stack: Path) -> None:
    names = referenced(stack)

    assert names == {"EMAIL_USERNAME", "EMAIL_PASSWORD"}
    assert names <= set(re.findall(r"secrets\.(\w+)", APPLIED.read_text()))
    assert names <= set(re.findall(r"^ +(\w+):$", OPERATOR.read_text(), re.MULTILINE))
    assert all(f"`{name}`" in (REPOSITORY / "docs" / "howto" / "stages.md").read_text() for name in names)
