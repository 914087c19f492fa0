"""Where on a mail's way each finding belongs: at the station where the mail goes wrong."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import Final

from aem_mail.checks.finding import Finding
from aem_mail.picture.model import Place

Rule = tuple[str, Place]
"""A pattern for the place that a finding names (`*` stands for anything), and the station."""

PLACES: Final[Mapping[str, tuple[Rule, ...]]] = MappingProxyType(
    {
        "M01": (("*", Place.PROXY),),
        "M02": (("*", Place.PORT_FORWARD),),
        "M03": (("*", Place.PORT_FORWARD),),
        "M04": (("*", Place.PORT_FORWARD),),
        "M05": (("*", Place.MAIL_SERVER),),
        "M06": (("*", Place.MAIL_SERVER),),
        "M07": (("*", Place.MAIL_SERVER),),
        "M08": (("*", Place.CONFIGURATION),),
        "M09": (("*", Place.VARIABLES),),
        "M10": (("tier *", Place.TIER), ("*", Place.VARIABLES)),
        "M11": (("*", Place.VARIABLES),),
        "M12": (("*", Place.VARIABLES),),
        "M13": (("*", Place.CONFIGURATION),),
        "M14": (("*", Place.CONFIGURATION),),
        "M15": (("*", Place.MAIL_SERVER),),
        "M16": (("*", Place.VARIABLES),),
        "M17": (("*, from.address", Place.CONFIGURATION), ("*", Place.MAIL_SERVER)),
        "M18": (("*", Place.INFRASTRUCTURE),),
        "M19": (("*", Place.INFRASTRUCTURE),),
        "M20": (("*", Place.INFRASTRUCTURE),),
        "M21": (("*", Place.INFRASTRUCTURE),),
        "M22": (("environment *", Place.TIER), ("*", Place.INFRASTRUCTURE)),
        "M23": (("*", Place.INFRASTRUCTURE),),
        "M24": (("*", Place.INFRASTRUCTURE),),
        "M25": (("*", Place.PORT_FORWARD),),
        "M26": (("*", Place.CONFIGURATION),),
        "M27": (("*", Place.MAIL_SERVER),),
        "M28": (
            ("environment *, variable *", Place.VARIABLES),
            ("environment *, port forward *", Place.PORT_FORWARD),
            ("environment *, mail server*", Place.MAIL_SERVER),
            ("*", Place.CONFIGURATION),
        ),
        "M29": (("variable *", Place.VARIABLES), ("*", Place.MAIL_SERVER)),
        "M30": (("*", Place.PROXY),),
        "M31": (("*", Place.CONFIGURATION),),
        "M32": (("*", Place.TIER),),
        "M33": (("*", Place.MAIL_SERVER),),
    }
)
"""By check; of several patterns the first that matches counts, and the last one always does."""


def place_of(finding: Finding) -> Place:
    """Return the station that a finding concerns. Raises KeyError for a check that is not in PLACES."""
    return next(place for pattern, place in PLACES[finding.id] if fnmatchcase(finding.where, pattern))
