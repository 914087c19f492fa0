"""Where on a mail's path each finding belongs: at the station where the mail goes wrong."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from aem_mail.checks.finding import Finding
from aem_mail.checks.place import PlaceKind
from aem_mail.reports.mail_path.model import StationKind

BY_CHECK: Final[Mapping[str, StationKind]] = MappingProxyType(
    {
        "M01": StationKind.PROXY,
        "M02": StationKind.PORT_FORWARD,
        "M03": StationKind.PORT_FORWARD,
        "M04": StationKind.PORT_FORWARD,
        "M05": StationKind.MAIL_SERVER,
        "M06": StationKind.MAIL_SERVER,
        "M07": StationKind.MAIL_SERVER,
        "M08": StationKind.CONFIGURATION,
        "M09": StationKind.VARIABLES,
        "M10": StationKind.VARIABLES,
        "M11": StationKind.VARIABLES,
        "M12": StationKind.VARIABLES,
        "M13": StationKind.CONFIGURATION,
        "M14": StationKind.CONFIGURATION,
        "M15": StationKind.MAIL_SERVER,
        "M16": StationKind.VARIABLES,
        "M17": StationKind.MAIL_SERVER,
        "M18": StationKind.INFRASTRUCTURE,
        "M19": StationKind.INFRASTRUCTURE,
        "M20": StationKind.INFRASTRUCTURE,
        "M21": StationKind.INFRASTRUCTURE,
        "M22": StationKind.INFRASTRUCTURE,
        "M23": StationKind.INFRASTRUCTURE,
        "M24": StationKind.INFRASTRUCTURE,
        "M25": StationKind.PORT_FORWARD,
        "M26": StationKind.CONFIGURATION,
        "M27": StationKind.MAIL_SERVER,
        "M28": StationKind.CONFIGURATION,
        "M29": StationKind.MAIL_SERVER,
        "M30": StationKind.PROXY,
        "M31": StationKind.CONFIGURATION,
        "M32": StationKind.TIER,
        "M33": StationKind.MAIL_SERVER,
        "M34": StationKind.INFRASTRUCTURE,
        "M35": StationKind.CONFIGURATION,
        "M36": StationKind.PORT_FORWARD,
        "M37": StationKind.CONFIGURATION,
        "M38": StationKind.CONFIGURATION,
    }
)
BY_PLACE: Final[Mapping[str, Mapping[PlaceKind, StationKind]]] = MappingProxyType(
    {
        "M10": {PlaceKind.TIER: StationKind.TIER},
        "M11": {PlaceKind.FILE: StationKind.CONFIGURATION},
        "M17": {PlaceKind.FILE: StationKind.CONFIGURATION},
        "M22": {PlaceKind.ENVIRONMENT: StationKind.TIER, PlaceKind.VARIABLE: StationKind.VARIABLES},
        "M28": {
            PlaceKind.VARIABLE: StationKind.VARIABLES,
            PlaceKind.PORT_FORWARD: StationKind.PORT_FORWARD,
            PlaceKind.MAIL_SERVER: StationKind.MAIL_SERVER,
        },
        "M29": {PlaceKind.VARIABLE: StationKind.VARIABLES},
        "M34": {PlaceKind.PORT_FORWARD: StationKind.PORT_FORWARD, PlaceKind.VARIABLE: StationKind.VARIABLES},
    }
)
"""Where a check's finding stands elsewhere if it is about a thing of that kind."""


def station_of(finding: Finding) -> StationKind:
    """Return the station that a finding concerns. Raises KeyError for a check that is not in BY_CHECK."""
    return BY_PLACE.get(finding.id, {}).get(finding.place.kind, BY_CHECK[finding.id])
