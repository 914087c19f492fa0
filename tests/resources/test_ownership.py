"""Who owns what: adoption, conflicts, takeovers, and names that change."""

from aem_mail.errors import Occupied
from aem_mail.resources.base.plugin import current_run
from aem_mail.rollout.claims import Holder
from tests.rollout.harness import FOREIGN_RULE, Bench

from .engine import Engine
from .programs import infrastructure, networking, rule, secret, variable


def test_equal_entries_are_adopted_without_a_change_and_that_is_said(shared: Bench, engine: Engine, said: list[str]) -> None:
    program = {"net": networking(), "ldap": rule(30636, "ldap.foreign.example", 636), "foreign": variable("FOREIGN", "theirs")}

    assert engine.up(program).errors == {}

    assert shared.mutations() == []
    assert {one.outs["origin"] for one in engine.state.values()} == {"adopted"}
    assert sum("was there already; this stack manages it from now on" in line for line in said) == 2


def test_different_entries_are_errors_that_show_both_unless_they_are_to_be_replaced(shared: Bench, engine: Engine, said: list[str]) -> None:
    engine.up({"ldap": rule(30636), "foreign": variable("FOREIGN", "ours")})

    assert all(isinstance(error, Occupied) for error in engine.errors.values())
    assert "30636 → ldap.foreign.example:636" in str(engine.errors["ldap"])
    assert "'theirs'" in str(engine.errors["foreign"])
    assert shared.mutations() == []

    replacing = {"ldap": rule(30636, on_conflict="replace"), "foreign": variable("FOREIGN", "ours", on_conflict="replace")}
    assert engine.up(replacing).errors == {}
    assert [one["name"] for one in shared.rules() or ()] == ["smtp.example.com"]
    assert shared.live_variables()["FOREIGN"]["value"] == "ours"


def test_a_kept_secret_is_adopted_and_written_once_a_value_is_given(shared: Bench, engine: Engine, said: list[str]) -> None:
    assert engine.up({"kept": secret("FOREIGN_SECRET", None, on_conflict="keep")}).errors == {}
    assert shared.mutations() == []
    assert engine.outputs("kept")["verified"] is False

    assert engine.up({"kept": secret("FOREIGN_SECRET", "another battery", on_conflict="keep")}).errors == {}
    assert shared.mutations() == ["PATCH variables"]
    assert engine.outputs("kept")["verified"] is True


def test_a_renamed_resource_is_kept(bench: Bench, engine: Engine, said: list[str]) -> None:
    engine.up({"net": networking(), "smtp": rule(), "from": variable()})
    bench.forget()

    assert engine.up({"networking": networking(), "mail": rule(), "sender": variable()}).errors == {}

    assert bench.mutations() == []
    assert set(engine.state) == {"networking", "mail", "sender"}
    assert sum("kept: still declared" in line for line in said) == 3


def test_a_refresh_tells_what_the_stack_holds_and_nothing_of_what_is_gone(bench: Bench, engine: Engine) -> None:
    engine.up({"net": networking(), "smtp": rule(), "from": variable(), "gone": rule(30587)})
    bench.edit(advancedNetworking={"nonProxyHosts": [], "portForwards": [{"name": "smtp.example.com", "portDest": 465, "portOrig": 30465}]})

    engine.refresh()

    held = current_run().claims.holders()
    assert held["PortForward 10001/20001/30465"] == Holder("smtp")
    assert held["EnvVar 10001/20001/all/MAIL_FROM"] == Holder("from")
    assert "PortForward 10001/20001/30587" not in held


def test_two_names_for_one_thing_are_an_error_that_names_both(bench: Bench, engine: Engine) -> None:
    engine.up({"one": rule(), "two": rule(30465, "other.example.com")})

    assert "two and one both declare PortForward 10001/20001/30465" in str(engine.errors["two"])


def test_a_changed_secret_is_written_and_an_unchanged_one_is_not(bench: Bench, engine: Engine) -> None:
    engine.up({"password": secret()})
    engine.up({"password": secret()})
    assert bench.mutations() == ["PATCH variables"]

    engine.up({"password": secret(value="another battery")})
    assert bench.mutations() == ["PATCH variables"] * 2

    engine.up({"password": secret(value="another battery", rotate_when="2027")})
    assert bench.mutations() == ["PATCH variables"] * 3


def test_what_an_update_enabled_anew_goes_with_the_stack(shared: Bench, engine: Engine, said: list[str]) -> None:
    engine.up({"net": networking()})
    assert engine.outputs("net")["origin"] == "adopted"
    shared.edit(advancedNetworking=None)

    assert engine.up({"net": networking(non_proxy_hosts=["a.example"])}).errors == {}
    assert engine.outputs("net")["origin"] == "created"

    assert engine.destroy().errors == {}
    assert shared.rules() is None


def test_an_infrastructure_that_was_found_stays(bench: Bench, engine: Engine, said: list[str]) -> None:
    assert engine.up({"infra": infrastructure()}).errors == {}
    assert engine.destroy().errors == {}

    assert bench.mutations() == []
    assert any("this stack found it there" in line for line in said)


def test_a_second_kind_is_an_error_that_names_the_first(bench: Bench, engine: Engine) -> None:
    engine.up({"infra": infrastructure("dedicatedEgressIp")})

    assert "(flexiblePortEgress in va7, ready)" in str(engine.errors["infra"])
    assert bench.mutations() == []


def test_a_foreign_rule_survives_every_step(shared: Bench, engine: Engine, said: list[str]) -> None:
    for program in (
        {"net": networking(), "smtp": rule()},
        {"net": networking(), "smtp": rule(host="other.example.com")},
        {"net": networking()},
    ):
        assert engine.up(program).errors == {}
        assert FOREIGN_RULE in (shared.rules() or ())
    assert engine.destroy().errors == {}

    assert shared.environment()["advancedNetworking"] == {"nonProxyHosts": ["*.Foreign.example"], "portForwards": [FOREIGN_RULE]}
