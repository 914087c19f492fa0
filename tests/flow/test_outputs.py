"""Arguments that only `pulumi up` knows: a preview passes, and `up` ends as with plain values."""

import pytest

from tests.flow.conftest import Simulator
from tests.flow.seeds import enabled, with_infrastructure
from tests.flow.stack import Stack

pytestmark = pytest.mark.flow

PROGRAM = """
first = EnvVar("first", EnvVarArgs(P, E, "FIRST", "a-value"))
def later(value): return first.status.apply(lambda _: value)
async def awaited(value): return value
mail = MailEgress("mail", MailEgressArgs(
    later(P), later(E), Smtp(later("smtp.example.com"), later(465), awaited(30465)), later("noreply@wknd.site"),
    username=later("a-user"), password=pulumi.Output.secret(later("password123")),
    egress=Egress("managed", later("dedicatedEgressIp"), later("va7"), requires_fixed_ip=later(False)),
    osgi=Osgi(later("osgiconfig"), later("dev")), username_variable=later("A_USER"), on_conflict={"portForward": later("replace")},
    timeouts={"environment": later(600)},
))
for name, value in mail.outputs().items():
    pulumi.export(name, value)
"""


def test_a_mail_egress_of_outputs_alone_converges(stack: Stack, simulator: Simulator) -> None:
    stack.program(PROGRAM).preview("--save-plan", "plan.json")

    stack.up("--plan", "plan.json")
    stack.up("--expect-no-changes")

    assert simulator.rules() == {30465: "smtp.example.com:465"}
    assert simulator.variable_names() == ["A_USER", "EMAIL_PASSWORD", "FIRST"]
    outputs = stack.outputs()
    assert outputs["egressHost"] == "p10001.external.adobeaemcloud.com"
    assert [file["path"] for file in outputs["osgiConfig"]] == ["osgiconfig/config.dev/com.day.cq.mailer.DefaultMailService.cfg.json"]
    assert (stack.folder / outputs["osgiConfig"][0]["path"]).read_text() == outputs["osgiConfig"][0]["content"]


def test_what_is_wrong_is_refused_once_it_is_known_and_before_anything_is_sent(stack: Stack, simulator: Simulator) -> None:
    simulator.edit(with_infrastructure)
    simulator.edit_environment(lambda environment: environment.update(advancedNetworking=enabled()))
    stack.program("""
MailEgress("mail", MailEgressArgs(
    P, E, Smtp("smtp.example.com", 465), "noreply@wknd.site", username="a-user", password="password123",
    egress=Egress("managed", pulumi.Output.from_input("flexiblePortEgress"), "va7", non_proxy_hosts=["example.com"]),
))
""")

    result = stack.up(code=None)

    assert result.code != 0
    assert "egress.non_proxy_hosts" in result.output
    assert "Traceback" not in result.output
    assert simulator.mutations() == []
