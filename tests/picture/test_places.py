import re

import pytest

from aem_mail.checks import CHECKS, Finding, Severity
from aem_mail.picture.model import Place
from aem_mail.picture.places import PLACES, place_of


def test_every_check_has_a_station_and_nothing_else_has() -> None:
    assert set(CHECKS) <= set(PLACES)
    assert all(re.fullmatch(r"M\d\d", id_) for id_ in PLACES)


@pytest.mark.parametrize("id_", PLACES)
def test_wherever_a_finding_is_it_has_a_station(id_: str) -> None:
    assert PLACES[id_][-1][0] == "*"
    assert place_of(Finding(id_, Severity.INFO, "anywhere", "", "")) in Place


@pytest.mark.parametrize(
    ("id_", "where", "place"),
    [
        ("M02", "config/x.cfg.json, smtp.port", Place.PORT_FORWARD),
        ("M10", "tier publish", Place.TIER),
        ("M10", "config/x.cfg.json, smtp.password", Place.VARIABLES),
        ("M22", "environment 20001", Place.TIER),
        ("M22", "network infrastructure 30001", Place.INFRASTRUCTURE),
        ("M28", "environment 20001, variable EMAIL_PASSWORD", Place.VARIABLES),
        ("M28", "environment 20001, port forward 30465", Place.PORT_FORWARD),
        ("M28", "environment 20001, mail server (author)", Place.MAIL_SERVER),
        ("M28", "environment 20001, property from.address", Place.CONFIGURATION),
        ("M29", "variable EMAIL_PASSWORD (all services)", Place.VARIABLES),
    ],
)
def test_a_finding_stands_where_the_mail_goes_wrong(id_: str, where: str, place: Place) -> None:
    assert place_of(Finding(id_, Severity.ERROR, where, "", "")) is place
