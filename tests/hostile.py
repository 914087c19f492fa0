"""Subjects whose every name somebody else chose, and chose badly."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from aem_mail.checks import Declaration, DeclaredVariable, ProjectFile, Subject, TierConfiguration
from aem_mail.checks.subject import TIERS
from aem_mail.live.model import LiveEnvironment, LiveProgram
from aem_mail.model import AdvancedNetworking, Environment, NetworkInfrastructure, PortForward, Variable, VariableKey
from aem_mail.osgi import MAIL_SERVICE_PID, OAUTH_PID, PROXY_HOST_PLACEHOLDER
from tests.checks.situations import TODAY

HOSTILE = (
    "<script>alert(1)</script>",
    "</script><!--",
    "]]>",
    "\"'`><img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "&amp;&lt;",
    "\x1b[31m\x07",
    "a\x00b\x0bc\ufffe",
    "\u202egnp.exe\u2066",
    "שלום עולם",
    "{{ 7 * 7 }}{% raw %}",
    "x" * 3000,
    "日本語" * 40,
    "\ud83d",
    "line\nbreak\r\n\u2028",
    "",
)
NAMES = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=30), st.sampled_from(("smtp.sendgrid.com", "EMAIL_PASSWORD", "prod")))
PORTS = st.sampled_from((25, 443, 465, 587, 2525))
RULES = st.builds(PortForward, NAMES, PORTS, st.sampled_from((30465, 30587, 30025)))
VALUES = st.one_of(NAMES, NAMES.map("$[secret:{};default=x]".format), st.booleans())
KEYS = st.builds(VariableKey, st.sampled_from((None, *TIERS)), NAMES)


def mail_services() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "smtp.host": st.one_of(st.just(PROXY_HOST_PLACEHOLDER), VALUES),
            "smtp.port": st.one_of(st.sampled_from(("30465", "30587")), VALUES),
            "smtp.user": VALUES,
            "smtp.password": VALUES,
            "from.address": VALUES,
            "smtp.ssl": VALUES,
            "oauth.flow": VALUES,
        }
    )


def files() -> st.SearchStrategy[ProjectFile]:
    return st.builds(
        ProjectFile,
        NAMES.map(f"{{}}/{MAIL_SERVICE_PID}.cfg.json".format),
        mail_services(),
        st.sampled_from((None, *HOSTILE)),
        st.booleans(),
    )


def tiers() -> st.SearchStrategy[TierConfiguration]:
    winners: st.SearchStrategy[Mapping[str, tuple[ProjectFile, ...]]] = st.dictionaries(
        st.sampled_from((MAIL_SERVICE_PID, OAUTH_PID)), st.lists(files(), min_size=1, max_size=2).map(tuple)
    )
    return st.builds(TierConfiguration, st.sampled_from(TIERS), st.tuples(NAMES, NAMES), winners)


def declarations() -> st.SearchStrategy[Declaration]:
    variables = st.lists(st.builds(DeclaredVariable, KEYS, st.sampled_from(("string", "secretString")), st.none() | NAMES), max_size=3)
    return st.builds(
        Declaration,
        NAMES,
        NAMES,
        kind=st.none() | NAMES,
        region=st.none() | NAMES,
        enables_networking=st.booleans(),
        non_proxy_hosts=st.none() | st.lists(NAMES, max_size=2).map(tuple),
        port_forwards=st.lists(RULES, max_size=3).map(tuple),
        variables=variables.map(tuple),
    )


def live_environments() -> st.SearchStrategy[LiveEnvironment]:
    hosts = st.lists(NAMES, max_size=2).map(tuple)
    infrastructures = st.lists(st.builds(NetworkInfrastructure, NAMES, NAMES, NAMES, NAMES, status_details=NAMES), max_size=2).map(tuple)
    entries = RULES.map(lambda rule: {"name": rule.name, "portDest": rule.port_dest, "portOrig": rule.port_orig})
    return st.builds(
        LiveEnvironment,
        st.builds(Environment, NAMES, NAMES, NAMES, NAMES, NAMES, NAMES),
        st.builds(AdvancedNetworking, st.booleans(), NAMES, hosts, st.lists(entries, max_size=3).map(tuple)),
        st.lists(st.builds(Variable, KEYS, NAMES, NAMES, NAMES), max_size=3).map(tuple),
        st.builds(LiveProgram, infrastructures, st.none() | st.booleans()),
    )


def subjects() -> st.SearchStrategy[Subject]:
    """Draw a subject; its tiers are different ones."""
    return st.builds(
        Subject,
        st.none() | declarations(),
        st.lists(tiers(), max_size=3, unique_by=lambda tier: tier.tier).map(tuple),
        st.lists(files(), max_size=2).map(tuple),
        st.none() | live_environments(),
        st.just(TODAY),
    )
