import re

import pytest

from aem_mail.checks import CHECKS, Finding, Severity
from aem_mail.checks.parity import place_of as place_beside_others
from aem_mail.checks.place import Place as FoundAt
from aem_mail.checks.place import PlaceKind, environment_place, infrastructure_place, tier_place, variable_place
from aem_mail.model import VariableKey
from aem_mail.picture.model import Place
from aem_mail.picture.places import BY_CHECK, BY_PLACE, place_of

FILE = "config/x.cfg.json"


def test_every_check_has_a_station_and_nothing_else_has() -> None:
    assert set(CHECKS) <= set(BY_CHECK)
    assert set(BY_PLACE) <= set(CHECKS)
    assert all(re.fullmatch(r"M\d\d", id_) for id_ in BY_CHECK)


@pytest.mark.parametrize("id_", BY_CHECK)
def test_wherever_a_finding_is_it_has_a_station(id_: str) -> None:
    assert all(place_of(Finding(id_, Severity.INFO, FoundAt(kind), "", "")) in Place for kind in PlaceKind)


@pytest.mark.parametrize(
    ("id_", "found_at", "place"),
    [
        ("M02", FoundAt(PlaceKind.FILE, (FILE,), ("smtp.port",)), Place.PORT_FORWARD),
        ("M10", tier_place("publish"), Place.TIER),
        ("M10", FoundAt(PlaceKind.FILE, (FILE,), ("smtp.password",)), Place.VARIABLES),
        ("M17", FoundAt(PlaceKind.FILE, (FILE,), ("from.address",)), Place.CONFIGURATION),
        ("M17", FoundAt(PlaceKind.SPF, ("wknd.site",)), Place.MAIL_SERVER),
        ("M22", environment_place("20001"), Place.TIER),
        ("M22", infrastructure_place("30001"), Place.INFRASTRUCTURE),
        ("M28", place_beside_others(PlaceKind.VARIABLE, "EMAIL_PASSWORD", (), "20001"), Place.VARIABLES),
        ("M28", place_beside_others(PlaceKind.PORT_FORWARD, "30465", (), "20001"), Place.PORT_FORWARD),
        ("M28", place_beside_others(PlaceKind.MAIL_SERVER, "", ("author",), "20001"), Place.MAIL_SERVER),
        ("M28", place_beside_others(PlaceKind.PROPERTY, "from.address", (), "20001"), Place.CONFIGURATION),
        ("M29", variable_place(VariableKey(None, "EMAIL_PASSWORD")), Place.VARIABLES),
        ("M29", FoundAt(PlaceKind.FILE, (FILE,), ("smtp.user",)), Place.MAIL_SERVER),
    ],
)
def test_a_finding_stands_where_the_mail_goes_wrong(id_: str, found_at: FoundAt, place: Place) -> None:
    assert place_of(Finding(id_, Severity.ERROR, found_at, "", "")) is place
