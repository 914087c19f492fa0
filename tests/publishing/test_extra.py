"""Who does not publish needs no pulumi-command, whose plugin the engine would download; who does is told how to get it."""

import re
import subprocess
import sys
from importlib.metadata import requires
from typing import Final

import pulumi
import pytest

from aem_mail import PublishedConfiguration, PublishedConfigurationArgs

CONFIGURATIONS: Final = [{"pid": "com.day.cq.mailer.DefaultMailService", "content": "{}"}]
ARGS: Final = PublishedConfigurationArgs(
    "10001", "20001", "https://git.example.com/wknd.git", "main", "ui.config/osgiconfig", CONFIGURATIONS
)
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
    (requirement,) = (one for one in requires("aem-mail") or () if one.startswith("pulumi-command") and "dev" not in one)

    assert requirement.endswith("extra == 'publishing'") or requirement.endswith('extra == "publishing"')


def test_nothing_imports_it_that_does_not_publish() -> None:
    assert subprocess.run([sys.executable, "-c", EVERYTHING], check=True, capture_output=True, text=True).stdout.strip() == "[]"


def test_who_publishes_without_it_is_told_in_one_sentence_which_extra_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pulumi_command", None)
    monkeypatch.delitem(sys.modules, "pulumi_command.local", raising=False)

    with pytest.raises(pulumi.RunError) as refused:
        PublishedConfiguration("mail", ARGS)

    assert re.match(r"PublishedConfiguration mail: pulumi_command\S* is missing; install the extra publishing ", str(refused.value))
    assert "'aem-mail[publishing] @ " in str(refused.value)
    assert "\n" not in str(refused.value)
