"""A file that an older version recorded lacks the redirect of Adobe's sample: that alone is no change."""

from pathlib import Path
from typing import Any

import pytest

from aem_mail.osgi import OAUTH_PID
from aem_mail.osgi.oauth_provider import REDIRECT
from aem_mail.resources.osgi_config import OsgiConfigProvider

from .runs import fresh_run

BEFORE = {"authUrl": "https://login.example.com/a", "clientId": "an-id", "scopes": ["mail"]}


def checked(folder: Path, recorded: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    (folder / "osgiconfig").mkdir(exist_ok=True)
    both = [{"directory": str(folder / "osgiconfig"), "pid": OAUTH_PID, "properties": one} for one in (recorded, wanted)]
    with fresh_run():
        result = OsgiConfigProvider().check(*both)
    assert not result.failures
    return result.inputs


def test_a_file_recorded_without_the_redirect_is_no_change(tmp_path: Path) -> None:
    inputs = checked(tmp_path, BEFORE, {**BEFORE, **REDIRECT})

    assert inputs["properties"] == BEFORE
    assert "authCodeRedirectUrl" not in str(inputs["content"])


@pytest.mark.parametrize("recorded", [{**BEFORE, "clientId": "another"}, {**BEFORE, **REDIRECT}])
def test_a_file_that_changes_anyway_gets_it(tmp_path: Path, recorded: dict[str, Any]) -> None:
    inputs = checked(tmp_path, recorded, {**BEFORE, **REDIRECT})

    assert inputs["properties"] == {**BEFORE, **REDIRECT}
    assert '"authCodeRedirectUrl": "http://localhost"' in str(inputs["content"])
