import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.errors import InvalidInput, NotPermitted, Occupied, Problem
from aem_mail.live.model import LiveEnvironment
from aem_mail.model import EnvironmentId, Variable, VariableKey
from aem_mail.plan.changes import changes_of, recorded_states
from aem_mail.plan.gates import Gates
from aem_mail.plan.plan import Asked, Findings, Plan, make_plan
from aem_mail.plan.rehearsal import Dependencies
from aem_mail.plan.world import World, as_recorded, recorded_world
from aem_mail.reports.markdown import to_markdown
from aem_mail.reports.plan import UNCOMPARED, to_document, to_json
from aem_mail.reports.text import to_text
from aem_mail.stack.preview import Diagnostic, Preview
from tests.plan.build import PLACE, create, rule, same, secret, update, urn, variable
from tests.plan.recordings import NAMES, planned


def plan(*steps: object, asked: Asked = Asked.YES, errors: tuple[Exception, ...] = (), gates: Gates | None = None) -> Plan:
    preview = Preview(tuple(steps), config={}, succeeded=True)  # type: ignore[arg-type]
    changes = changes_of(preview.steps)
    world = recorded_world(recorded_states(preview.steps), changes)
    return make_plan("dev", preview, changes, Findings(world, asked, "", errors), gates=gates)  # type: ignore[arg-type]


NETWORKING = same("AdvancedNetworking", "net", **PLACE)


def test_the_text_shows_changes_cost_and_what_they_are_counted_against() -> None:
    made = plan(NETWORKING, create("PortForward", "smtp", **rule(30465)), create("EnvVar", "footer", **variable("FOOTER")))

    assert to_text(to_document(made)) == (
        "Plan for stack dev: 2 changes\n"
        "\n"
        "   kind         name    what\n"
        "+  EnvVar       footer  FOOTER (all services) of environment 20001\n"
        "+  PortForward  smtp    30465 → smtp.example.com:465 of environment 20001\n"
        "\n"
        "Cost:\n"
        "\n"
        "- Program 10001, environment 20001: 1 PUT of advanced networking (no restart), 1 PATCH of variables (restarts author and "
        "publish); about 15 minutes.\n"
        "- In all: 1 restart, about 15 minutes.\n"
        "\n"
        "Counted against what Cloud Manager shows now. Whether the credential may write shows only when it does.\n"
    )


def test_what_is_taken_over_is_told_without_a_value_and_refused_on_request() -> None:
    wanted = create("SecretEnvVar", "pass", **secret("EMAIL_PASSWORD", on_conflict="replace"))
    here = EnvironmentId("10001", "20001")
    there = LiveEnvironment(as_recorded(here), variables=(Variable(VariableKey(None, "EMAIL_PASSWORD"), "secretString", "ready"),))
    world = World({here: there}, asked=frozenset({here}))
    preview = Preview((wanted,), config={}, succeeded=True)

    allowed, refused = (
        make_plan("dev", preview, changes_of(preview.steps), Findings(world, Asked.YES), gates=gates)
        for gates in (None, Gates(refuse_takeover=True))
    )

    sentence = (
        "SecretEnvVar pass overwrites EMAIL_PASSWORD (all services) of environment 20001 of program 10001. It is there, and not recorded "
        "by this stack, as a secretString, whose value cannot be read."
    )
    assert f"Taken over:\n\n- {sentence}" in to_text(to_document(allowed))
    assert "Taken over" in to_markdown(to_document(allowed))
    assert to_json(allowed)["takeovers"] == [
        {
            "kind": "SecretEnvVar",
            "name": "pass",
            "urn": urn("SecretEnvVar", "pass"),
            "programId": "10001",
            "environmentId": "20001",
            "thing": "EMAIL_PASSWORD (all services)",
            "there": "a secretString, whose value cannot be read",
        }
    ]
    assert (allowed.exit_code, refused.exit_code) == (0, 2)
    assert refused.exceeded == ("The plan takes over 1 thing (pass), and --refuse-takeover allows none.",)


@pytest.mark.parametrize("asked", [Asked.NO_CREDENTIALS, Asked.FAILED])
def test_a_plan_that_nobody_could_judge_does_not_pass_where_nothing_may_be_taken_over(asked: Asked) -> None:
    made = plan(
        create("SecretEnvVar", "pass", **secret("EMAIL_PASSWORD", on_conflict="replace")), asked=asked, gates=Gates(refuse_takeover=True)
    )

    assert made.exit_code == 2
    assert made.exceeded[0].startswith("Whether pass would overwrite what is there is not known")


def test_nothing_to_change_is_said_in_so_many_words() -> None:
    text = to_text(to_document(plan(NETWORKING, asked=Asked.NOTHING_TO_ASK)))

    said = "Plan for stack dev: nothing to change\n\nCost:\n\n- Nothing is sent to Cloud Manager, and nothing restarts.\n"
    assert text == f"{said}\n{UNCOMPARED}\n"
    refreshed = replace(plan(NETWORKING, asked=Asked.NOTHING_TO_ASK), refreshed=True)
    assert UNCOMPARED not in to_text(to_document(refreshed))


def test_without_asking_counts_are_the_most_and_what_was_not_asked_is_said() -> None:
    text = to_text(to_document(planned("create")))

    assert "In all at most: 1 restart, about 25 minutes." in text
    assert "Cloud Manager was not asked. No credentials. So it is planned from what the stack has recorded." in text
    assert "commit" in text


