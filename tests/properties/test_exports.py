"""Whatever `pulumi stack export` prints, drift reads what the stack has recorded, or says that it cannot."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from aem_mail.kinds.kind import TYPE_PREFIX
from aem_mail.stack.answer import Unreadable
from aem_mail.stack.export import parse_export
from aem_mail.stack.recorded import recorded_stack
from aem_mail.stack.tokens import COMPONENT_TYPE, PROVIDER_TYPE
from tests.properties.hostile import CANARY, spoiled, taken, texts, values
from tests.secrets import SecretWatch
from tests.strategies import KINDS

types = st.sampled_from([*(TYPE_PREFIX + kind for kind in KINDS), TYPE_PREFIX, COMPONENT_TYPE, PROVIDER_TYPE]) | texts
resources = st.fixed_dictionaries(
    {"type": types | values()},
    optional={name: values() | texts for name in ("urn", "id", "parent", "inputs", "outputs", "protect", "delete", "dependencies")},
)
pending = st.fixed_dictionaries({"resource": resources | values()}, optional={"type": values()})
deployments = st.fixed_dictionaries(
    {"resources": st.lists(resources, max_size=3) | values()}, optional={"pending_operations": st.lists(pending, max_size=2) | values()}
)
exports = st.fixed_dictionaries({"version": st.just(3) | values(), "deployment": deployments | values()}) | values()
GOOD = json.dumps(
    {
        "version": 3,
        "deployment": {"resources": [{"type": f"{TYPE_PREFIX}SecretEnvVar", "urn": "urn:pulumi:a::b::c::d", "id": "1/2/all/AB"}]},
    }
).encode()


def read(exported: str) -> Any:
    try:
        return recorded_stack("dev", parse_export(exported))
    except Unreadable as error:
        SecretWatch(CANARY).text("an error", str(error))
        return error


@given(exported=exports.map(json.dumps) | texts | spoiled(GOOD).map(lambda content: content.decode("utf-8", "replace")))
def test_any_export_is_read_or_refused(exported: str) -> None:
    taken(lambda: read(exported))
