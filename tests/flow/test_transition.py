"""A change of the mail server with the real engine: whichever configuration is deployed, AEM sends with it, before, during and after."""

import json
import os
import shutil
import time
from pathlib import Path
from typing import Any

import pytest

from aem_mail.simulator.state.executions import ends_at
from tests.flow.conftest import Simulator
from tests.flow.mailing import lost, sending
from tests.flow.stack import Stack
from tests.publishing.origin import DIRECTORY, Origin
from tests.tools.engine.command_plugins import real, stand_in

pytestmark = pytest.mark.flow

PIPELINE = {"id": "40001", "name": "Deploy to dev", "environmentId": "20001"}
LOGIN = 'username="apikey", password="password123"'
SENDGRID = f'Smtp(preset="sendgrid"), "noreply@wknd.site", {LOGIN}'
FORMER = "Former('smtp.sendgrid.net', 465, 30465)"
ON_587 = f'Smtp("smtp.sendgrid.net", 587), "noreply@wknd.site", {LOGIN}'
ON_587_KEEPING = f'Smtp("smtp.sendgrid.net", 587, former={FORMER}), "noreply@wknd.site", {LOGIN}'


def declared(arguments: str, *, publish: str = "") -> str:
    egress = 'egress=Egress("managed", "flexiblePortEgress", "va7"), osgi=Osgi("osgiconfig")'
    return f'mail = MailEgress("mail", MailEgressArgs(P, E, {arguments}, {egress}))\n{publish}'


def kept_copy(stack: Stack, name: str) -> Path:
    """Deploy what the stack has written: return a copy of it, with which AEM sends from now on."""
    return Path(shutil.copytree(stack.folder / "osgiconfig", stack.folder.parent / name))


def warned(output: str) -> bool:
    return "mail stops in between" in output


def test_a_former_rule_is_kept_until_the_new_configuration_is_deployed(stack: Stack, simulator: Simulator) -> None:
    stack.program(declared(SENDGRID)).up()
    old = kept_copy(stack, "old")
    assert simulator.send(old)["delivered"]

    alone = stack.program(declared(ON_587)).preview()
    assert "AEM sends to port 30465 of its proxy until a configuration with smtp.port 30587 is deployed" in alone.output
    assert "Keep it with smtp.former (host smtp.sendgrid.net, port 465, port_orig 30465)" in " ".join(alone.output.split())
    plan = json.loads(stack.aem_mail("plan", "--output", "json").stdout)
    assert any(warned(warning) for warning in plan["warnings"])

    stack.program(declared(ON_587_KEEPING))
    assert plan_of(stack)["puts"] == 1
    simulator.forget_journal()
    with sending(simulator, old) as sent:
        assert not warned(stack.up().output)
    assert lost(sent) == []
    assert simulator.mutations() == ["PUT advancedNetworking"]
    new = kept_copy(stack, "new")
    assert [simulator.send(each)["delivered"] for each in (old, new)] == [True, True]
    stack.up("--expect-no-changes")

    stack.program(declared(ON_587))
    assert plan_of(stack)["puts"] == 1
    simulator.forget_journal()
    with sending(simulator, new) as sent:
        stack.up()
    assert lost(sent) == []
    assert simulator.mutations() == ["PUT advancedNetworking"]
    assert simulator.rules() == {30587: "smtp.sendgrid.net:587"}
    assert [simulator.send(each)["delivered"] for each in (old, new)] == [False, True]

    stack.destroy()
    assert not simulator.environment()["advancedNetworking"]


def plan_of(stack: Stack) -> dict[str, Any]:
    cost: dict[str, Any] = json.loads(stack.aem_mail("plan", "--output", "json").stdout)["cost"]
    return cost


