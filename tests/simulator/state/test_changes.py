"""Whatever is asked in whatever order, an environment and an infrastructure change one step at a time."""

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from aem_mail.simulator.state.transitions import is_at_rest, settled, terminal
from tests.contract.vpn import vpn_connection, vpn_infrastructure
from tests.simulator.direct import ENVIRONMENT, INFRASTRUCTURES, MINUTE, NETWORKING, PROGRAM, VARIABLES, Direct

port_forwards = st.lists(st.sampled_from([30025, 30465, 30587]), unique=True).map(
    lambda ports: [{"name": "smtp.example.com", "portDest": port - 30000, "portOrig": port} for port in ports]
)
variables = st.lists(st.sampled_from(["AB", "CD", "EF"]), unique=True).flatmap(
    lambda names: st.tuples(
        *(st.fixed_dictionaries({"name": st.just(name), "value": st.sampled_from(["", "x", "y"])}) for name in names)
    ).map(list)
)


class Changes(RuleBasedStateMachine):
    """Keeps, beside the simulator, what was accepted last and when that is over."""

    def __init__(self) -> None:
        super().__init__()
        self.direct = Direct()
        self.environment_free_at = 0.0
        self.networking_gone_at = 0.0
        self.infrastructure_free_at = 0.0
        self.port_forwards: list[dict[str, Any]] | None = None
        self.values: dict[str, str] = {}
        self.infrastructure: str | None = None

    @property
    def now(self) -> float:
        return self.direct.world.now

    @initialize(kind=st.sampled_from(["flexiblePortEgress", "vpn"]))
    def start(self, kind: str) -> None:
        self.kind = kind

    @rule()
    def create(self) -> None:
        body = vpn_infrastructure() if self.kind == "vpn" else {"kind": self.kind, "region": "va7"}
        answer = self.direct.ask("POST", INFRASTRUCTURES, body)
        exists = self.infrastructure is not None or self.infrastructure_free_at > self.now
        assert answer.status == (409 if exists else 201)
        if not exists:
            self.infrastructure = answer.document["id"]
            self.infrastructure_free_at = self.now + (50 if self.kind == "vpn" else 15) * MINUTE

    @rule(name=st.sampled_from(["office", "branch"]))
    def update(self, name: str) -> None:
        if self.infrastructure is None:
            return
        path = f"{PROGRAM}/networkInfrastructure/{self.infrastructure}"
        answer = self.direct.ask("PUT", path, {"connections": [vpn_connection(name=name)]})
        busy = self.infrastructure_free_at > self.now
        assert answer.status == (400 if self.kind != "vpn" else 409 if busy else 200)
        if answer.status == 200:
            self.infrastructure_free_at = self.now + 50 * MINUTE

    @rule()
    def delete(self) -> None:
        if self.infrastructure is None:
            return
        answer = self.direct.ask("DELETE", f"{PROGRAM}/networkInfrastructure/{self.infrastructure}")
        held = self.port_forwards is not None or self.networking_gone_at > self.now
        busy = self.infrastructure_free_at > self.now
        assert answer.status == (400 if held else 409 if busy else 200)
        if answer.status == 200:
            self.infrastructure = None
            self.infrastructure_free_at = self.now + (50 if self.kind == "vpn" else 15) * MINUTE

    @rule(wanted=port_forwards)
    def enable(self, wanted: list[dict[str, Any]]) -> None:
        answer = self.direct.ask("PUT", NETWORKING, {"portForwards": wanted})
        accepted = self.infrastructure is not None and max(self.infrastructure_free_at, self.environment_free_at) <= self.now
        assert (answer.status == 200) == accepted
        if accepted:
            self.port_forwards = wanted
            self.environment_free_at = self.now + 10 * MINUTE

    @rule()
    def disable(self) -> None:
        answer = self.direct.ask("DELETE", NETWORKING)
        accepted = self.port_forwards is not None and self.environment_free_at <= self.now
        assert (answer.status == 200) == accepted
        if accepted:
            self.port_forwards = None
            self.environment_free_at = self.networking_gone_at = self.now + 10 * MINUTE

    @rule(variables=variables)
    def set_variables(self, variables: list[dict[str, Any]]) -> None:
        answer = self.direct.ask("PATCH", VARIABLES, variables)
        accepted = self.environment_free_at <= self.now
        assert answer.status == (204 if accepted else 409)
        if accepted:
            changed = self.values | {each["name"]: each["value"] for each in variables}
            self.values = {name: value for name, value in changed.items() if value}
            self.environment_free_at = self.now + 5 * MINUTE

    @rule(minutes=st.sampled_from([1, 5, 10, 50]))
    def wait(self, minutes: int) -> None:
        self.direct.wait(minutes * MINUTE)

    @rule()
    def show_and_take_back(self) -> None:
        shown = self.direct.world.to_json()
        if self.environment_free_at <= self.now and self.infrastructure_free_at <= self.now:
            self.direct.world.replace(shown)
        assert self.direct.world.to_json() == shown

    @invariant()
    def what_is_at_rest_stays_the_same(self) -> None:
        world = self.direct.world
        committed = world._state
        assert not is_at_rest(committed) or world.state == settled(committed, self.now) == terminal(committed)
        assert self.environment_free_at <= self.now or not is_at_rest(committed)

    @invariant()
    def the_environment_is_updating_exactly_while_a_change_lasts(self) -> None:
        assert self.direct.status(ENVIRONMENT) == ("updating" if self.environment_free_at > self.now else "ready")

    @invariant()
    def what_was_accepted_is_what_is_listed(self) -> None:
        listed = self.direct.listed(NETWORKING)
        assert [each["portForwards"] for each in listed] == ([] if self.port_forwards is None else [self.port_forwards])
        values = {each["name"]: each["value"] for each in self.direct.listed(VARIABLES) if each["status"] != "deleting"}
        assert values == self.values

    @invariant()
    def every_accepted_change_is_in_the_journal_and_no_other(self) -> None:
        applied = [entry for entry in self.direct.world.journal.entries() if entry.applied]
        assert all(entry.method != "GET" and entry.status in {200, 201, 204} for entry in applied)
        accepted = [entry for entry in self.direct.world.journal.entries() if entry.method != "GET" and (entry.status or 500) < 400]
        assert applied == accepted


ChangesTest = Changes.TestCase
ChangesTest.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
