"""Environments."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from aem_mail.cloud_manager import answer_fields
from aem_mail.cloud_manager.call import Call, Exchange, each, environment_path, program_path
from aem_mail.model import Environment, EnvironmentId, Service
from aem_mail.model.statuses import READY

RELATION: Final = "http://ns.adobe.com/adobecloud/rel/"


class EnvironmentsClient:
    """The environments of a program."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def list(self, program_id: str) -> list[Environment]:
        """List a program's environments; raises NotFound for the program."""
        call = Call("GET", f"{program_path(program_id)}/environments", f"list the environments of program {program_id}")
        return self._exchange.many(call, "environments", each(partial(environment_of, program_id)))

    def get(self, environment: EnvironmentId) -> Environment:
        """Read one environment: the poll while a change is under way. Raises NotFound."""
        call = Call("GET", environment_path(environment), f"read the status of {environment}")
        return self._exchange.one(call, partial(environment_of, environment.program_id))


def environment_of(program_id: str, document: Mapping[str, Any]) -> Environment:
    """Read an environment of a program."""
    return Environment(
        id=answer_fields.text(document, "id"),
        program_id=answer_fields.text(document, "programId", default=program_id),
        name=answer_fields.text(document, "name", default=""),
        type=answer_fields.text(document, "type", default=""),
        status=answer_fields.text(document, "status"),
        region=answer_fields.optional_text(document, "region"),
        tiers=_tiers(document),
    )


def _tiers(document: Mapping[str, Any]) -> tuple[str, ...] | None:
    """Read the tiers from the links to them: an environment without a publish tier has none of that (a beta of 2026).

    No document promises a link to every tier, least of all while the environment changes: then nothing is known.
    """
    if answer_fields.text(document, "status") != READY:
        return None
    links = answer_fields.optional_object(document, "_links") or {}
    found = tuple(service.value for service in Service if f"{RELATION}{service}" in links)
    return found if Service.AUTHOR in found and len(found) < len(Service) else None
