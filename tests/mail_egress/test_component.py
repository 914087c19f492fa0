"""What a MailEgress registers is what its expansion says, so that checks, which judge the expansion, judge what Pulumi gets."""

from collections.abc import Mapping
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from aem_mail.checks.component import mail_egress_resources
from aem_mail.kinds.mail_egress import MAIL_EGRESS
from aem_mail.kinds.mail_resources import MailResource, mail_resources
from aem_mail.kinds.mail_transition import TRANSITION
from aem_mail.mail_egress import Egress, Former, MailEgress, MailEgressArgs, OAuth, Osgi, Smtp
from aem_mail.mail_egress.arguments import given as given_by
from aem_mail.presets import with_preset
from tests.resources import registered
from tests.resources.registered import Registered
from tests.strategies import identifiers, non_proxy_hosts, port_origs, secret_values, services

ABOUT_THE_RUN = frozenset({"__provider", "component", "content", "logical_name", "program", "secret_inputs"})
"""What every resource is registered with besides its arguments, and what an OsgiConfig makes of its properties."""


def registered_by(args: MailEgressArgs) -> tuple[list[Registered], dict[str, Any]]:
    """Return what a program with that one component registers, and what the component gives out."""
    return registered.registered_by(lambda: MailEgress("mail", args).outputs())


def expanded(args: MailEgressArgs) -> list[MailResource]:
    return mail_resources(with_preset(given_by(args)), lambda function, *values: function(*values))


managed = st.builds(
    Egress,
    mode=st.just("managed"),
    kind=st.just("flexiblePortEgress"),
    region=st.sampled_from(["va7", "nld2"]),
    is_primary_region=st.none() | st.booleans(),
    allow_replace=st.booleans(),
)
existing = st.builds(
    Egress,
    mode=st.just("existing"),
    kind=st.sampled_from([None, "dedicatedEgressIp"]),
    region=st.sampled_from([None, "va7"]),
    non_proxy_hosts=st.none() | non_proxy_hosts,
    requires_fixed_ip=st.booleans(),
)
oauth = st.builds(
    OAuth,
    client_id=st.just("a-client"),
    client_secret=secret_values,
    refresh_token_from=st.just("env:REFRESH_TOKEN"),
    client_secret_expires_at=st.none() | st.just("2099-01-01"),
)


former = st.none() | st.sampled_from(
    [
        Former("smtp.example.com", 465, 30990),
        Former(secrets=["FORMER_USER", "FORMER_PASSWORD"]),
        Former("smtp.example.com", 465, 30990, ["A1"]),
    ]
)


@st.composite
def arguments(draw: st.DrawFn) -> MailEgressArgs:
    """Return arguments that break no rule and hold no mistake."""
    token = draw(st.none() | oauth)
    server = Smtp("smtp.gmail.com" if token else "smtp.example.com", 587, draw(st.none() | port_origs), former=draw(former))
    return MailEgressArgs(
        draw(identifiers),
        draw(identifiers),
        draw(st.just(Smtp(preset="sendgrid"))) if token is None and draw(st.booleans()) else server,
        "noreply@example.com",
        username=draw(secret_values),
        password=None if token else draw(secret_values),
        egress=draw(managed | existing),
        services=draw(st.none() | st.lists(services, min_size=1, max_size=3, unique=True)),
        osgi=draw(st.none() | st.builds(Osgi, st.just("osgiconfig"), st.none() | st.just("dev"))),
        on_conflict=draw(st.none() | st.just({"portForward": "replace", "osgiConfig": "replace"})),
        timeouts=draw(st.none() | st.just({"environment": 600.0, "infrastructure": 900.0})),
        oauth=token,
        allow_placeholder=draw(st.none() | st.booleans()),
    )


@settings(deadline=None, max_examples=20)
@given(args=arguments())
def test_what_the_component_registers_is_its_expansion(args: MailEgressArgs) -> None:
    assert list(MAIL_EGRESS.problems(given_by(args))) == []

    found, outputs = registered_by(args)

    wanted = {f"mail-{one.role}": (one.kind, dict(one.inputs), tuple(f"mail-{role}" for role in one.depends_on)) for one in expanded(args)}
    assert {one.name: (one.kind, arguments_of(one, wanted[one.name][1]), one.depends_on) for one in found} == wanted
    assert len(found) == len(wanted)
    assert outputs["proxyPort"] == wanted["mail-port-forward"][1]["port_orig"]
    files = [inputs["pid"] for kind, inputs, _ in wanted.values() if kind == "OsgiConfig"]
    assert [file["pid"] for file in outputs["osgiConfig"] if file["path"]] == files


def arguments_of(resource: Registered, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Return a resource's arguments, except for those that are left at their defaults."""
    defaults = {"on_conflict": "error", "allow_replace": False, "delete_file": False}
    found = {name: value for name, value in resource.inputs.items() if name not in {*ABOUT_THE_RUN, TRANSITION} and value is not None}
    return {name: value for name, value in found.items() if name in wanted or value != defaults.get(name)}


@settings(deadline=None, max_examples=20)
@given(args=arguments())
def test_what_is_checked_before_is_what_is_registered_then(args: MailEgressArgs) -> None:
    expansion = expanded(args)
    checked = [kind for kind, _ in mail_egress_resources(given_by(args))]

    written = [one.kind for one in expansion if one.kind != "OsgiConfig"]
    assert checked[0] == "MailEgress"
    assert [kind for kind in checked[1:] if kind != "OsgiConfig"] == written
    assert checked.count("OsgiConfig") == (1 if args.oauth is None else 2)
