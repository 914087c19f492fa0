"""The third state: what the second has, and sets of rules and of variables, in program 10005, where others had some of them before."""

from dataclasses import replace
from typing import Final

from tests.flow.seeds import enabled, secret, string
from tests.states import state_2
from tests.states.recorded import World
from tests.states.state_2 import in_environment, ready

IN_A_SET, OF_ONE_SERVICE, REFERENCED, ADOPTED = "secret-in-a-set", "secret-of-one-service", "secret-in-a-set-by-reference", "adopted-secret"

SETS: Final = f"""
U, V = "10005", "20013"
sets_infra = NetworkInfrastructure("sets-infra", NetworkInfrastructureArgs(U, "flexiblePortEgress", "va7", allow_placeholder=True))
AdvancedNetworking("sets-net", AdvancedNetworkingArgs(U, V), later(sets_infra))
SecretEnvVar("meant", SecretEnvVarArgs(U, V, "MEANT", "changeme", allow_placeholder=True))
PortForwards("ways", PortForwardsArgs(U, V, {{
    "30465": "smtp.example.com:465",
    "30920": "search.example.com:9200",
    "30636": {{"name": "ldap.example.com", "port_dest": 636, "on_conflict": "replace"}},
}}, "error", timeout=600), later(sets_infra))
EnvVars("vars", EnvVarsArgs(
    U, V,
    {{"PLAIN": "030465", "ADOPTED": "theirs", "FOOTER@publish": {{"value": "bye", "on_conflict": "replace"}}}},
    {{
        "IN_A_SET": "{IN_A_SET}",
        "OF_ONE_SERVICE": {{"value": "{OF_ONE_SERVICE}", "service": "publish", "rotate_when": "2026-01", "expires_at": "2999-12-31"}},
        "KEPT@preview": {{"on_conflict": "keep"}},
    }},
    {{"REFERENCED": "env:IN_A_SET", "REFERENCED@preview": {{"value_from": "env:IN_A_SET", "allow_placeholder": True}}}},
    "author", "error", timeout=600,
))
EnvVars("others", EnvVarsArgs(U, V, secrets_from={{"OF_ALL": "env:IN_A_SET"}}))
"""

OTHERS: Final = string("OTHERS", "theirs")
THEIRS: Final = (30900, "others.example.com", 900)


def found(state: World) -> None:
    """Add what others have in 10005."""
    state_2.found(state)
    state["programs"]["10005"] = state_2.program("sets", "20013", ready("30009", "flexiblePortEgress"))
    rules = (THEIRS, (30920, "search.example.com", 9200), (30636, "old.example.com", 636))
    variables = [OTHERS, string("ADOPTED", "theirs", "author"), string("FOOTER", "old", "publish"), secret("KEPT", ADOPTED, "preview")]
    in_environment(state, "20013", advancedNetworking=enabled(*rules), variables=variables)


def made(state: World) -> None:
    """Add what the `up` made of it."""
    state_2.made(state)
    rules = (THEIRS, (30920, "search.example.com", 9200), (30636, "ldap.example.com", 636), (30465, "smtp.example.com", 465))
    variables = [
        OTHERS,
        string("ADOPTED", "theirs", "author"),
        string("FOOTER", "bye", "publish"),
        secret("KEPT", ADOPTED, "preview"),
        string("PLAIN", "030465", "author"),
        secret("IN_A_SET", IN_A_SET, "author"),
        secret("OF_ONE_SERVICE", OF_ONE_SERVICE, "publish"),
        secret("REFERENCED", REFERENCED, "author"),
        secret("REFERENCED", REFERENCED, "preview"),
        secret("OF_ALL", REFERENCED),
        secret("MEANT", "changeme"),
    ]
    in_environment(state, "20013", advancedNetworking=enabled(*rules), variables=variables)


def left(state: World) -> None:
    """Leave what others had, less what was adopted."""
    state_2.left(state)
    in_environment(state, "20013", advancedNetworking=enabled(THEIRS), variables=[OTHERS])


STATE: Final = replace(
    state_2.STATE,
    name="state-3",
    program=state_2.PROGRAM + SETS,
    found=found,
    made=made,
    left=left,
    destroyed=tuple(sorted((*state_2.STATE.destroyed, "PATCH variables", "PUT advancedNetworking"))),
    secrets=(*state_2.STATE.secrets, IN_A_SET, OF_ONE_SERVICE, REFERENCED, ADOPTED),
    environ={**state_2.STATE.environ, "IN_A_SET": REFERENCED},
)
