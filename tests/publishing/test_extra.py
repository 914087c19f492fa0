"""Who does not publish needs no pulumi-command, whose plugin the engine would download; who does is told how to get it."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Final

import pulumi
import pytest

from aem_mail import MailEgress, MailEgressArgs, PublishedConfiguration, PublishedConfigurationArgs, Smtp
from tests.resources.registered import registered_by

CONFIGURATIONS: Final = [{"pid": "com.day.cq.mailer.DefaultMailService", "content": "{}"}]
ARGS: Final = PublishedConfigurationArgs(
    "10001", "20001", "https://git.example.com/wknd.git", "main", "ui.config/osgiconfig", CONFIGURATIONS
)
FROM: Final = ("env:EMAIL_USERNAME", "env:EMAIL_PASSWORD")
EVERYTHING: Final = """
import pkgutil, sys
from importlib import import_module
sys.modules["pulumi_command"] = None
import aem_mail
for name in aem_mail.__all__:
    getattr(aem_mail, name)
for module in pkgutil.walk_packages(aem_mail.__path__, "aem_mail."):
    import_module(module.name)
print(sorted(name for name in sys.modules if name.startswith("pulumi_command") and sys.modules[name] is not None))
"""


def test_only_the_extra_requires_it() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]

    assert [one for one in project["dependencies"] if "command" in one] == []
    assert [name for name, extra in extras.items() if any("pulumi-command" in one for one in extra)] == ["publishing"]


def test_nothing_imports_it_that_does_not_publish() -> None:
    assert subprocess.run([sys.executable, "-c", EVERYTHING], check=True, capture_output=True, text=True).stdout.strip() == "[]"


def test_a_program_that_does_not_publish_runs_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pulumi_command", None)
    args = MailEgressArgs(
        "10001", "20001", Smtp("smtp.example.com", 465), "noreply@wknd.site", username_from=FROM[0], password_from=FROM[1]
    )

    registered, outputs = registered_by(lambda: MailEgress("mail", args).outputs())

    assert outputs["proxyPort"] == 30465
    assert {resource.kind for resource in registered} >= {"PortForward", "SecretEnvVar"}
    assert "command:local:Command" not in {resource.kind for resource in registered}


def test_who_publishes_without_it_is_told_in_one_sentence_which_extra_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pulumi_command", None)
    monkeypatch.delitem(sys.modules, "pulumi_command.local", raising=False)

    with pytest.raises(pulumi.RunError) as refused:
        PublishedConfiguration("mail", ARGS)

    assert re.match(r"PublishedConfiguration mail: pulumi_command\S* is missing; install the extra publishing ", str(refused.value))
    assert "'aem-mail[publishing] @ " in str(refused.value)
    assert "\n" not in str(refused.value)
