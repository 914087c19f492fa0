"""Files of ignores match the texts of places: each stands here unchanged."""

import pytest

from aem_mail.checks.egress import egress_place
from aem_mail.checks.parity import place_of
from aem_mail.checks.place import (
    Place,
    PlaceKind,
    environment_place,
    infrastructure_place,
    program_place,
    rule_place,
    tier_place,
    variable_place,
)
from aem_mail.checks.sender_domain import dkim_place, dmarc_place, domain_place, spf_place
from aem_mail.checks.subject import TIERS
from aem_mail.model import PortForward, VariableKey

RULE = PortForward("smtp.example.com", 465, 30465)
OTHER = PortForward("10.1.2.3", 25, 30465)
SOME = ("publish", "preview")

TEXTS = {
    "program 10001": program_place("10001"),
    "network infrastructure": Place(PlaceKind.NETWORK_INFRASTRUCTURE),
    "network infrastructure 30001": infrastructure_place("30001"),
    "network infrastructure, dns.resolvers": Place(PlaceKind.NETWORK_INFRASTRUCTURE, parts=("dns.resolvers",)),
    "environment 20001": environment_place("20001"),
    "advanced networking": Place(PlaceKind.ADVANCED_NETWORKING),
    "non-proxy hosts": Place(PlaceKind.NON_PROXY_HOSTS),
    "non-proxy host *.example.com": Place(PlaceKind.NON_PROXY_HOST, ("*.example.com",)),
    "port forward 30465 → smtp.example.com:465": rule_place(RULE),
    "port forwards 30465 → 10.1.2.3:25; 30465 → smtp.example.com:465": rule_place(OTHER, RULE),
    "variables": Place(PlaceKind.VARIABLES),
    "variable EMAIL_PASSWORD (all services)": variable_place(VariableKey(None, "EMAIL_PASSWORD")),
    "variable EMAIL_PASSWORD (author)": variable_place(VariableKey("author", "EMAIL_PASSWORD")),
    "AEM project": Place(PlaceKind.AEM_PROJECT),
    "config/x.cfg.json": Place(PlaceKind.FILE, ("config/x.cfg.json",)),
    "config/x.cfg.json, smtp.ssl": Place(PlaceKind.FILE, ("config/x.cfg.json",), ("smtp.ssl",)),
    "config/x.cfg.json, authUrl/tokenUrl": Place(PlaceKind.FILE, ("config/x.cfg.json",), ("authUrl", "tokenUrl")),
    "config.author/x.cfg.json and config.dev/x.cfg.json": Place(PlaceKind.FILE, ("config.author/x.cfg.json", "config.dev/x.cfg.json")),
    "tier publish": tier_place("publish"),
    "tier publish, smtp.example.com": tier_place("publish", "smtp.example.com"),
    "egress address p10001.external.adobeaemcloud.com": egress_place("p10001.external.adobeaemcloud.com"),
    "domain wknd.site": domain_place("wknd.site"),
    "SPF of wknd.site": spf_place("wknd.site"),
    "DMARC of wknd.site": dmarc_place("wknd.site"),
    "DKIM s1 of wknd.site": dkim_place("s1", "wknd.site"),
    "environment 20001, port forward 30465": place_of(PlaceKind.PORT_FORWARD, "30465", (), "20001"),
    "environment 20001, variable EMAIL_PASSWORD": place_of(PlaceKind.VARIABLE, "EMAIL_PASSWORD", TIERS, "20001"),
    "environment 20001, variable EMAIL_PASSWORD (publish, preview)": place_of(PlaceKind.VARIABLE, "EMAIL_PASSWORD", SOME, "20001"),
    "environment 20001, OSGi configuration (author)": place_of(PlaceKind.CONFIGURATION, "", ("author",), "20001"),
    "environment 20001, property from.address": place_of(PlaceKind.PROPERTY, "from.address", TIERS, "20001"),
    "environment 20001, mail server": place_of(PlaceKind.MAIL_SERVER, "", TIERS, "20001"),
    "component mail, PortForward": Place(PlaceKind.COMPONENT, ("mail",), ("PortForward",)),
    "mail server (publish, preview)": place_of(PlaceKind.MAIL_SERVER, "", SOME),
}


@pytest.mark.parametrize(("text", "place"), TEXTS.items(), ids=TEXTS)
def test_a_place_is_written_as_files_of_ignores_name_it(text: str, place: Place) -> None:
    assert str(place) == text


def test_every_kind_of_place_has_its_text_here() -> None:
    assert {place.kind for place in TEXTS.values()} == set(PlaceKind)


def test_things_are_known_by_what_tells_them_apart_in_one_environment() -> None:
    assert rule_place(OTHER, RULE).names == ("30465", "30465")
    assert variable_place(VariableKey("author", "EMAIL_PASSWORD")).names == ("EMAIL_PASSWORD",)
    assert infrastructure_place("30001").names == ("30001",)


@pytest.mark.parametrize(
    ("place", "concerned"),
    [
        (rule_place(RULE), TIERS),
        (variable_place(VariableKey(None, "EMAIL_PASSWORD")), TIERS),
        (variable_place(VariableKey("publish", "EMAIL_PASSWORD")), ("publish",)),
        (place_of(PlaceKind.VARIABLE, "EMAIL_PASSWORD", SOME, "20001"), SOME),
    ],
)
def test_a_place_concerns_the_tiers_that_it_names_or_all(place: Place, concerned: tuple[str, ...]) -> None:
    assert tuple(filter(place.concerns, TIERS)) == concerned
