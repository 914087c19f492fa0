from typing import Any

import pytest

from aem_mail.errors import Problem
from aem_mail.kinds import forms, normalise, problems, warnings
from aem_mail.kinds.osgi_config import configuration_path
from aem_mail.model import UNKNOWN
from aem_mail.osgi.mail_service import MAIL_SERVICE_PID, MailService, render_mail_service

OAUTH_PID = "com.day.cq.mailer.oauth.impl.OAuthConfigurationProviderImpl"
FILE = {"directory": "ui.config/osgiconfig", "pid": "com.example.Service", "properties": {"a": 1, "b": [True, None, {"c": 1.5}]}}


def found(**changes: Any) -> list[Problem]:
    return problems("OsgiConfig", normalise("OsgiConfig", {**FILE, **changes}))


def test_the_rendered_mail_service_is_accepted() -> None:
    properties = render_mail_service(MailService(30465, 465, "noreply@wknd.site", "EMAIL_USERNAME", "EMAIL_PASSWORD"))

    assert found(pid=MAIL_SERVICE_PID, properties=properties) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"pid": "com.example.Factory~wknd-site"},
        {"pid": "Service"},
        {"run_mode": "dev"},
        {"run_mode": "author.prod"},
        {"properties": {}},
        {"properties": {"a": UNKNOWN}},
        {"properties": UNKNOWN},
        {"directory": "/srv/aem/osgiconfig", "delete_file": True, "on_conflict": "replace"},
        {"directory": "../aem/osgiconfig"},
    ],
)
def test_what_is_accepted(changes: dict[str, Any]) -> None:
    assert found(**changes) == []


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"pid": "com.day.cq.mailer.impl.DefaultMailService"}, "pid", f"the mail service's PID is '{MAIL_SERVICE_PID}'"),
        ({"pid": "com.example.Service.cfg.json"}, "pid", "must be the PID alone"),
        ({"pid": "../com.example.Service"}, "pid", "must be a PID such as"),
        ({"pid": "config/com.example.Service"}, "pid", "must be a PID such as"),
        ({"pid": "com..example"}, "pid", "must be a PID such as"),
        ({"pid": ""}, "pid", "must be a PID such as"),
        ({"pid": 3}, "pid", "must be a PID such as"),
        ({"run_mode": "Dev"}, "run_mode", "run modes joined by dots, such as 'dev' or 'author.prod', not 'Dev'"),
        ({"run_mode": "dev.author"}, "run_mode", "must be 'author.dev', since AEM's build fails on the order of 'dev.author'"),
        ({"run_mode": "dev/../.."}, "run_mode", "run modes joined by dots"),
        ({"run_mode": ".dev"}, "run_mode", "run modes joined by dots"),
        ({"run_mode": ""}, "run_mode", "run modes joined by dots"),
        ({"directory": ""}, "directory", "must be a text that is not empty"),
        ({"directory": "a\0b"}, "directory", "must not contain a NUL character"),
        ({"directory": ["a"]}, "directory", "must be a text"),
        ({"delete_file": "no"}, "delete_file", "must be true or false, not 'no'"),
        ({"on_conflict": "keep"}, "on_conflict", "must be 'error' or 'replace'"),
        ({"properties": None}, "properties", "is missing"),
        ({"properties": []}, "properties", "must be an object of the configuration's properties, not a list"),
        ({"properties": {"a": float("inf")}}, "properties.a", "must be a number that JSON can write"),
        ({"properties": {"a": [b"x"]}}, "properties.a[0]", "must be a JSON value, not a bytes"),
        ({"properties": {3: "x"}}, "properties", "has a key of type int; keys are texts"),
    ],
)
def test_limits(changes: dict[str, Any], field: str, words: str) -> None:
    (problem,) = found(**changes)

    assert problem.field == field
    assert words in problem.message


def test_keys_that_differ_in_case_only_are_told_both() -> None:
    assert {problem.field for problem in found(properties={"Smtp.host": "a", "smtp.host": "b", "x": 1})} == {
        *("properties.Smtp.host", "properties.smtp.host"),
    }


@pytest.mark.parametrize("pid", [MAIL_SERVICE_PID, OAUTH_PID, f"{OAUTH_PID}~m365"])
@pytest.mark.parametrize("key", ["smtp.password", "clientSecret", "refreshToken", "smtp.password:String"])
@pytest.mark.parametrize(
    "value", ["password123", "$[env:PW]", "$[secret:PW;default=password123]", "x$[secret:PW]", 12345, ["password123"], True]
)
def test_a_literal_secret_in_a_mail_configuration_is_refused(pid: str, key: str, value: Any) -> None:
    (problem,) = found(pid=pid, properties={key: value})

    assert problem.field == f"properties.{key}"
    assert "must be a placeholder without default, such as '$[secret:" in problem.message
    assert "password123" not in str(problem)


@pytest.mark.parametrize("value", ["$[secret:PW]", "$[secret:PW;default=]", "", None, UNKNOWN])
def test_a_placeholder_or_nothing_is_accepted_as_a_password(value: Any) -> None:
    assert found(pid=MAIL_SERVICE_PID, properties={"smtp.password": value}) == []


def test_other_configurations_may_name_their_keys_as_they_like() -> None:
    assert found(properties={"clientSecret": "x"}) == []


def test_a_directory_that_is_no_osgiconfig_folder_is_warned_of() -> None:
    assert warnings("OsgiConfig", FILE) == []
    assert [warning.field for warning in warnings("OsgiConfig", {**FILE, "directory": "ui.config/src"})] == ["directory"]


@pytest.mark.parametrize(
    ("directory", "project", "path"),
    [
        ("build/osgiconfig", "C:\\mail", "build/osgiconfig"),
        ("C:/mail/build/osgiconfig", "C:\\mail", "build/osgiconfig"),
        ("C:/aem/osgiconfig", "C:\\mail", "C:/aem/osgiconfig"),
        ("/mail/build/osgiconfig", "/mail", "build/osgiconfig"),
    ],
)
def test_a_file_is_called_the_same_on_every_system(directory: str, project: str, path: str) -> None:
    assert configuration_path(directory, "p", "dev", project) == f"{path}/config.dev/p.cfg.json"


def test_a_folder_may_be_written_as_on_windows() -> None:
    assert forms.directory("build\\osgiconfig\\") == "build/osgiconfig"
