"""What a run of the checks could not judge."""

from collections.abc import Iterator, Sequence
from typing import Final

from aem_mail.checks.subject import TIERS, Subject
from aem_mail.model import Service
from aem_mail.osgi import MAIL_SERVICE_PID
from aem_mail.text.words import listed

OFFLINE: Final = "without live data: what Cloud Manager has was not judged"
NO_MAIL: Final = "whether mail arrives was not checked"
NO_CONFIGURATION: Final = (
    f"{NO_MAIL}, since there is no OSGi configuration of the mail service: name the osgiconfig folder with --directory, or give "
    "--without-osgi if that is meant"
)
NONE_APPLIES: Final = f"{NO_MAIL}, since the AEM project has no OSGi configuration of the mail service that applies"
UNREADABLE: Final = f"{NO_MAIL}, since the OSGi configuration of the mail service cannot be read"
MEANT: Final = f"without OSGi configuration (--without-osgi): {NO_MAIL}"


USUAL: Final = (str(Service.AUTHOR), str(Service.PUBLISH))
"""Tiers that every environment is taken to have; many have no preview tier."""


def checks_mail(subject: Subject) -> bool:
    """Say whether there is a mail service to be checked, on one tier at least."""
    return next(subject.mail_services(), None) is not None


def unjudged(subject: Subject, absent: Sequence[str] = (), *, without_osgi: bool = False) -> Iterator[str]:
    """Yield what was not judged, and why; ``absent`` are folders of the AEM project that are not there."""
    services = subject.declaration.services if subject.declaration is not None else None
    judged = {tier.tier for tier in subject.tiers}
    if without_osgi:
        yield MEANT
    elif not checks_mail(subject):
        there = any(tier.winners.get(MAIL_SERVICE_PID) for tier in subject.tiers)
        yield UNREADABLE if there else NONE_APPLIES if subject.tiers else NO_CONFIGURATION
    elif silent := sorted(set(subject.there) - judged, key=TIERS.index):
        yield f"mail of {listed(silent)} was not judged, since the credentials are declared for {listed(services or ())} only"
    unlinked = [tier for tier in services or USUAL if tier not in judged.union(subject.there)]
    if unlinked and judged and not without_osgi:
        yield f"mail of {listed(unlinked)} was not judged, since Cloud Manager links to no such tier of this environment"
    if absent:
        yield f"the OSGi configuration was judged as declared, since there is no folder {listed(absent)}"
    if subject.live is None:
        yield OFFLINE
