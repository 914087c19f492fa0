"""What a report offers to paste does what it says."""

import shlex
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import aem_mail
from aem_mail.checks.ignores import parse_ignores
from aem_mail.drift.finding import DriftFinding, Remedy, RemedyKind
from aem_mail.drift.fleet import DriftReport
from aem_mail.drift.live import Live
from aem_mail.kinds import identity, normalise

from .build import (
    FILE_ID,
    GONE,
    TODAY,
    E,
    P,
    enabled,
    entry,
    file,
    infrastructure,
    live,
    live_secret,
    live_variable,
    networking,
    ready_infrastructure,
    report,
    rule,
    secret,
    stack,
    unread,
    variable,
)

TEXTS = st.text(max_size=20)
PARENT = "urn:pulumi:dev::project::aem:mail:MailEgress::mail"


def remedy(finding: DriftFinding, kind: RemedyKind) -> Remedy | None:
    return next((one for one in finding.remedies if one.kind is kind), None)


def adopted(of: DriftReport, kind: str) -> Remedy:
    (finding,) = [one for one in of.findings if one.kind == kind]
    found = remedy(finding, RemedyKind.ADOPT)
    assert found is not None
    return found


def declared_by(snippet: str) -> list[tuple[str, str, dict[str, Any]]]:
    """Run Python that declares resources; return class, name and normal inputs of each."""
    declared: list[tuple[str, str, dict[str, Any]]] = []

    def declare(kind: str) -> Any:
        def constructor(name: str, args: Any) -> None:
            declared.append((kind, name, normalise(kind, vars(args))))

        return constructor

    names = {name: getattr(aem_mail, name) for name in aem_mail.__all__ if name.endswith("Args")}
    kinds = {name.removesuffix("Args"): declare(name.removesuffix("Args")) for name in names}
    exec(snippet, {**names, **kinds})  # noqa: S102 - what a user would paste into the program
    return declared


@given(st.sampled_from(["smtp.example.com", "10.1.2.3"]), st.integers(1, 65535), st.integers(30000, 30999))
def test_python_that_adopts_a_rule_declares_it_as_it_is_live(host: str, port: int, port_orig: int) -> None:
    there = live(enabled(entry(port_orig, host, port)))

    for declared in (networking(), rule(port_orig, "before.example.com")):
        ((kind, _, inputs),) = declared_by(adopted(report(stack(declared), there=there), "PortForward").snippet)

        assert (kind, identity(kind, inputs)) == ("PortForward", f"{P}/{E}/{port_orig}")
        assert (inputs["name"], inputs["port_dest"]) == (host, port)


@given(TEXTS, st.sampled_from([None, "author"]))
def test_python_that_adopts_a_variable_holds_its_value_to_the_letter(value: str, service: str | None) -> None:
    there = live(enabled(), [live_variable(value=value, service=service)])

    ((kind, _, inputs),) = declared_by(adopted(report(stack(networking()), there=there), "EnvVar").snippet)

    assert (kind, inputs["value"], inputs.get("service")) == ("EnvVar", value, service)


def test_a_foreign_secret_is_adopted_without_a_write() -> None:
    there = live(enabled(), [live_secret("OTHER")])

    ((kind, name, inputs),) = declared_by(adopted(report(stack(networking()), there=there), "SecretEnvVar").snippet)

    assert (kind, name, inputs["on_conflict"], "value" in inputs) == ("SecretEnvVar", "20001-OTHER", "keep", False)


@pytest.mark.parametrize("name", ["SMTP_PASSWORD", "SMTP_PWD", "API_TOKEN", "LOGIN"])
def test_the_value_of_a_variable_that_may_be_a_secret_is_not_shown(name: str) -> None:
    there = live(enabled(), [live_variable(name, "canary", service="author"), live_secret("LOGIN")])

    shown = report(stack(networking(), secret("LOGIN")), there=there)

    assert "canary" not in repr(shown.findings)
    assert "<its value in Cloud Manager>" in adopted(shown, "EnvVar").snippet


def test_a_plain_variable_with_the_value_of_a_secret_that_is_known_here_does_not_show_it() -> None:
    there = live(enabled(), [live_variable("GREETING", "canary"), live_variable("COLOUR", "blue")])

    shown = report(stack(networking()), there=there, secrets=frozenset({"canary"}))

    assert "canary" not in repr(shown.findings)
    assert "<its value in Cloud Manager>" in repr(shown.findings)
    assert "blue" in repr(shown.findings)


