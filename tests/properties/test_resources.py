"""Whatever a program declares, a provider answers: the inputs, or what is wrong with them."""

import asyncio
from collections.abc import Iterator, Mapping
from typing import Any, Final

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi.dynamic import CheckFailure
from pulumi.runtime import rpc

from aem_mail.kinds import decide, identity
from aem_mail.resources.advanced_networking import AdvancedNetworkingProvider
from aem_mail.resources.base.provider import Provider
from aem_mail.resources.environment_variable import EnvVarProvider, SecretEnvVarProvider
from aem_mail.resources.network_infrastructure import NetworkInfrastructureProvider
from aem_mail.resources.osgi_config import OsgiConfigProvider
from aem_mail.resources.port_forward import PortForwardProvider
from tests.properties.hostile import CANARY, taken, texts, values
from tests.resources.runs import begin_again, fresh_run
from tests.secrets import SecretWatch
from tests.strategies import FIELDS, valid

PROVIDERS: Final[Mapping[str, Provider]] = {
    provider.kind.name: provider
    for provider in (
        NetworkInfrastructureProvider(),
        AdvancedNetworkingProvider(),
        PortForwardProvider(),
        EnvVarProvider(),
        SecretEnvVarProvider(),
        OsgiConfigProvider(),
    )
}
SECRET_FIELDS: Final = ("value", "connections", "properties")
WITH_A_SECRET: Final = (
    *(CANARY, f"{CANARY}$[env:X]", f" {CANARY}", f"{CANARY}\0", CANARY * 200, [CANARY], {"a": CANARY}),
    *({"sharedKey": CANARY}, [{"sharedKey": CANARY}], [{"sharedKey": [CANARY]}, {"sharedKey": f"{CANARY}\n"}]),
)
anything = values(st.just(pulumi.output.UNKNOWN))


@pytest.fixture(autouse=True)
def watched_run() -> Iterator[None]:
    with fresh_run(log=Watched()):
        yield


class Watched:
    """Takes messages in which no secret may stand."""

    def say(self, message: str) -> None:
        SecretWatch(CANARY).text("what is said", message)

    report = warn = say


def properties(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    """Return valid properties of a kind with some of them replaced by anything, and others added."""
    wrong = st.dictionaries(st.sampled_from(FIELDS[kind]) | texts, anything, max_size=3)
    return st.tuples(valid(kind) | st.just({}), wrong).map(lambda both: as_the_engine_sends({**both[0], **both[1]}))


def as_the_engine_sends(value: Any) -> Any:
    """Return a value as it comes out of a protobuf message: numbers as floats, texts as UTF-8."""
    if isinstance(value, bool) or value is None or value is pulumi.output.UNKNOWN:
        return value
    if isinstance(value, int):
        return float(value) if abs(value) < 2**1000 else float("inf")
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {as_the_engine_sends(name): as_the_engine_sends(item) for name, item in value.items()}
    return [as_the_engine_sends(item) for item in value] if isinstance(value, list) else value


def recorded(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    """Return what a check has let through before, or nothing."""
    return (valid(kind) | st.just({})).map(as_the_engine_sends)


cases = st.sampled_from(sorted(PROVIDERS)).flatmap(lambda kind: st.tuples(st.just(kind), recorded(kind), properties(kind)))


@given(case=cases)
def test_check_and_diff_answer_whatever_comes(case: tuple[str, dict[str, Any], dict[str, Any]]) -> None:
    kind, before, wanted = case
    begin_again()
    provider = PROVIDERS[kind]

    result = taken(lambda: provider.check(before, wanted))

    assert all(isinstance(failure, CheckFailure) and failure.reason.strip() for failure in result.failures)
    if not result.failures:
        taken(lambda: provider.diff("id", before, result.inputs))
        taken(lambda: identity(kind, wanted, "."))
    taken(lambda: decide(kind, before, wanted))


@pytest.mark.parametrize("kind", ["EnvVar", "SecretEnvVar", "NetworkInfrastructure", "OsgiConfig"])
@given(data=st.data())
def test_no_reason_shows_a_secret(kind: str, data: st.DataObject) -> None:
    """Wherever it stands in a field that may hold one, and whatever else is wrong."""
    begin_again()
    field = data.draw(st.sampled_from([name for name in SECRET_FIELDS if name in FIELDS[kind]]))
    given_properties = {**data.draw(properties(kind)), field: data.draw(st.sampled_from(WITH_A_SECRET))}

    result = taken(lambda: PROVIDERS[kind].check({}, given_properties))

    for failure in result.failures:
        SecretWatch(CANARY).text("a reason", failure.reason)


@given(case=cases)
def test_what_check_accepts_can_be_handed_to_the_engine(case: tuple[str, dict[str, Any], dict[str, Any]]) -> None:
    kind, _, wanted = case
    begin_again()

    result = PROVIDERS[kind].check({}, wanted)

    if not result.failures:
        asyncio.run(rpc.serialize_properties(result.inputs, {}))
