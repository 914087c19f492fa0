"""What users' programs, pipelines and states name stays where it is: a state unpickles its providers by module path, for ever.

What comes new may be added to these lists; nothing is taken out.
"""

import base64
import inspect
import json
import pickle
import pickletools
import subprocess
import sys
import tomllib
from dataclasses import fields
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import pytest

from aem_mail.resources.base.provider import Provider
from aem_mail.simulator.server import Running, running_simulator

REPOSITORY: Final = Path(__file__).resolve().parent.parent
STATES: Final = sorted((REPOSITORY / "tests" / "states").glob("state-*.json"))

IMPORTED: Final = {
    "aem_mail": (
        *("AdvancedNetworking", "AdvancedNetworkingArgs", "Egress", "EnvVar", "EnvVarArgs", "MailEgress", "MailEgressArgs"),
        *("NetworkInfrastructure", "NetworkInfrastructureArgs", "OAuth", "Osgi", "OsgiConfig", "OsgiConfigArgs", "PortForward"),
        *("PortForwardArgs", "PublishedConfiguration", "PublishedConfigurationArgs", "SecretEnvVar", "SecretEnvVarArgs", "Smtp"),
        *("EnvVars", "EnvVarsArgs", "PortForwards", "PortForwardsArgs", "Former"),
        *("ConflictPolicy", "EgressMode", "Kind", "Service", "SmtpPreset"),
        *("DhGroup", "IkeEncryption", "IkeIntegrity", "IpsecEncryption", "IpsecIntegrity", "PfsGroup"),
    ),
    "aem_mail.mail_egress": ("Egress", "MailEgress", "MailEgressArgs", "OAuth", "Osgi", "Smtp"),
    "aem_mail.program": ("declare_environment", "mail_egress_args", "published_configuration_args"),
    "aem_mail.variables": ("variables_from_file",),
    "aem_mail.simulator.server": ("Running", "running_simulator"),
}
RUN_AS_MODULES: Final = ("aem_mail.publishing", "engine", "aem_mail.pipelines")
PROVIDERS: Final = {
    ("aem_mail.resources.advanced_networking", "AdvancedNetworkingProvider"),
    ("aem_mail.resources.environment_variable", "EnvVarProvider"),
    ("aem_mail.resources.environment_variable", "SecretEnvVarProvider"),
    ("aem_mail.resources.environment_variables", "EnvVarsProvider"),
    ("aem_mail.resources.network_infrastructure", "NetworkInfrastructureProvider"),
    ("aem_mail.resources.osgi_config", "OsgiConfigProvider"),
    ("aem_mail.resources.port_forward", "PortForwardProvider"),
    ("aem_mail.resources.port_forwards", "PortForwardsProvider"),
}
TYPES: Final = {
    *(f"pulumi-python:dynamic/aem:{kind}" for kind in ("AdvancedNetworking", "EnvVar", "EnvVars", "NetworkInfrastructure")),
    *(f"pulumi-python:dynamic/aem:{kind}" for kind in ("OsgiConfig", "PortForward", "PortForwards", "SecretEnvVar")),
    *("aem:mail:MailEgress", "aem:mail:PublishedConfiguration"),
}
PUBLISHING_ACTIONS: Final = ("publish", "withdraw", "deploy")
"""A state names the action by which its files are withdrawn."""


@pytest.mark.parametrize(("module", "names"), IMPORTED.items(), ids=IMPORTED)
def test_what_programs_import_is_where_they_import_it_from(module: str, names: tuple[str, ...]) -> None:
    assert [name for name in names if not hasattr(import_module(module), name)] == []


@pytest.mark.parametrize("module", RUN_AS_MODULES)
def test_what_is_run_as_a_module_can_be(module: str) -> None:
    assert find_spec(f"{module}.__main__") is not None


def test_each_action_of_publishing_is_known_by_its_name() -> None:
    for action in PUBLISHING_ACTIONS:
        ended = subprocess.run([sys.executable, "-m", "aem_mail.publishing", action], input="", capture_output=True, text=True, check=False)
        assert "usage:" not in ended.stderr
        assert "Standard input" in ended.stderr


def test_the_command_line_and_the_engines_environment_are_had_by_their_names() -> None:
    scripts = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]["scripts"]
    assert scripts["aem-mail"] == "aem_mail.cli.main:main"
    assert callable(import_module("aem_mail.cli.main").main)
    shown = subprocess.run(["make", "-s", "-n", "engine-env"], cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout
    assert "-m engine env" in shown


def test_the_simulator_of_tests_takes_and_gives_what_it_did() -> None:
    taken = inspect.signature(running_simulator).parameters
    given = {field.name for field in fields(Running)} | set(vars(Running))

    assert {"time_scale", "seed", "page_size"} <= set(taken)
    assert {"url", "org_id", "client_id", "client_secret", "token", "headers", "state", "journal", "mutations"} <= given


def test_each_provider_class_that_states_name_is_loaded_from_its_module_without_arguments() -> None:
    for module, name in PROVIDERS:
        provider = getattr(import_module(module), name)
        assert isinstance(provider(), Provider)
        assert provider.__module__ == module


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.stem)
def test_the_providers_and_types_in_each_recorded_state_are_among_the_kept(state: Path) -> None:
    resources = json.loads(state.read_text())["deployment"]["resources"]
    blobs = [base64.b64decode(one["inputs"]["__provider"]) for one in resources if "__provider" in one.get("inputs", {})]

    assert {named_class(blob) for blob in blobs} <= PROVIDERS
    assert state != STATES[-1] or {named_class(blob) for blob in blobs} == PROVIDERS
    assert all(isinstance(pickle.loads(blob), Provider) for blob in blobs)  # noqa: S301 - a file of this repository
    assert {one["type"] for one in resources if "aem:" in one["type"]} <= TYPES


def test_the_newest_state_names_every_kept_type() -> None:
    assert {one["type"] for one in json.loads(STATES[-1].read_text())["deployment"]["resources"]} >= TYPES


def named_class(blob: bytes) -> tuple[str, str]:
    """Return the module and the class that a pickle names, without loading it."""
    module, name = [argument for code, argument, _ in pickletools.genops(blob) if code.name == "SHORT_BINUNICODE"][:2]
    return str(module), str(name)
