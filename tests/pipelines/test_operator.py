"""The example for the Kubernetes operator against a schema of the fields that it uses."""

import subprocess
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from tests.pipelines import tools

EXAMPLE: Final = Path(__file__).parents[2] / "pipelines" / "operator" / "stack.yaml"
SCHEMA: Final = Path(__file__).with_name("stack_schema.yaml")


def objects(text: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all(text))


def judged(text: str, folder: Path) -> subprocess.CompletedProcess[str]:
    stacks = [each for each in objects(text) if each["kind"] == "Stack"]
    files = [folder / f"{each['metadata']['name']}.yaml" for each in stacks]
    for file, stack in zip(files, stacks, strict=True):
        file.write_text(yaml.safe_dump(stack))
    return tools.run("check-jsonschema", "--schemafile", SCHEMA, *files)


def test_the_example_uses_fields_of_the_operator_as_they_are_meant(tmp_path: Path) -> None:
    found = judged(EXAMPLE.read_text(), tmp_path)

    assert found.returncode == 0, found.stdout


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("resyncFrequencySeconds: 600", "resyncFrequency: 600"),
        ("resyncFrequencySeconds: 600", "resyncFrequencySeconds: 60"),
        ("continueResyncOnCommitMatch: false", "continueResyncOnCommitMatch: true"),
        ("destroyOnFinalize: false", "destroyOnFinalize: true"),
        ("key: token", "name: token"),
        ("type: Secret", "type: secret"),
    ],
)
def test_a_planted_mistake_is_found(old: str, new: str, tmp_path: Path) -> None:
    text = EXAMPLE.read_text()
    assert old in text

    assert judged(text.replace(old, new, 1), tmp_path).returncode == 1


def test_what_the_stacks_refer_to_is_there_or_is_a_secret() -> None:
    everything = objects(EXAMPLE.read_text())
    accounts = {each["metadata"]["name"] for each in everything if each["kind"] == "ServiceAccount"}
    stacks = {each["metadata"]["name"]: each["spec"] for each in everything if each["kind"] == "Stack"}

    assert {spec["serviceAccountName"] for spec in stacks.values()} <= accounts
    assert {needed["name"] for spec in stacks.values() for needed in spec.get("prerequisites", [])} <= set(stacks)
    assert not [text for text in EXAMPLE.read_text().splitlines() if "clientSecret:" in text]


def test_the_stack_that_only_looks_has_no_credential_that_may_write() -> None:
    stacks = {each["metadata"]["name"]: each["spec"] for each in objects(EXAMPLE.read_text()) if each["kind"] == "Stack"}
    secrets = {name: {ref["secret"]["name"] for ref in spec["envRefs"].values() if "secret" in ref} for name, spec in stacks.items()}

    assert secrets["aem-mail-dev-drift"].isdisjoint(secrets["aem-mail-dev"])
