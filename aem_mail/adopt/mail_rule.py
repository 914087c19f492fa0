"""Which of an environment's rules is the mail's: a guess by port and host, or what the user says."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from aem_mail.errors import InvalidInput, Problem
from aem_mail.model import PortForward
from aem_mail.presets import preset_for
from aem_mail.presets.providers import SmtpPreset

MAIL_PORTS: Final = (465, 587, 2525, 25)
"""Ports of mail servers, the likeliest first."""


@dataclass(frozen=True, slots=True)
class MailRule:
    """The mail's rule, None where there is none, and the sentence that says how it was found."""

    rule: PortForward | None
    reason: str


def mail_rule(rules: Sequence[PortForward], port_orig: int | None, stated: int | None = None) -> MailRule:
    """Return the rule on ``port_orig``, else the one that an AEM project has ``stated``, else the likeliest.

    Raises InvalidInput where ``port_orig`` has no rule.
    """
    if port_orig is not None:
        return _named(rules, port_orig)
    connected = next((rule for rule in rules if rule.port_orig == stated), None)
    if connected is not None:
        return MailRule(connected, f"{connected} is the mail's rule: the mail service of the AEM project connects to it.")
    likely = sorted((rule for rule in rules if _likely(rule)), key=_rank)
    if not likely:
        return MailRule(None, "No rule leads to a port of mail servers; if one is the mail's, name it with --smtp-port-orig.")
    rule, *others = likely
    title = preset_for(rule.name).title if _known(rule) else "a mail server"
    sentence = f"{rule} is taken for the mail's rule, since it leads to a port of {title}."
    if others:
        sentence += f" So do {', '.join(map(str, others))}: name another one with --smtp-port-orig."
    return MailRule(rule, sentence)


def _named(rules: Sequence[PortForward], port_orig: int) -> MailRule:
    rule = next((rule for rule in rules if rule.port_orig == port_orig), None)
    if rule is None:
        there = ", ".join(map(str, rules)) or "none"
        raise InvalidInput("--smtp-port-orig", [Problem("", f"no rule on {port_orig} can be declared; those that can: {there}")])
    return MailRule(rule, f"{rule} is the mail's rule, as --smtp-port-orig says.")


def _likely(rule: PortForward) -> bool:
    return rule.port_dest in MAIL_PORTS or (_known(rule) and rule.port_dest in preset_for(rule.name).ports)


def _known(rule: PortForward) -> bool:
    return preset_for(rule.name).name != SmtpPreset.GENERIC


def _rank(rule: PortForward) -> tuple[bool, int, int]:
    port = MAIL_PORTS.index(rule.port_dest) if rule.port_dest in MAIL_PORTS else len(MAIL_PORTS)
    return not _known(rule), port, rule.port_orig
