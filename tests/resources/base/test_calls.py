"""What the providers' calls say of the requests that follow."""

from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from aem_mail.errors import Problem
from aem_mail.kinds.osgi_config import OsgiConfigKind
from aem_mail.model import Properties
from aem_mail.resources.base.plugin import Run, current_run
from aem_mail.resources.environment_variable import EnvVarProvider
from aem_mail.resources.osgi_config import OsgiConfigProvider
from aem_mail.rollout.gathering import Signs
from tests.resources.programs import Resource, rule, variable
from tests.rollout.harness import Bench


def expected() -> int:
    signs = current_run().traffic.signs()
    assert signs.deciding == 0
    return signs.expected


def checked(resource: Resource, name: str, olds: dict[str, Any] | None = None) -> dict[str, Any]:
    provider, properties = resource
    inputs: dict[str, Any] = provider.check(olds or {}, {**properties, "logical_name": name}).inputs
    return inputs


def test_a_call_is_under_way_while_it_decides(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    provider, properties = rule()
    seen: list[Signs] = []
    kind = type(provider.kind)
    normalise = kind.normalise

    def watched(self: Any, given: Any) -> Any:
        seen.append(run.traffic.signs())
        return normalise(self, given)

    monkeypatch.setattr(kind, "normalise", watched)
    provider.check({}, properties)

    assert [signs.deciding for signs in seen] == [1] * len(seen)
    assert seen


def test_each_checked_resource_is_expected_by_its_kind_and_name() -> None:
    for resource, name in ((rule(), "smtp"), (variable(), "smtp"), (variable("OTHER"), "other"), (rule(), "smtp")):
        checked(resource, name)

    assert expected() == 3


def test_inputs_that_are_refused_announce_nothing() -> None:
    provider, properties = rule(port_orig=1)

    assert provider.check({}, properties).failures
    assert expected() == 0


def test_a_resource_that_stays_as_it_is_announces_nothing() -> None:
    inputs = checked(rule(), "smtp")
    checked(rule(), "smtp", inputs)

    rule()[0].diff("id", inputs, inputs)

    assert expected() == 0


def test_a_change_is_announced_and_so_is_a_replacement_which_is_checked_once_more() -> None:
    inputs, other = checked(rule(), "smtp"), checked(rule(host="other.example.com"), "smtp")
    rule()[0].diff("id", inputs, other)
    assert expected() == 1

    at_another_port = checked(rule(port_orig=30466), "smtp")
    assert rule()[0].diff("id", inputs, at_another_port).replaces
    assert expected() == 1

    checked(rule(port_orig=30466), "smtp")
    assert expected() == 1


def test_a_check_that_breaks_ends_and_announces_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    provider, properties = rule()
    monkeypatch.setattr(type(provider.kind), "normalise", _breaks)

    with pytest.raises(ZeroDivisionError):
        provider.check({}, properties)

    assert expected() == 0


def test_what_is_created_updated_or_deleted_is_expected_no_more(bench: Bench) -> None:
    provider, _ = variable()
    created = provider.create(checked(variable(), "from"))
    assert expected() == 0
    assert created.outs is not None

    changed = checked(variable(value="other@wknd.site"), "from", created.outs)
    assert provider.diff(str(created.id), created.outs, changed).changes
    updated = provider.update(str(created.id), created.outs, changed)
    assert expected() == 0

    provider.delete(str(created.id), dict(updated.outs or {}))
    assert expected() == 0


@pytest.mark.parametrize("fails", [False, True])
def test_a_request_waits_until_it_is_answered_or_fails(fails: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    traffic = current_run().traffic
    traffic.declare({}, whole=True, parallel=1)
    blocked: list[bool] = []

    def delete_live(_: object, recorded: object) -> None:
        blocked.append(traffic.signs().blocked)
        if fails:
            raise ZeroDivisionError

    monkeypatch.setattr(EnvVarProvider, "delete_live", delete_live)
    with pytest.raises(ZeroDivisionError) if fails else nullcontext():
        variable()[0].delete("id", variable()[1])

    assert [*blocked, traffic.signs().blocked] == [True, False]


def _breaks(*_: Any) -> Any:
    raise ZeroDivisionError


def test_the_rules_of_a_file_are_asked_once_a_check(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked = []
    problems = OsgiConfigKind.problems

    def counted(kind: OsgiConfigKind, properties: Properties) -> Iterator[Problem]:
        asked.append(kind)
        return problems(kind, properties)

    monkeypatch.setattr(OsgiConfigKind, "problems", counted)
    inputs = {"logical_name": "file", "directory": str(tmp_path), "pid": "my.Pid", "properties": {"a": "x"}}

    assert not OsgiConfigProvider().check({}, inputs).failures
    assert OsgiConfigProvider().check({}, {**inputs, "pid": ""}).failures
    assert len(asked) == 2
