"""Regions that a program can use."""

from __future__ import annotations

from aem_mail.simulator.api.call import ApiAnswer, ApiCall
from aem_mail.simulator.api.hal import collection
from aem_mail.simulator.state.values import Program

_OFFERED = ("va7", "can2", "nld2", "gbr9", "deu6", "aus5", "jpn4", "sgp5")


def list_regions(call: ApiCall) -> ApiAnswer:
    return ApiAnswer(200, collection(call, "regions", [{"name": name} for name in regions_of(call.program)]))


def regions_of(program: Program) -> tuple[str, ...]:
    """The program's own region first, then its environments', then a sample of those that Adobe offers."""
    own = (program.region, *(each.region for each in program.environments.values()))
    return tuple(dict.fromkeys(own + _OFFERED))
