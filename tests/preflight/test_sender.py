"""What is seen of names: the server's, the egress address and the sender's domain, asked of a real name server."""

import asyncio
import base64
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from aem_mail.preflight import PreflightOptions, Seen, Step, StepVerdict, Target, preflight
from aem_mail.preflight.sender import dkim_key, tags
from aem_mail.preflight.target import exit_code
from tests.preflight.dns_server import Zone, closed_port, name_server

DOMAIN, HOST, EGRESS = "wknd.site", "smtp.example.com", "p10001.external.adobeaemcloud.com"
SPF = '"v=spf1 ip4:203.0.113.0/24 -all"'
DMARC = '"v=DMARC1; p=reject"'
HEALTHY: Zone = {DOMAIN: {"TXT": [SPF, '"site-verification=1"']}, f"_dmarc.{DOMAIN}": {"TXT": [DMARC]}}


def look(zone: Zone, *, host: str = HOST, from_domain: str | None = DOMAIN, patience: float = 10, **target: Any) -> Seen:
    """Look at a server that is not there, and at everything else as the zone has it."""
    with name_server(zone) as server:
        options = PreflightOptions(step_seconds=patience, resolver=("127.0.0.1", server.port))
        return asyncio.run(preflight(Target(host, closed_port(), from_domain, **target), options))


def step(seen: Seen, asked: str) -> Step:
    return next(step for step in seen.steps if step.asked.startswith(asked))


def test_a_domain_that_receivers_believe_is_clean() -> None:
    seen = look(HEALTHY)

    assert step(seen, f"SPF of {DOMAIN}").answer == "v=spf1 ip4:203.0.113.0/24 -all (0 look-ups)"
    assert step(seen, f"DMARC of {DOMAIN}").answer == "v=DMARC1; p=reject"
    assert {step(seen, what).verdict for what in ("SPF", "DMARC")} == {StepVerdict.OK}
    assert step(seen, "SPF").checks == ("M17",)
    assert seen.facts.sender is not None
    assert (seen.facts.sender.exists, seen.facts.sender.dmarc_domain) == (True, DOMAIN)


@pytest.mark.parametrize(
    ("changes", "what", "answer"),
    [
        ({DOMAIN: {"TXT": []}}, "SPF", "none"),
        ({DOMAIN: {"TXT": ['"v=spf10 -all"']}}, "SPF", "none"),
        ({DOMAIN: {"TXT": [SPF, '"v=spf1 ~all"']}}, "SPF", "v=spf1 ip4:203.0.113.0/24 -all; v=spf1 ~all (0 look-ups)"),
        ({f"_dmarc.{DOMAIN}": {"TXT": ['"v=DMARC2; p=none"']}}, "DMARC", "none"),
        ({f"_dmarc.{DOMAIN}": {"TXT": [DMARC, '"v=DMARC1; p=none"']}}, "DMARC", "v=DMARC1; p=none; v=DMARC1; p=reject"),
    ],
)
def test_what_a_domain_lacks_is_a_warning_with_its_fix(changes: Zone, what: str, answer: str) -> None:
    seen = look({**HEALTHY, **changes})

    found = step(seen, what)
    assert (found.answer, found.verdict) == (answer, StepVerdict.WARNING)
    assert found.effect.startswith("AEM's mail would")
    assert found.fix


def test_a_domain_that_is_not_there_is_one_warning() -> None:
    seen = look({HOST: {"A": ["127.0.0.1"]}})

    assert step(seen, f"domain {DOMAIN}").verdict is StepVerdict.WARNING
    assert not any(one.asked.startswith(("SPF", "DMARC")) for one in seen.steps)


def test_includes_are_followed_to_the_provider() -> None:
    zone = {
        **HEALTHY,
        DOMAIN: {"TXT": ['"v=spf1 include:_spf.wknd.site a mx ~all"']},
        "_spf.wknd.site": {"TXT": ['"v=spf1 redirect=SPF.protection.outlook.com"']},
        "spf.protection.outlook.com": {"TXT": [SPF]},
    }

    allowed = look(zone, host="smtp.office365.com")
    forgotten = look({**zone, "_spf.wknd.site": {"TXT": [SPF]}}, host="smtp.office365.com")

    assert "(4 look-ups)" in step(allowed, "SPF").answer
    assert step(allowed, "SPF").verdict is StepVerdict.OK
    assert step(forgotten, "SPF").verdict is StepVerdict.WARNING
    assert "Add include:spf.protection.outlook.com" in step(forgotten, "SPF").fix


