"""The situations of docs/verdicts.md: what happens before the commands are asked."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from aem_mail.osgi import MAIL_SERVICE_PID, OAUTH_PID
from tests.checks.oauth_cases import GOOGLE
from tests.checks.situations import mail_file
from tests.soak.history import Declared
from tests.verdicts.scene import HERE, Json, Scene

Situation = Callable[[Scene], None]
FOREIGN: Final = {"name": "ldap.example.com", "portDest": 636, "portOrig": 30465}


def is_up(scene: Scene) -> None:
    scene.stack.up(scene.program)
    assert scene.stack.failures() == {}


def before_the_first_up(_: Scene) -> None:
    """Leave it as it is."""


def rule_was_changed(scene: Scene) -> None:
    is_up(scene)
    scene.live(lambda _, environment: _rules(environment)[0].update(name="smtp.elsewhere.example"))


def rule_is_gone(scene: Scene) -> None:
    is_up(scene)
    scene.live(lambda _, environment: _rules(environment).clear())


def port_is_held(scene: Scene) -> None:
    scene.live(lambda program, environment: _enable(program, environment, FOREIGN))


def up_was_refused(scene: Scene) -> None:
    port_is_held(scene)
    assert scene.up()[0] == 1


def variable_is_gone(scene: Scene) -> None:
    is_up(scene)
    scene.live(lambda _, environment: environment.update(variables=_without_the_password(environment)))


def secret_is_plain(scene: Scene) -> None:
    is_up(scene)
    plain = {"name": "EMAIL_PASSWORD", "type": "string", "value": "password123"}
    scene.live(lambda _, environment: environment.update(variables=[*_without_the_password(environment), plain]))


def variable_failed(scene: Scene) -> None:
    is_up(scene)
    scene.live(lambda _, environment: environment["variables"][0].update(status="failed"))


def variable_is_hidden(scene: Scene) -> None:
    is_up(scene)
    other = {"name": "EMAIL_PASSWORD", "service": "author", "type": "secretString", "value": "another"}
    scene.live(lambda _, environment: environment["variables"].append(other))


def preview_has_no_secrets(scene: Scene) -> None:
    secrets = {name: one for name, one in scene.program.items() if one.kind == "SecretEnvVar"}
    for name, one in secrets.items():
        del scene.program[name]
        for service in ("author", "publish"):
            scene.program[f"{name}-{service}"] = replace(one, properties={**one.properties, "service": service})
    is_up(scene)


def kept_secret_is_gone(scene: Scene) -> None:
    token = {"name": "EMAIL_TOKEN", "type": "secretString", "value": "theirs"}
    scene.live(lambda _, environment: environment.update(variables=[token]))
    scene.program["token"] = Declared("SecretEnvVar", {**HERE, "name": "EMAIL_TOKEN", "on_conflict": "keep"})
    is_up(scene)
    scene.live(lambda _, environment: environment["variables"].remove(_named(environment, "EMAIL_TOKEN")))


def another_file_is_there(scene: Scene) -> None:
    scene.file.parent.mkdir(parents=True)
    scene.file.write_text(mail_file(smtp_port="30587"))


def sandbox_before_the_first_up(scene: Scene) -> None:
    scene.live(lambda program, _: program.update(sandbox=True))


def file_was_edited(scene: Scene) -> None:
    is_up(scene)
    scene.file.write_text(mail_file(smtp_port="30587"))


def file_is_gone(scene: Scene) -> None:
    is_up(scene)
    scene.file.unlink()


def file_is_hidden(scene: Scene) -> None:
    is_up(scene)
    file = scene.folder / "osgi" / "config.author" / scene.file.name
    file.parent.mkdir()
    file.write_text(mail_file(smtp_user="nobody"))


def file_is_in_two_places(scene: Scene) -> None:
    is_up(scene)
    for folder in ("config.author", "config.dev"):
        file = scene.folder / "osgi" / folder / f"{MAIL_SERVICE_PID}.cfg.json"
        file.parent.mkdir()
        file.write_text(mail_file(smtp_port="30587"))


def local_file_is_there(scene: Scene) -> None:
    is_up(scene)
    _write(scene, "config.local", MAIL_SERVICE_PID, mail_file(smtp_host="localhost", smtp_port="1025"))


def provider_is_not_used(scene: Scene) -> None:
    is_up(scene)
    _write(scene, "config", OAUTH_PID, json.dumps(GOOGLE))


def project_alone(scene: Scene) -> None:
    is_up(scene)
    scene.options["check"] = ("osgi",)


def port_of_the_server_in_the_project_alone(scene: Scene) -> None:
    is_up(scene)
    scene.file.write_text(mail_file(smtp_port="465"))
    scene.options["check"] = ("osgi",)


def unset_host_in_the_project_alone(scene: Scene) -> None:
    is_up(scene)
    scene.file.write_text(mail_file(smtp_host="$[env:SMTP_HOST;default=localhost]"))
    (scene.folder / "variables.yaml").write_text("EMAIL_FOOTER: Sent by WKND\n")
    scene.options["check"] = ("osgi", "--variables", "variables.yaml")


def environment_is_of_nothing(scene: Scene) -> None:
    scene.remove_environment()


def environment_is(status: str) -> Situation:
    def situation(scene: Scene) -> None:
        is_up(scene)
        scene.live(lambda _, environment: environment.update(status=status))

    return situation


def infrastructure_failed(scene: Scene) -> None:
    is_up(scene)
    scene.live(lambda program, _: program["infrastructures"][0].update(status="failed"))


def infrastructure_is_deleting(scene: Scene) -> None:
    is_up(scene)
    scene.live(lambda program, _: program["infrastructures"][0].update(status="deleting"))


def program_is_a_sandbox(scene: Scene) -> None:
    is_up(scene)
    scene.live(lambda program, _: program.update(sandbox=True))


def infrastructure_of_another_kind(scene: Scene) -> None:
    scene.live(lambda program, _: program.update(infrastructures=[{"id": "30001", "kind": "dedicatedEgressIp", "region": "va7"}]))


def no_configuration(scene: Scene) -> None:
    del scene.program["mail-osgi"], scene.configuration["osgi"]
    is_up(scene)


def no_configuration_which_is_meant(scene: Scene) -> None:
    no_configuration(scene)
    scene.options["check"] = ("--without-osgi",)


def as_sets(scene: Scene) -> None:
    """Let sets declare the rule and the credentials."""
    rule = scene.program.pop("mail-port-forward").properties
    secrets = [scene.program.pop(name).properties for name in ("mail-username", "mail-password")]
    ways = {str(rule["port_orig"]): f"{rule['name']}:{rule['port_dest']}"}
    scene.program["ways"] = Declared("PortForwards", {**HERE, "rules": ways})
    scene.program["values"] = Declared("EnvVars", {**HERE, "secrets": {one["name"]: one["value"] for one in secrets}})
    is_up(scene)


def rule_of_a_set_is_gone(scene: Scene) -> None:
    as_sets(scene)
    scene.live(lambda _, environment: _rules(environment).clear())


def variable_of_a_set_is_gone(scene: Scene) -> None:
    as_sets(scene)
    scene.live(lambda _, environment: environment.update(variables=_without_the_password(environment)))


def plain_variable_was_changed(scene: Scene) -> None:
    scene.program["footer"] = Declared("EnvVar", {**HERE, "name": "EMAIL_FOOTER", "value": "Sent by WKND"})
    is_up(scene)
    scene.live(lambda _, environment: _named(environment, "EMAIL_FOOTER").update(value="x"))


def two_stacks_manage(scene: Scene) -> None:
    is_up(scene)
    scene.other_stack = [one for one in scene.state if one.kind == "NetworkInfrastructure"]
    scene.options["drift"] = ("--all",)


def _rules(environment: Json) -> list[Any]:
    rules: list[Any] = environment["advancedNetworking"]["portForwards"]
    return rules


def _named(environment: Json, name: str) -> Any:
    return next(one for one in environment["variables"] if one["name"] == name)


def _without_the_password(environment: Json) -> list[Any]:
    return [one for one in environment["variables"] if one["name"] != "EMAIL_PASSWORD"]


def _enable(program: Json, environment: Json, *rules: Any) -> None:
    program["infrastructures"] = [{"id": "30001", "kind": "flexiblePortEgress", "region": "va7"}]
    environment["advancedNetworking"] = {"nonProxyHosts": [], "portForwards": list(rules)}


def _write(scene: Scene, folder: str, pid: str, text: str) -> None:
    file = scene.folder / "osgi" / folder / f"{pid}.cfg.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)


OF_KINDS: Final[Mapping[str, str]] = {
    "NetworkInfrastructure": "the infrastructure has failed",
    "AdvancedNetworking": "everything is right",
    "PortForward": "the rule is gone",
    "PortForwards": "the rule of a `PortForwards` is gone",
    "EnvVar": "a plain variable that mail does not use was changed by hand",
    "SecretEnvVar": "a variable is gone",
    "EnvVars": "a variable of an `EnvVars` is gone",
    "OsgiConfig": "the OSGi file is gone",
}
"""A situation that is about each kind."""
NOT_OF_KINDS: Final = {"MailEgress": "is in every situation: all that the commands judge are its resources"}
SITUATIONS: Final[Mapping[str, Situation]] = {
    "everything is right": is_up,
    "before the first `pulumi up`": before_the_first_up,
    "the port is held by another rule, before the first `pulumi up`": port_is_held,
    "a `pulumi up` was refused half-way, for that rule": up_was_refused,
    "the rule was changed by hand": rule_was_changed,
    "the rule is gone": rule_is_gone,
    "a variable is gone": variable_is_gone,
    "a secret that was kept and has no value here is gone": kept_secret_is_gone,
    "a secret was made plain": secret_is_plain,
    "a variable has failed": variable_failed,
    "a variable for author hides the declared one": variable_is_hidden,
    "the credentials are for author and publish only": preview_has_no_secrets,
    "a different OSGi file is there, before the first `pulumi up`": another_file_is_there,
    "the OSGi file was edited": file_was_edited,
    "the OSGi file is gone": file_is_gone,
    "an OSGi file for author hides the declared one": file_is_hidden,
    "OSGi files in two places": file_is_in_two_places,
    "no OSGi configuration at all": no_configuration,
    "no OSGi configuration at all, which is meant (`check --without-osgi`)": no_configuration_which_is_meant,
    "a file for AEM on somebody's own machine lies beside": local_file_is_there,
    "an OAuth provider is configured and not used": provider_is_not_used,
    "everything is right, and the AEM project is checked alone (`check DIRECTORY`)": project_alone,
    "the mail server's own port, in the AEM project alone (`check DIRECTORY`)": port_of_the_server_in_the_project_alone,
    "a host that no variable sets, in the AEM project alone (`check DIRECTORY --variables FILE`)": unset_host_in_the_project_alone,
    "the environment is not there, before the first `pulumi up`": environment_is_of_nothing,
    "the environment is updating": environment_is("updating"),
    "the environment is being restored": environment_is("restoring"),
    "the infrastructure is being deleted": infrastructure_is_deleting,
    "the program is a sandbox": program_is_a_sandbox,
    "the program is a sandbox, before the first `pulumi up`": sandbox_before_the_first_up,
    "the environment has failed": environment_is("failed"),
    "the environment is hibernated": environment_is("hibernated"),
    "the infrastructure has failed": infrastructure_failed,
    "the infrastructure is of another kind, before the first `pulumi up`": infrastructure_of_another_kind,
    "two stacks manage one infrastructure (`drift --all`)": two_stacks_manage,
    "everything is right, declared by sets": as_sets,
    "the rule of a `PortForwards` is gone": rule_of_a_set_is_gone,
    "a variable of an `EnvVars` is gone": variable_of_a_set_is_gone,
    "a plain variable that mail does not use was changed by hand": plain_variable_was_changed,
}