def test_what_a_component_declares_from_configuration_is_adopted_there() -> None:
    config = {"aem-mail:smtp": "{}", "aem-mail:egress": "{}"}
    there = live(enabled(entry(port_dest=587), hosts=["b.example"]))

    changed = report(stack(networking(non_proxy_hosts=["a.example"]) | {"parent": PARENT}, rule(parent=PARENT), config=config), there=there)
    smtp, hosts = adopted(changed, "PortForward"), adopted(changed, "AdvancedNetworking")

    assert [shlex.split(line)[-2:] for line in smtp.snippet.splitlines()] == [
        ["aem-mail:smtp.host", "smtp.example.com"],
        ["aem-mail:smtp.port", "587"],
        ["aem-mail:smtp.portOrig", "30465"],
    ]
    assert [shlex.split(line)[2] for line in hosts.snippet.splitlines()] == ["rm", "set"]


@pytest.mark.parametrize(
    ("resource", "there"),
    [
        (rule(), live(enabled())),
        (variable(), live(variables=[live_secret("MAIL_FROM")])),
        (secret(), live(variables=[live_variable("EMAIL_PASSWORD")])),
        (file(a=1), Live(files={FILE_ID: "{}"})),
    ],
)
def test_where_nothing_can_be_pasted_a_sentence_says_what_to_do(resource: Any, there: Live) -> None:
    finding = report(stack(resource), there=there).findings[0]
    found = remedy(finding, RemedyKind.ADOPT)

    assert found is not None
    assert (found.text != "", found.snippet, found.language) == (True, "", "")


def test_what_failed_cannot_be_adopted() -> None:
    failed = report(stack(infrastructure()), there=live(programs=[ready_infrastructure(status="failed")])).findings[0]

    assert remedy(failed, RemedyKind.ADOPT) is None


def test_an_infrastructure_of_another_kind_is_adopted_as_what_it_is() -> None:
    there = live(programs=[ready_infrastructure(kind="flexiblePortEgress")])

    ((kind, _, inputs),) = declared_by(adopted(report(stack(infrastructure()), there=there), "NetworkInfrastructure").snippet)

    assert (kind, inputs["kind"], inputs["region"]) == ("NetworkInfrastructure", "flexiblePortEgress", "va7")


EVERYTHING = (
    stack(networking(non_proxy_hosts=["a.example"]), rule(), rule(30466), variable(), secret(), infrastructure(), file(a=1)),
    live(enabled(entry(port_dest=1), entry(30999), hosts=["a.example", "b.example"]), [live_variable("X_1")], files={FILE_ID: None}),
)


def test_each_entry_to_ignore_is_taken_once_it_is_filled_in_and_ignores_just_that() -> None:
    declared, there = EVERYTHING
    for finding in report(declared, there=there).findings:
        offered = remedy(finding, RemedyKind.IGNORE)
        assert offered is not None
        ignores = parse_ignores(offered.snippet.replace("reason: ''", "reason: agreed").replace("owner: ''", "owner: us"), "file")

        ignored = [one for one in report(declared, there=there, ignores=ignores).findings if one.ignored is not None]

        assert ([one.key for one in ignored], ignores[0].expires > TODAY) == ([finding.key], True)


def test_only_what_an_up_fixes_is_offered_to_be_applied() -> None:
    for finding in report(EVERYTHING[0], there=EVERYTHING[1]).findings:
        offered = remedy(finding, RemedyKind.APPLY)

        assert (offered is not None) is finding.fixed_by_up
        if offered is not None:
            command = ["aem-mail", "osgi", "render"] if finding.kind == "OsgiConfig" else ["pulumi", "up", "--refresh"]
            assert shlex.split(offered.snippet) == [*command, "--stack", "dev"]


PUBLISHER = "urn:pulumi:dev::mail::aem:mail:PublishedConfiguration$command:local:Command::mail-files"


def test_a_published_file_that_is_missing_is_published_again_since_a_refresh_reads_the_checkout() -> None:
    there = replace(live(files={FILE_ID: None}), published={FILE_ID: PUBLISHER})

    (missing,) = report(stack(file(a=1)), there=there).findings

    assert (missing.fixed_by_up, missing.message) == (False, "In the repository: It is not there any more.")
    offered = remedy(missing, RemedyKind.APPLY)
    assert offered is not None
    assert shlex.split(offered.snippet) == ["pulumi", "up", "--replace", PUBLISHER, "--stack", "dev"]


def test_a_published_file_that_was_edited_is_for_people_to_decide() -> None:
    there = replace(live(files={FILE_ID: "{}"}), published={FILE_ID: PUBLISHER})

    (edited,) = report(stack(file(a=1)), there=there).findings

    offered = remedy(edited, RemedyKind.APPLY)
    assert offered is not None
    assert offered.snippet == ""
    assert "Revert the edit in the repository" in offered.text


def test_nothing_is_offered_to_be_applied_in_an_environment_that_is_gone() -> None:
    (gone,) = report(stack(rule()), there=unread(GONE)).findings

    assert (remedy(gone, RemedyKind.APPLY), gone.impact) == (None, None)