def test_a_provider_with_an_envelope_of_its_own_needs_no_spf() -> None:
    found = step(look({**HEALTHY, DOMAIN: {"TXT": []}}, host="smtp.sendgrid.net"), "SPF")

    assert found.verdict is StepVerdict.INFO
    assert "SendGrid puts a domain of its own" in found.answer


def test_includes_in_a_circle_come_to_an_end() -> None:
    seen = look({**HEALTHY, DOMAIN: {"TXT": [f'"v=spf1 include:{DOMAIN} -all"']}})

    assert step(seen, "SPF").verdict is StepVerdict.WARNING
    assert "receivers stop after 10" in step(seen, "SPF").effect


def test_a_macro_is_counted_and_not_followed() -> None:
    assert (
        "(2 look-ups)" in step(look({**HEALTHY, DOMAIN: {"TXT": ['"v=spf1 include:%{i}.x.site exists:%{i}.y.site -all"']}}), "SPF").answer
    )


def test_a_record_too_long_for_udp_is_read_whole() -> None:
    addresses = " ".join(f"ip4:203.0.113.{number}" for number in range(60))
    halves = [f"v=spf1 {addresses[:200]}", addresses[200:400], addresses[400:600], addresses[600:800], f"{addresses[800:]} -all"]
    seen = look({**HEALTHY, DOMAIN: {"TXT": [" ".join(f'"{half}"' for half in halves)]}})

    assert seen.facts.sender is not None
    assert seen.facts.sender.spf == (f"v=spf1 {addresses} -all",)


def test_the_policy_of_a_domain_above_counts_where_there_is_none() -> None:
    seen = look({**HEALTHY, "news.mail.wknd.site": {"TXT": [SPF]}}, from_domain="news.mail.wknd.site")

    assert step(seen, "DMARC").answer == f"v=DMARC1; p=reject (of {DOMAIN})"
    assert step(seen, "DMARC").verdict is StepVerdict.OK


def rsa_record(bits: int) -> str:
    key = rsa.generate_private_key(65537, bits).public_key()
    return f"v=DKIM1; k=rsa; p={base64.b64encode(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()}"


def quoted(record: str) -> str:
    return " ".join(f'"{record[at : at + 250]}"' for at in range(0, len(record), 250))


@pytest.mark.parametrize(
    ("record", "verdict", "answer"),
    [
        (rsa_record(2048), StepVerdict.OK, "(rsa, 2048 bits)"),
        (rsa_record(1024), StepVerdict.OK, "(rsa, 1024 bits)"),
        ("v=DKIM1; p=", StepVerdict.WARNING, "v=DKIM1; p="),
        ("v=DKIM1; p=bm8ga2V5", StepVerdict.WARNING, "v=DKIM1; p=bm8ga2V5"),
        ("something else", StepVerdict.WARNING, "none"),
        (None, StepVerdict.WARNING, "none"),
    ],
)
def test_a_dkim_key_is_looked_for_where_a_selector_is_named(record: str | None, verdict: StepVerdict, answer: str) -> None:
    keys: Zone = {} if record is None else {f"s1._domainkey.{DOMAIN}": {"TXT": [quoted(record)]}}
    seen = look({**HEALTHY, **keys}, selectors=("s1",))

    found = step(seen, f"DKIM s1 of {DOMAIN}")
    assert found.verdict is verdict
    assert found.answer.endswith(answer)
    assert not any(one.asked.startswith("DKIM") for one in look(HEALTHY).steps)


def test_a_dkim_key_behind_an_alias_is_found() -> None:
    keys: Zone = {
        f"s1._domainkey.{DOMAIN}": {"CNAME": ["s1.provider.example."]},
        "s1.provider.example": {"TXT": [quoted(rsa_record(2048))]},
    }

    assert step(look({**HEALTHY, **keys}, selectors=("s1",)), "DKIM").verdict is StepVerdict.OK


def test_keys_of_the_newer_kind_are_read() -> None:
    raw = ed25519.Ed25519PrivateKey.generate().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    assert dkim_key("s1", f"v=DKIM1; k=ed25519; p={base64.b64encode(raw).decode()}").bits == 256
    assert dkim_key("s1", "v=DKIM1; k=ed25519; p=bm8=").bits is None


