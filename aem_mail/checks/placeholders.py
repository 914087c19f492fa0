"""The placeholders through which the mail configuration of a tier reads environment variables."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from aem_mail.checks.place import Place, PlaceKind
from aem_mail.checks.subject import TierConfiguration
from aem_mail.model import VariableType
from aem_mail.osgi import MAIL_SERVICE_PID, OAUTH_PID, Placeholder, find_placeholders
from aem_mail.osgi.values import as_text

READ_BY: Final[Mapping[str, str]] = {VariableType.STRING: "env", VariableType.SECRET_STRING: "secret"}
TYPE_READ_BY: Final[Mapping[str, str]] = {kind: str(type_) for type_, kind in READ_BY.items()}


@dataclass(frozen=True, slots=True)
class Reading:
    """A placeholder in a property of the file that one tier uses."""

    tier: str
    path: str
    key: str
    placeholder: Placeholder

    @property
    def where(self) -> Place:
        """Name the property for a finding."""
        return Place(PlaceKind.FILE, (self.path,), (self.key,))


def may_use_oauth(tier: TierConfiguration) -> bool:
    """Say whether the mail service of a tier asks its OAuth provider; a provider that is there and not asked stops no mail."""
    service = tier.file(MAIL_SERVICE_PID)
    flow = as_text((service.properties or {}).get("oauth.flow", "")) if service is not None else "true"
    return "$[" in flow or flow.lower() == "true"


def readings(tier: TierConfiguration) -> Iterator[Reading]:
    """Yield each placeholder that reads an environment variable, in the order of the files; one within another one's name is none."""
    for pid in (MAIL_SERVICE_PID, OAUTH_PID) if may_use_oauth(tier) else (MAIL_SERVICE_PID,):
        file = tier.file(pid)
        if file is None or file.properties is None:
            continue
        for key, value in file.properties.items():
            for placeholder in find_placeholders(as_text(value)):
                if placeholder.kind in TYPE_READ_BY and placeholder.name and "$[" not in placeholder.name:
                    yield Reading(tier.tier, file.path, key, placeholder)
