import json
from typing import Any

import pytest

from aem_mail.stack.answer import Unreadable
from aem_mail.stack.export import Export, parse_export


def parsed(*resources: Any, **more: Any) -> Export:
    return parse_export(json.dumps({"version": 3, "deployment": {"resources": list(resources), **more}}))


def test_a_resource_is_read_whoevers_it_is() -> None:
    inputs = {"tags": ["a"], "password": {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}}
    bucket = {"urn": "b", "type": "aws:s3:Bucket", "id": "1", "inputs": inputs, "outputs": {"arn": "x"}, "parent": "p", "delete": True}

    (found,) = parsed(bucket).resources

    assert (found.urn, found.type, found.id, found.parent, found.leftover) == ("b", "aws:s3:Bucket", "1", "p", True)
    assert (found.inputs, found.outputs) == (inputs, {"arn": "x"})


def test_a_resource_requires_whatever_the_engine_deletes_after_it() -> None:
    resource = {
        "urn": "a",
        "dependencies": ["b"],
        "propertyDependencies": {"name": ["c"], "port": None},
        "parent": "d",
        "deletedWith": "e",
        "provider": "urn:pulumi:s::p::pulumi:providers:x::f::1234",
    }

    assert parsed(resource, {"urn": "z", "dependencies": None}).dependencies_among({"a", "z"}, ()) == {
        "a": ("b", "c", "d", "e", "urn:pulumi:s::p::pulumi:providers:x::f"),
        "z": (),
    }


@pytest.mark.parametrize(("packages", "goes"), [((), True), (("aws",), True), (("pulumi-python",), False)])
def test_a_provider_goes_with_the_last_resource_of_its_package(packages: tuple[str, ...], goes: bool) -> None:
    provider = {"urn": "urn:provider", "type": "pulumi:providers:pulumi-python"}
    resource = {"urn": "a", "type": "pulumi-python:dynamic/aem:EnvVar", "provider": "urn:provider::1234"}

    among = parsed(provider, resource, {"urn": "other"}).dependencies_among({"a"}, packages)

    assert among == {"a": ("urn:provider",), **({"urn:provider": ()} if goes else {})}


def test_an_operation_that_never_ended_is_told_with_its_resource() -> None:
    unended = {"type": "creating", "resource": {"urn": "a", "type": "t"}}

    ((operation, resource),) = parsed(pending_operations=[unended, {"type": "reading"}]).pending

    assert (operation, resource.urn) == ("creating", "a")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no JSON"),
        ("[]", "no JSON object"),
        ('{"version": 99, "deployment": {}}', "its version is 99"),
        ('{"deployment": {}}', "its version is None"),
        ('{"version": 3, "deployment": []}', "its deployment is no JSON object"),
        ('{"version": 3, "deployment": {"resources": {"a": 1}}}', "its resources are no list"),
        ('{"version": 3, "deployment": {"resources": [1]}}', "its resources are no list"),
        ('{"version": 3, "deployment": {"pending_operations": 1}}', "its pending_operations are no list"),
        ("[" * 100_000, "no JSON"),
        ('{"version": 3, "deployment": {"resources": [{"dependencies": "urn"}]}}', "no list of URNs"),
        ('{"version": 3, "deployment": {"resources": [{"propertyDependencies": {"name": [1]}}]}}', "no list of URNs"),
    ],
)
def test_what_is_no_state_is_named(text: str, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        parse_export(text)
