"""Record the event streams that the tests of aem_mail.plan read: `python -m tests.plan.record`, with the engine on PATH.

Each case is a preview of the real engine. Debug messages are left out, and so are the outcomes of steps, which in a preview say
nothing that the steps themselves do not.
"""

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from aem_mail.simulator.server import running_simulator
from tests.flow.conftest import PASSWORD, Simulator
from tests.flow.programs import networking, rule
from tests.flow.stack import Stack
from tests.secrets import SecretWatch

RECORDED: Final = Path(__file__).parent / "recorded"
STREAMING: Final = {"PULUMI_ENABLE_STREAMING_JSON_PREVIEW": "1"}

FOOTER = 'EnvVar("footer", EnvVarArgs(P, E, "MAIL_FOOTER", "bye"))'
SECRET = 'SecretEnvVar("pass", SecretEnvVarArgs(P, E, "EMAIL_PASSWORD", "password123"))'
FILE = 'OsgiConfig("file", OsgiConfigArgs("osgiconfig", "com.example.Footer", {"text": "bye"}))'
A, B = rule("a", 30465), rule("b", 30466, more=', on_conflict="replace"')
BASE = networking(A, B, FOOTER, SECRET, FILE)
TWO = '\nfor one in ("20002", "20003"):\n    EnvVar(f"footer-{one}", EnvVarArgs(P, one, "MAIL_FOOTER", "bye", service="preview"))\n'
LATE = """
class LateProvider(pulumi.dynamic.ResourceProvider):
    def create(self, props): return pulumi.dynamic.CreateResult("1", {"id_": "20002"})
class Late(pulumi.dynamic.Resource):
    id_: pulumi.Output[str]
    def __init__(self, name): super().__init__(LateProvider(), name, {"id_": None})
late = Late("late")
EnvVar("late-variable", EnvVarArgs(P, late.id_, "MAIL_FOOTER", late.id_))
PortForward("late-rule", PortForwardArgs(P, E, late.id_, 587))
"""

CASES: Final = {
    "same": BASE,
    "update": BASE.replace("smtp.example.com", "smtp.sendgrid.com").replace('"bye"', '"ciao"').replace("password123", "password456"),
    "state-only": BASE.replace("AdvancedNetworkingArgs(P, E)", "AdvancedNetworkingArgs(P, E, timeout=90)")
    .replace('"password123"', '"password123", expires_at="2030-01-01", timeout=90')
    .replace('"replace"', '"replace", timeout=90'),
    "mixed": networking(A, B.replace("465, 30466", "587, 30466"), rule("c", 30467), SECRET, FILE),
    "replace-rule": BASE.replace("30466", "30470"),
    "rename": BASE.replace('"b"', '"bb"').replace('"footer"', '"feet"').replace('"pass"', '"word"').replace('"net"', '"works"'),
    "flip": BASE.replace(FOOTER, 'SecretEnvVar("footer", SecretEnvVarArgs(P, E, "MAIL_FOOTER", "password123"))'),
    "remove": "\n",
    "replace-infrastructure": BASE.replace("flexiblePortEgress", "dedicatedEgressIp").replace('"va7")', '"va7", allow_replace=True)'),
    "unknown": BASE + LATE,
    "two-environments": BASE + TWO,
    "refused": BASE.replace("smtp.example.com", "BAD HOST"),
    "raised": 'raise ValueError("no such thing")\n',
}


def main() -> None:
    """Record every case into RECORDED."""
    RECORDED.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp())
    try:
        with running_simulator(time_scale=1200) as running:
            simulator = Simulator(running)
            stack = Stack(folder / "project", simulator.variables, SecretWatch(PASSWORD, running.client_secret))
            _record(stack.program(BASE), "create")
            stack.up()
            for name, program in CASES.items():
                _record(stack.program(program), name)
            stack.program(BASE.replace("later(infra)", "pulumi.ResourceOptions(depends_on=[infra], retain_on_delete=True)")).up()
            _record(stack.program("\n"), "retained")
            simulator.edit_environment(_behind_our_back)
            _record(stack.program(BASE), "drift", "--refresh")
    finally:
        shutil.rmtree(folder)


def _behind_our_back(environment: dict[str, Any]) -> None:
    forwards = environment["advancedNetworking"]["portForwards"]
    environment["advancedNetworking"]["portForwards"] = [one for one in forwards if one["portOrig"] != 30465]
    for variable in environment["variables"]:
        if variable["type"] == "string":
            variable["value"] = "changed by hand"


def _record(stack: Stack, name: str, *options: str) -> None:
    result = stack.run("preview", "--json", "--non-interactive", *options, code=None, env=STREAMING)
    lines = list(_kept(result.stdout.replace(str(stack.folder), "/project")))
    (RECORDED / f"{name}.jsonl").write_text("".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines))
    print(f"{name}: {len(lines)} events")


def _kept(text: str) -> Iterator[dict[str, Any]]:
    for line in text.splitlines():
        event = json.loads(line)
        debug = event.get("diagnosticEvent", {}).get("severity") == "debug"
        outcome = event.get("resOutputsEvent", {}).get("metadata", {})
        if not debug and outcome.get("op") in (None, "refresh"):
            yield {**event, "timestamp": 0}


if __name__ == "__main__":
    main()
