"""What only the API knows and a program needs before it can have a network infrastructure; all that is missing at once."""

from collections.abc import Collection

from aem_mail.cloud_manager.api import Api
from aem_mail.errors import InvalidInput, Problem
from aem_mail.model import NetworkInfrastructure
from aem_mail.model.statuses import GONE


def refuse_in_vain(api: Api, program_id: str, present: Collection[NetworkInfrastructure], regions: Collection[str]) -> None:
    """Raise InvalidInput as `preconditions` does, where a program lacks an infrastructure that it cannot have.

    ``present`` are those that are there, ``regions`` where one is declared: none where only its use is.
    """
    there = {one.region for one in present}
    for region in regions if regions or there else (None,):
        if region not in there:
            preconditions(api, program_id, region)


def preconditions(api: Api, program_id: str, region: str | None = None, is_primary_region: bool | None = None) -> bool:
    """Return whether ``region`` (None: any) is to be the primary region; raises InvalidInput with everything that blocks it.

    The guide: not for sandbox programs; the production environment exists first; its region is the primary one.
    """
    program = api.programs.get(program_id)
    regions = [] if region is None else api.regions.list(program_id)
    production = [environment for environment in api.environments.list(program_id) if environment.type == "prod"]
    problems = []
    if program.status in GONE:
        problems.append(Problem("program_id", f"the program is {program.status}; use another one, or undo that in Cloud Manager"))
    if program.sandbox:
        problems.append(
            Problem("program_id", "it is a sandbox program, and those cannot have advanced networking; use a production program")
        )
    elif not production:
        problems.append(
            Problem("program_id", "it has no production environment yet; create that first, the infrastructure follows its region")
        )
    if region is not None and region not in regions:
        problems.append(Problem("region", f"{region} cannot be used in this program; use one of: {', '.join(sorted(regions)) or 'none'}"))
    if problems:
        raise InvalidInput(f"Network infrastructure of program {program_id} ({program.name})", problems)
    in_region = any(environment.region == region for environment in production)
    return in_region if is_primary_region is None else is_primary_region
