import re

import pytest

from aem_mail.checks import CHECKS, Finding, Severity
from aem_mail.checks.parity import place_of
from aem_mail.checks.place import Place, PlaceKind, environment_place, infrastructure_place, tier_place, variable_place
from aem_mail.model import VariableKey
from aem_mail.reports.mail_path.model import StationKind
from aem_mail.reports.mail_path.station_kinds import BY_CHECK, BY_PLACE, station_of

FILE = "config/x.cfg.json"


def test_every_check_has_a_station_and_nothing_else_has() -> None:
    assert set(CHECKS) <= set(BY_CHECK)
    assert set(BY_PLACE) <= set(CHECKS)
    assert all(re.fullmatch(r"M\d\d", id_) for id_ in BY_CHECK)


@pytest.mark.parametrize("id_", BY_CHECK)
def test_wherever_a_finding_is_it_has_a_station(id_: str) -> None:
    assert all(station_of(Finding(id_, Severity.INFO, Place(kind), "", "")) in StationKind for kind in PlaceKind)


@pytest.mark.parametrize(
    ("id_", "found_at", "place"),
    [
        ("M02", Place(PlaceKind.FILE, (FILE,), ("smtp.port",)), StationKind.PORT_FORWARD),
        ("M10", tier_place("publish"), StationKind.TIER),
        ("M10", Place(PlaceKind.FILE, (FILE,), ("smtp.password",)), StationKind.VARIABLES),
        ("M17", Place(PlaceKind.FILE, (FILE,), ("from.address",)), StationKind.CONFIGURATION),
        ("M17", Place(PlaceKind.SPF, ("wknd.site",)), StationKind.MAIL_SERVER),
        ("M22", environment_place("20001"), StationKind.TIER),
        ("M22", infrastructure_place("30001"), StationKind.INFRASTRUCTURE),
        ("M22", variable_place(VariableKey(None, "EMAIL_PASSWORD")), StationKind.VARIABLES),
        ("M28", place_of(PlaceKind.VARIABLE, "EMAIL_PASSWORD", (), "20001"), StationKind.VARIABLES),
        ("M28", place_of(PlaceKind.PORT_FORWARD, "30465", (), "20001"), StationKind.PORT_FORWARD),
        ("M28", place_of(PlaceKind.MAIL_SERVER, "", ("author",), "20001"), StationKind.MAIL_SERVER),
        ("M28", place_of(PlaceKind.PROPERTY, "from.address", (), "20001"), StationKind.CONFIGURATION),
        ("M29", variable_place(VariableKey(None, "EMAIL_PASSWORD")), StationKind.VARIABLES),
        ("M29", Place(PlaceKind.FILE, (FILE,), ("smtp.user",)), StationKind.MAIL_SERVER),
    ],
)
def test_a_finding_stands_where_the_mail_goes_wrong(id_: str, found_at: Place, place: StationKind) -> None:
    assert station_of(Finding(id_, Severity.ERROR, found_at, "", "")) is place