def test_json_is_what_the_documentation_describes() -> None:
    made = to_json(plan(NETWORKING, update("PortForward", "smtp", rule(30465), name="smtp.sendgrid.com"), gates=Gates(0, 5)))

    assert made == {
        "schemaVersion": 2,
        "stack": "dev",
        "refreshed": False,
        "destroys": False,
        "asked": "yes",
        "whyNotAsked": "",
        "changes": [
            {
                "operation": "update",
                "kind": "PortForward",
                "name": "smtp",
                "urn": urn("PortForward", "smtp"),
                "programId": "10001",
                "environmentId": "20001",
                "thing": "30465 → smtp.sendgrid.com:465",
                "changed": ["name"],
                "stateOnly": False,
                "kept": False,
                "adopted": False,
            }
        ],
        "otherChanges": 0,
        "cost": {
            "atMost": False,
            "restarts": 0,
            "minutes": 10,
            "puts": 1,
            "deletes": 0,
            "patches": 0,
            "least": {"restarts": 0, "minutes": 10, "puts": 1, "deletes": 0, "patches": 0},
            "programs": [],
            "environments": [
                {
                    "programId": "10001",
                    "environmentId": "20001",
                    "puts": 1,
                    "deletes": 0,
                    "patches": 0,
                    "restarts": [],
                    "minutes": 10,
                    "waiting": [],
                }
            ],
        },
        "files": [],
        "takeovers": [],
        "problems": [],
        "exceeded": ["The plan needs 10 minutes, and --max-minutes allows 5."],
        "notes": [],
        "warnings": [],
        "exitCode": 2,
    }


def test_a_replacement_is_one_row() -> None:
    (row,) = to_json(planned("replace-rule"))["changes"]

    assert (row["operation"], row["thing"], row["changed"]) == ("replace", "30470 → smtp.example.com:465", ["port_orig"])


def test_files_of_the_aem_project_need_a_deployment_and_say_so() -> None:
    assert to_json(planned("update"))["files"] == ["osgiconfig/config/com.example.Footer.cfg.json"]
    assert to_json(planned("remove"))["files"] == []
    assert "written into the AEM project, which restarts nothing" in to_text(to_document(planned("update")))


def test_a_dependency_between_siblings_is_said_once_with_its_fix() -> None:
    (b,) = (change.urn for change in planned("create").changes if change.name == "b")
    (a,) = (change.urn for change in planned("create").changes if change.name == "a")

    text = to_text(to_document(planned("create", Dependencies(declared={b: [a]}))))

    assert "2 PUTs of advanced networking" in text
    assert text.count("b of environment 20001 waits for another resource of the same environment") == 1
    assert "depends_on" in text


def test_a_narrow_engine_is_said_with_what_it_would_cost_otherwise() -> None:
    text = to_text(to_document(planned("create", width=2)))

    assert "The engine runs 2 operations at a time" in text
    assert "Set PULUMI_PARALLEL=256" in text
    assert "In all at most" in text


def test_a_narrow_engine_costs_a_range_once_cloud_manager_was_asked() -> None:
    preview = Preview((NETWORKING, *(create("EnvVar", name, **variable(name)) for name in ("A", "B", "C"))), config={}, succeeded=True)
    changes = changes_of(preview.steps)
    world = recorded_world(recorded_states(preview.steps), changes)

    made = make_plan("dev", preview, changes, Findings(world, Asked.YES), width=1)

    assert "1 to 3 PATCHes of variables (restarts author and publish each time); about 5 to 15 minutes." in to_text(to_document(made))
    assert "In all: 1 to 3 restarts, about 5 to 15 minutes." in to_markdown(to_document(made))
    cost = to_json(made)["cost"]
    assert (cost["restarts"], cost["least"]["restarts"], cost["atMost"]) == (3, 1, True)


@pytest.mark.parametrize(
    ("errors", "code"),
    [
        ((), 0),
        ((Occupied("a port is taken"),), 2),
        ((InvalidInput("program", [Problem("region", "unknown")]),), 2),
        ((Occupied("a port is taken"), NotPermitted("no profile", status=403)), 10),
    ],
)
def test_the_exit_code_is_that_of_the_worst(errors: tuple[Exception, ...], code: int) -> None:
    made = plan(NETWORKING, create("PortForward", "smtp", **rule(30465)), errors=errors)

    assert made.exit_code == code
    assert [problem["message"] for problem in to_json(made)["problems"]] == [str(error) for error in errors]


def test_a_warning_of_the_preview_is_passed_on_once() -> None:
    warning = Diagnostic("warning", "PULUMI_PARALLEL is narrow")
    preview = Preview((NETWORKING,), diagnostics=(warning, warning), config={}, succeeded=True)

    made = make_plan("dev", preview, (), Findings(World(), Asked.NOTHING_TO_ASK))

    assert made.warnings == ("PULUMI_PARALLEL is narrow",)


@pytest.mark.parametrize("name", NAMES)
def test_every_recorded_plan_can_be_told_in_every_form(name: str) -> None:
    made = planned(name)

    document, value = to_document(made), to_json(made)
    assert json.loads(json.dumps(value)) == value
    assert to_text(document)
    assert to_markdown(document)


@given(st.text(st.characters(categories=["L", "N", "P"]), min_size=6), st.text(st.characters(categories=["L", "N", "P"]), min_size=6))
def test_no_value_of_a_variable_is_shown_in_any_form(old: str, new: str) -> None:
    made = plan(
        update("EnvVar", "v", variable("FOOTER", f"<<{old}>>"), value=f"<<{new}>>"),
        create("EnvVar", "w", **variable("OTHER", f"<<{new}>>")),
        create("SecretEnvVar", "s", **{**secret("PASS"), "value": f"<<{old}>>"}),
    )

    for told in (to_text(to_document(made)), to_markdown(to_document(made)), json.dumps(to_json(made), ensure_ascii=False)):
        assert "<<" not in told