@given(st.text())
def test_no_record_breaks_the_reading_of_a_key(record: str) -> None:
    if "p" in tags(record):
        assert dkim_key("s1", record).record == record


@pytest.mark.parametrize(
    ("records", "kind", "verdict", "addresses"),
    [
        ({EGRESS: {"A": ["203.0.113.7"]}}, "dedicatedEgressIp", StepVerdict.OK, ("203.0.113.7",)),
        ({EGRESS: {"A": ["203.0.113.7"]}}, None, StepVerdict.OK, ("203.0.113.7",)),
        ({}, "dedicatedEgressIp", StepVerdict.FAILED, ()),
        ({}, None, StepVerdict.INFO, None),
    ],
)
def test_the_egress_address_is_named_for_the_allow_list(
    records: Zone, kind: str | None, verdict: StepVerdict, addresses: tuple[str, ...] | None
) -> None:
    seen = look({**HEALTHY, **records}, egress_host=EGRESS, kind=kind)

    found = step(seen, f"egress address {EGRESS}")
    assert (found.verdict, found.checks, seen.facts.egress_addresses) == (verdict, ("M18",), addresses)
    assert ("203.0.113.7" in found.answer) == bool(records)


@pytest.mark.parametrize("kind", ["flexiblePortEgress", "vpn"])
def test_no_egress_address_is_looked_for_where_there_is_none(kind: str) -> None:
    assert not any(one.asked.startswith("egress") for one in look(HEALTHY, egress_host=EGRESS, kind=kind).steps)


@pytest.mark.parametrize(
    ("records", "kind", "verdict", "answer"),
    [
        ({}, None, StepVerdict.FAILED, "there is no such name"),
        ({"mail.corp.internal": {"A": []}}, None, StepVerdict.FAILED, "none"),
        ({}, "vpn", StepVerdict.INFO, "there is no such name"),
        ({"mail.corp.internal": {"SERVFAIL": []}}, None, StepVerdict.FAILED, "the name server refused or failed (such as SERVFAIL)"),
        (
            {"mail.corp.internal": {"CNAME": ["a.site."]}, "a.site": {"A": ["127.0.0.1"]}},
            None,
            StepVerdict.OK,
            "127.0.0.1 (an alias of a.site)",
        ),
    ],
)
def test_the_servers_name_is_resolved_and_a_private_one_may_be_the_vpns(
    records: Zone, kind: str | None, verdict: StepVerdict, answer: str
) -> None:
    seen = look(records, host="mail.corp.internal", from_domain=None, kind=kind)

    found = step(seen, "addresses of mail.corp.internal")
    assert (found.verdict, found.answer, found.checks) == (verdict, answer, ("M20", "M21"))


def test_a_name_server_that_says_nothing_is_a_time_out() -> None:
    silent: Zone = {HOST: {"SILENT": []}, DOMAIN: {"SILENT": []}}
    seen = look(silent, patience=0.5)

    assert step(seen, "addresses").verdict is StepVerdict.TIMED_OUT
    assert step(seen, "SPF").verdict is StepVerdict.TIMED_OUT
    assert seen.facts.sender is not None
    assert (seen.facts.sender.exists, seen.facts.sender.spf) == (None, None)
    assert exit_code([seen]) == 40


def test_an_include_that_gives_no_answer_leaves_spf_open() -> None:
    seen = look({**HEALTHY, DOMAIN: {"TXT": ['"v=spf1 include:x.site -all"']}, "x.site": {"SERVFAIL": []}})

    assert step(seen, "SPF").verdict is StepVerdict.FAILED
    assert seen.facts.sender is not None
    assert seen.facts.sender.spf is None


def test_a_resolver_that_is_not_there_fails_every_question() -> None:
    options = PreflightOptions(step_seconds=0.5, resolver=("127.0.0.1", closed_port()))
    seen = asyncio.run(preflight(Target(HOST, 25, DOMAIN), options))

    assert all(one.bad for one in seen.steps)


def test_hostile_records_reach_no_terminal() -> None:
    seen = look({**HEALTHY, DOMAIN: {"TXT": ['"v=spf1 \\027[2J\\007 -all"']}})

    assert step(seen, "SPF").answer.isprintable()
