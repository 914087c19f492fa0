"""Where on a mail's way each finding belongs: at the station where the mail goes wrong."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from aem_mail.checks.finding import Finding
from aem_mail.checks.place import PlaceKind
from aem_mail.picture.model import Place

BY_CHECK: Final[Mapping[str, Place]] = MappingProxyType(
    {
        "M01": Place.PROXY,
        "M02": Place.PORT_FORWARD,
        "M03": Place.PORT_FORWARD,
        "M04": Place.PORT_FORWARD,
        "M05": Place.MAIL_SERVER,
        "M06": Place.MAIL_SERVER,
        "M07": Place.MAIL_SERVER,
        "M08": Place.CONFIGURATION,
        "M09": Place.VARIABLES,
        "M10": Place.VARIABLES,
        "M11": Place.VARIABLES,
        "M12": Place.VARIABLES,
        "M13": Place.CONFIGURATION,
        "M14": Place.CONFIGURATION,
        "M15": Place.MAIL_SERVER,
        "M16": Place.VARIABLES,
        "M17": Place.MAIL_SERVER,
        "M18": Place.INFRASTRUCTURE,
        "M19": Place.INFRASTRUCTURE,
        "M20": Place.INFRASTRUCTURE,
        "M21": Place.INFRASTRUCTURE,
        "M22": Place.INFRASTRUCTURE,
        "M23": Place.INFRASTRUCTURE,
        "M24": Place.INFRASTRUCTURE,
        "M25": Place.PORT_FORWARD,
        "M26": Place.CONFIGURATION,
        "M27": Place.MAIL_SERVER,
        "M28": Place.CONFIGURATION,
        "M29": Place.MAIL_SERVER,
        "M30": Place.PROXY,
        "M31": Place.CONFIGURATION,
        "M32": Place.TIER,
        "M33": Place.MAIL_SERVER,
    }
)
BY_PLACE: Final[Mapping[str, Mapping[PlaceKind, Place]]] = MappingProxyType(
    {
        "M10": {PlaceKind.TIER: Place.TIER},
        "M17": {PlaceKind.FILE: Place.CONFIGURATION},
        "M22": {PlaceKind.ENVIRONMENT: Place.TIER},
        "M28": {
            PlaceKind.VARIABLE: Place.VARIABLES,
            PlaceKind.PORT_FORWARD: Place.PORT_FORWARD,
            PlaceKind.MAIL_SERVER: Place.MAIL_SERVER,
        },
        "M29": {PlaceKind.VARIABLE: Place.VARIABLES},
    }
)
"""Where a check's finding stands elsewhere if it is about a thing of that kind."""


def place_of(finding: Finding) -> Place:
    """Return the station that a finding concerns. Raises KeyError for a check that is not in BY_CHECK."""
    return BY_PLACE.get(finding.id, {}).get(finding.place.kind, BY_CHECK[finding.id])
