"""Drift of sets of entries: each entry that is in force is judged by itself."""

from typing import Any

from aem_mail.model import PortForward, port_forward_entry
from aem_mail.model.drift_classes import DriftClass
from aem_mail.reports import drift as report
from aem_mail.reports.text import to_text
from aem_mail.stack.values import MASKED
from tests.drift.build import CIPHERED, PLACE, enabled, live, live_variable, resource, stack
from tests.kinds.test_made_up_kind import drift

SMTP = PortForward("smtp.example.com", 465, 30465)
OTHER = PortForward("smtp.example.com", 587, 30587)


def ways(**outputs: Any) -> dict[str, Any]:
    rules = {"30465": {"name": "smtp.example.com", "port_dest": 465}, "30587": {"name": "smtp.example.com", "port_dest": 587}}
    in_force = {port: {"origin": "created"} for port in outputs.get("rules", rules)}
    return resource("PortForwards", "ways", {**PLACE, "logical_name": "ways", "rules": rules}, {"in_force": in_force, **outputs})


def test_each_rule_is_told_by_itself_and_none_of_them_is_foreign() -> None:
    own = stack(ways())

    assert drift(own, enabled(*map(port_forward_entry, (SMTP, OTHER)))).findings == ()
    changed = drift(own, enabled(port_forward_entry(PortForward("x.example.com", 465, 30465))))

    assert [(one.drift_class, one.kind, one.id, one.name) for one in changed.findings] == [
        (DriftClass.CHANGED, "PortForward", "10001/20001/30465", "ways[30465]"),
        (DriftClass.MISSING, "PortForward", "10001/20001/30587", "ways[30587]"),
    ]
    assert "name is x.example.com instead of smtp.example.com" in to_text(report.to_document(changed))


def test_an_entry_that_never_came_into_force_is_no_drift_and_what_stands_there_is_foreign() -> None:
    own = stack(ways(rules={"30587": {"name": "smtp.example.com", "port_dest": 587}}))

    found = drift(own, enabled(*map(port_forward_entry, (PortForward("theirs.example.com", 465, 30465), OTHER))))

    assert [(one.drift_class, one.id) for one in found.findings] == [(DriftClass.UNMANAGED, "10001/20001/30465")]


def test_secrets_are_unverifiable_and_values_compared_one_by_one() -> None:
    inputs = {
        **PLACE,
        "logical_name": "vars",
        "values": {"MAIL_FROM": {"value": "a"}},
        "secrets": {"PASS": {"value": CIPHERED}},
        "fingerprints": {"PASS": "fp1:0"},
    }
    in_force = {"MAIL_FROM": {"type": "string", "status": "ready"}, "PASS": {"type": "secretString", "status": "ready", "verified": True}}
    own = stack(resource("EnvVars", "vars", inputs, {"in_force": in_force}))

    found = drift(own, enabled(), live_variable("MAIL_FROM", "b"), live_variable("PASS", None, "secretString"))

    assert [(one.drift_class, one.kind, one.name) for one in found.findings] == [
        (DriftClass.CHANGED, "EnvVar", "vars[MAIL_FROM]"),
        (DriftClass.UNVERIFIABLE, "SecretEnvVar", "vars[PASS]"),
    ]
    assert MASKED not in found.findings[0].message
    assert live is not None
