"""What only the API knows and a program needs before it can have a network infrastructure; all that is missing at once."""

from aem_mail.cloud_manager.api import Api
from aem_mail.errors import InvalidInput, Problem


def preconditions(api: Api, program_id: str, region: str, is_primary_region: bool | None) -> bool:
    """Return whether ``region`` is to be the primary region; raises InvalidInput with everything that blocks it.

    The guide: not for sandbox programs; the production environment exists first; its region is the primary one.
    """
    program = api.programs.get(program_id)
    regions = api.regions.list(program_id)
    production = [environment for environment in api.environments.list(program_id) if environment.type == "prod"]
    problems = []
    if program.sandbox:
        problems.append(
            Problem("program_id", "it is a sandbox program, and those cannot have advanced networking; use a production program")
        )
    elif not production:
        problems.append(
            Problem("program_id", "it has no production environment yet; create that first, the infrastructure follows its region")
        )
    if region not in regions:
        problems.append(Problem("region", f"{region} cannot be used in this program; use one of: {', '.join(sorted(regions)) or 'none'}"))
    if problems:
        raise InvalidInput(f"Network infrastructure of program {program_id} ({program.name})", problems)
    in_region = any(environment.region == region for environment in production)
    return in_region if is_primary_region is None else is_primary_region
