"""Sets of entries: one resource, one change, and every entry owned, failed and taken away by itself."""

import pytest

from tests.rollout.harness import FOREIGN_RULE, Bench
from tests.secrets import SecretWatch

from .engine import Engine, Program
from .programs import SECRET, networking, rule, rules, secret, variable, variables

TWO_RULES = {"30465": "smtp.example.com:465", "30587": {"name": "smtp.example.com", "port_dest": 587}}
REFERENCE = "AEM_MAIL_TEST_SECRET"
ALL: Program = {
    "net": networking(),
    "ways": rules(TWO_RULES),
    "vars": variables(
        values={"MAIL_FROM": "noreply@wknd.site", "FOOTER@author": "bye"},
        secrets={"EMAIL_PASSWORD": {"value": SECRET}},
        secrets_from={"EMAIL_USERNAME": f"env:{REFERENCE}"},
    ),
}
NAMES = ["EMAIL_PASSWORD", "EMAIL_USERNAME", "FOOTER", "MAIL_FROM"]
ONE_OF_EACH = ["PATCH variables", "PUT advancedNetworking"]


@pytest.fixture(autouse=True)
def reference(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(REFERENCE, "referenced battery")


def ports(bench: Bench) -> list[int]:
    return sorted(one["portOrig"] for one in bench.rules() or ())


def own_variables(bench: Bench) -> list[str]:
    return sorted(name for name in bench.live_variables() if not name.startswith("FOREIGN"))


@pytest.mark.parametrize("width", [1, 64])
def test_a_set_comes_changes_and_goes_in_one_change_of_each_kind(bench: Bench, engine: Engine, said: list[str], width: int) -> None:
    engine.width = width
    assert engine.up(ALL).errors == {}
    assert sorted(bench.mutations()) in (ONE_OF_EACH, [*ONE_OF_EACH, "PUT advancedNetworking"])
    assert (ports(bench), own_variables(bench)) == ([30465, 30587], NAMES)

    bench.forget()
    assert engine.up(ALL).errors == {}
    assert bench.mutations() == []

    changed: Program = {
        "net": networking(),
        "ways": rules({"30465": "other.example.com:465", "30636": "ldap.example.com:636"}),
        "vars": variables(values={"MAIL_FROM": "else@wknd.site", "NEW": "x"}, secrets={"EMAIL_PASSWORD": "another battery"}),
    }
    assert engine.up(changed).errors == {}
    assert sorted(bench.mutations()) == ONE_OF_EACH
    assert (ports(bench), own_variables(bench)) == ([30465, 30636], ["EMAIL_PASSWORD", "MAIL_FROM", "NEW"])

    bench.forget()
    assert engine.destroy().errors == {}
    assert bench.mutations().count("PATCH variables") == 1
    assert len(bench.mutations()) <= 3
    assert (bench.rules(), own_variables(bench)) == (None, [])


def test_what_is_recorded_tells_the_entries_in_force_and_no_secret(bench: Bench, engine: Engine) -> None:
    engine.up(ALL)

    outs = engine.outputs("vars")
    assert engine.state["vars"].id == "10001/20001/variables/vars"
    assert outs["in_force"]["EMAIL_PASSWORD"] == {"origin": "created", "type": "secretString", "status": "ready", "verified": True}
    assert outs["in_force"]["FOOTER@author"] == {"origin": "created", "type": "string", "status": "ready"}
    assert set(outs["fingerprints"]) == {"EMAIL_PASSWORD", "EMAIL_USERNAME"}
    watch = SecretWatch(SECRET, "referenced battery")
    watch.value("outputs", {**outs, "secrets": {name: {**one, "value": ""} for name, one in outs["secrets"].items()}})
    assert engine.outputs("ways")["in_force"] == {"30465": {"origin": "created"}, "30587": {"origin": "created"}}


def test_entries_that_are_there_are_adopted_and_foreign_ones_left_alone(shared: Bench, engine: Engine, said: list[str]) -> None:
    program: Program = {"ways": rules({"30636": "ldap.foreign.example:636"}), "vars": variables(values={"FOREIGN": "theirs"})}

    assert engine.up(program).errors == {}

    assert shared.mutations() == []
    assert engine.outputs("ways")["in_force"] == {"30636": {"origin": "adopted"}}
    assert sum("was there already; this stack manages it from now on" in line for line in said) == 2


def test_an_entry_in_conflict_fails_alone_and_is_tried_again_without_a_right_to_what_is_there(shared: Bench, engine: Engine) -> None:
    program: Program = {
        "ways": rules({"30636": "ours.example.com:636", "30465": "smtp.example.com:465"}),
        "vars": variables(values={"FOREIGN": "ours", "MAIL_FROM": "noreply@wknd.site"}),
    }
    for _ in range(2):
        engine.up(program)
        assert "PortForwards ways of program 10001, environment 20001: 30636 is not as declared." in str(engine.errors["ways"])
        assert "30636 → ldap.foreign.example:636" in str(engine.errors["ways"])
        assert "EnvVars vars of program 10001, environment 20001: FOREIGN is not as declared." in str(engine.errors["vars"])
        assert set(engine.outputs("ways")["rules"]) == set(engine.outputs("ways")["in_force"]) == {"30465"}
        assert FOREIGN_RULE in (shared.rules() or ())
        assert shared.live_variables()["FOREIGN"]["value"] == "theirs"
    assert sorted(shared.mutations()) == ONE_OF_EACH

    meant: Program = {
        "ways": rules({"30636": {"name": "ours.example.com", "port_dest": 636, "on_conflict": "replace"}, "30465": "smtp.example.com:465"}),
        "vars": variables(values={"FOREIGN": "ours", "MAIL_FROM": "noreply@wknd.site"}, on_conflict="replace"),
    }
    assert engine.up(meant).errors == {}
    assert shared.live_variables()["FOREIGN"]["value"] == "ours"
    assert engine.destroy().errors == {}
    assert sorted(shared.live_variables()) == ["FOREIGN_SECRET"]


def test_a_set_of_which_nothing_is_in_force_is_not_recorded(bench: Bench, engine: Engine) -> None:
    bench.fault(method="PATCH", path="*/variables", status=403, nth=1)
    engine.up({"vars": variables(values={"MAIL_FROM": "noreply@wknd.site"})})

    assert engine.state == {}
    assert "MAIL_FROM is not as declared" in str(engine.errors["vars"])


def test_a_reference_that_cannot_be_read_fails_its_entry_alone(bench: Bench, engine: Engine, said: list[str]) -> None:
    engine.up({"vars": variables(values={"MAIL_FROM": "noreply@wknd.site"}, secrets_from={"LOST": "env:AEM_MAIL_UNSET"})})

    assert "the environment variable AEM_MAIL_UNSET is not set" in str(engine.errors["vars"])
    assert own_variables(bench) == ["MAIL_FROM"]


def test_forty_single_variables_become_one_set_without_a_change(bench: Bench, engine: Engine, said: list[str]) -> None:
    singles: Program = {f"v{number}": variable(f"V_{number}", "same") for number in range(40)}
    engine.up(singles)
    bench.forget()

    assert engine.up({"vars": variables(values={f"V_{number}": "same" for number in range(40)})}).errors == {}

    assert bench.mutations() == []
    assert len(own_variables(bench)) == 40
    assert engine.destroy().errors == {}
    assert own_variables(bench) == []


def test_single_entries_that_come_from_a_set_are_kept(bench: Bench, engine: Engine, said: list[str]) -> None:
    engine.up(ALL)
    bench.forget()
    singles: Program = {
        "net": networking(),
        "smtp": rule(),
        "submission": rule(30587, port_dest=587),
        "from": variable(),
        "password": secret(),
        "vars": variables(values={"FOOTER@author": "bye"}, secrets_from={"EMAIL_USERNAME": f"env:{REFERENCE}"}),
    }

    assert engine.up(singles).errors == {}

    assert bench.mutations() in ([], ["PATCH variables"])
    assert (ports(bench), own_variables(bench)) == ([30465, 30587], NAMES)
    assert set(engine.outputs("vars")["in_force"]) == {"FOOTER@author", "EMAIL_USERNAME"}


def test_an_entry_in_a_single_resource_and_in_a_set_is_an_error_before_anything_is_written(bench: Bench, engine: Engine) -> None:
    engine.up({"net": networking(), "smtp": rule(), "ways": rules(TWO_RULES)})

    assert "both declare PortForward 10001/20001/30465" in str(engine.errors["ways"])


def test_a_change_by_others_is_read_entry_by_entry_and_restored(bench: Bench, engine: Engine) -> None:
    engine.up(ALL)
    bench.edit(advancedNetworking={"nonProxyHosts": [], "portForwards": [{"name": "x.example.com", "portDest": 465, "portOrig": 30465}]})

    engine.refresh()
    assert engine.outputs("ways")["rules"] == {"30465": {"name": "x.example.com", "port_dest": 465}}

    bench.forget()
    assert engine.up(ALL).errors == {}
    assert bench.mutations() == ["PUT advancedNetworking"]
    assert ports(bench) == [30465, 30587]


def test_a_set_of_which_nothing_is_left_is_read_as_gone(bench: Bench, engine: Engine) -> None:
    engine.up({**ALL, "vars": variables(values={"MAIL_FROM": "noreply@wknd.site"}, secrets={"EMAIL_PASSWORD": SECRET})})
    bench.edit(variables=[])

    engine.refresh()

    assert set(engine.state) == {"net", "ways"}


def test_a_variable_changes_its_type_only_where_that_is_meant(bench: Bench, engine: Engine, said: list[str]) -> None:
    engine.up({"vars": variables(values={"MAIL_FROM": "a", "OTHER": "b"})})
    bench.forget()

    engine.up({"vars": variables(values={"OTHER": "b"}, secrets={"MAIL_FROM": "correct horse"})})
    assert "secrets.MAIL_FROM: is a string in this stack and would become a secretString" in str(engine.errors["vars"])
    assert bench.mutations() == []

    meant = variables(values={"OTHER": "b"}, secrets={"MAIL_FROM": {"value": "correct horse", "on_conflict": "replace"}})
    assert engine.up({"vars": meant}).errors == {}
    assert bench.live_variables()["MAIL_FROM"]["type"] == "secretString"


def test_an_entry_that_was_accepted_and_is_not_in_force_is_tried_again(bench: Bench, engine: Engine) -> None:
    engine.up({"net": networking(), "ways": rules({"30465": "smtp.example.com:465", "30001": "smtp.example.com:465"})})
    changed: Program = {"net": networking(), "ways": rules({"30465": "other.example.com:465", "30001": "smtp.example.com:465"})}
    bench.fault(action="fail", method="PUT")

    engine.up(changed)
    assert "30465 is not as declared" in str(engine.errors["ways"])

    assert engine.up(changed).errors == {}
    assert {one["portOrig"]: one["name"] for one in bench.rules() or ()} == {30465: "other.example.com", 30001: "smtp.example.com"}
    bench.forget()
    assert engine.up(changed).errors == {}
    assert bench.mutations() == []


def test_at_the_limit_as_many_variables_come_as_go_in_one_change(bench: Bench, engine: Engine) -> None:
    engine.up({"vars": variables(values={f"V_{number}": "x" for number in range(398)})})
    bench.forget()

    assert engine.up({"vars": variables(values={f"V_{number}": "x" for number in range(10, 408)})}).errors == {}

    assert bench.mutations() == ["PATCH variables"]
    assert len(own_variables(bench)) == 398


def test_a_failed_removal_is_recorded_without_its_secret_and_tried_again(bench: Bench, engine: Engine) -> None:
    engine.up({"vars": variables(values={"A_A": "x"}, secrets={"EMAIL_PASSWORD": SECRET})})
    bench.fault(method="PATCH", path="*/variables", status=403, nth=1)

    engine.up({"vars": variables(values={"A_A": "x"})})
    assert "EMAIL_PASSWORD is not as declared" in str(engine.errors["vars"])
    assert engine.outputs("vars")["secrets"] == {"EMAIL_PASSWORD": {}}
    SecretWatch(SECRET).value("outputs", engine.outputs("vars"))

    bench.simulator.world.faults.clear()
    assert engine.up({"vars": variables(values={"A_A": "x"})}).errors == {}
    assert own_variables(bench) == ["A_A"]