def test_another_provider_with_other_secrets_loses_no_mail(stack: Stack, simulator: Simulator) -> None:
    """The former server goes on with its own user, since the secrets of the new one have names of their own."""
    stack.watch.add("password456")
    simulator.http.put(
        "/_sim/smtp",
        json=[
            {"host": "smtp.sendgrid.net", "port": 465, "tls": "implicit", "users": {"apikey": "password123"}},
            {"host": "smtp.example.com", "port": 587, "tls": "starttls", "users": {"mailer": "password456"}},
        ],
    ).raise_for_status()
    stack.program(declared(SENDGRID)).up()
    old = kept_copy(stack, "old")
    login = 'username="mailer", password="password456", username_variable="MAILER_USER", password_variable="MAILER_PASSWORD"'
    former = FORMER.replace("30465)", '30465, ["EMAIL_USERNAME", "EMAIL_PASSWORD"])')

    forgotten = stack.program(declared(f'Smtp("smtp.example.com", 587), "noreply@wknd.site", {login}')).preview().output
    assert "AEM reads EMAIL_USERNAME until a configuration with MAILER_USER is deployed" in forgotten
    assert "AEM reads EMAIL_PASSWORD until a configuration with MAILER_PASSWORD is deployed" in forgotten

    simulator.forget_journal()
    with sending(simulator, old) as sent:
        output = stack.program(declared(f'Smtp("smtp.example.com", 587, former={former}), "noreply@wknd.site", {login}')).up().output
    assert not warned(output)
    assert lost(sent) == []
    assert sorted(simulator.mutations()) == ["PATCH variables", "PUT advancedNetworking"]
    new = kept_copy(stack, "new")
    assert [simulator.send(each)["delivered"] for each in (old, new)] == [True, True]

    with sending(simulator, new) as sent:
        stack.program(declared(f'Smtp("smtp.example.com", 587), "noreply@wknd.site", {login}')).up()
    assert lost(sent) == []
    assert simulator.variable_names() == ["MAILER_PASSWORD", "MAILER_USER"]
    assert simulator.rules() == {30587: "smtp.example.com:587"}


@pytest.fixture
def publishing(stack: Stack) -> Stack:
    stack.env["PATH"] = f"{real() or stand_in()}{os.pathsep}{stack.env['PATH']}"
    stack.env |= {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"}
    return stack


def publish(origin: Origin) -> str:
    place = f'{str(origin.path)!r}, "main", {DIRECTORY!r}, mail.osgi_config'
    return f'PublishedConfiguration("mail", PublishedConfigurationArgs(P, E, {place}, pipeline="40001"), later(mail))\n'


def with_pipeline(simulator: Simulator, **changes: Any) -> None:
    simulator.edit(lambda state: state["programs"]["10001"].update(pipelines=[{**PIPELINE, **changes}]))


@pytest.mark.time_scale(1500)
def test_with_an_awaited_pipeline_the_former_rule_goes_after_the_deployment(
    publishing: Stack, simulator: Simulator, tmp_path: Path
) -> None:
    origin = Origin(tmp_path)
    with_pipeline(simulator)
    publishing.program(declared(SENDGRID, publish=publish(origin))).up()
    old = kept_copy(publishing, "old")

    publishing.program(declared(ON_587, publish=publish(origin)))
    previewed = publishing.preview().output
    assert not warned(previewed)
    assert "the rule on 30465 stays until the pipeline of this run has deployed a configuration with smtp.port 30587" in previewed

    with_pipeline(simulator, failingStep="deploy")
    with sending(simulator, old) as sent:
        assert publishing.up(code=None).code != 0
    assert lost(sent) == []
    assert simulator.rules() == {30465: "smtp.sendgrid.net:465", 30587: "smtp.sendgrid.net:587"}
    new = kept_copy(publishing, "new")

    with_pipeline(simulator)
    simulator.forget_journal()
    with sending(simulator, new) as with_new:
        run = publishing.start("up", "--yes", "--skip-preview", "--non-interactive")
        with sending(simulator, old) as with_old:
            while not deployed(simulator):
                assert run.poll() is None
                time.sleep(0.02)
        output, errors = run.communicate(timeout=60)
        assert run.returncode == 0, output + errors
    assert lost(with_old) == []
    assert lost(with_new) == []
    assert simulator.mutations() == ["PUT execution", "PUT advancedNetworking"]
    assert simulator.rules() == {30587: "smtp.sendgrid.net:587"}


def deployed(simulator: Simulator) -> bool:
    """Say whether the pipeline has come to its end."""
    world = simulator.running.world
    (pipeline,) = world.state.programs["10001"].pipelines
    return any(ends_at(execution) <= world.now for execution in pipeline.executions)
