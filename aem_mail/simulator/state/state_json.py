"""The state as JSON, in the form of a seed and of `/_sim/state`: objects in the API's own field names, secrets as fingerprints."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from aem_mail.simulator.api.fields import FieldProblems, Fields
from aem_mail.simulator.state.infrastructure_json import LATEST
from aem_mail.simulator.state.program_json import program_from_json, program_json
from aem_mail.simulator.state.secret import Secret
from aem_mail.simulator.state.smtp_json import mail_server_from_json, mail_server_json
from aem_mail.simulator.state.values import PROFILES, MailServer, Program, SimulatorState


def state_json(state: SimulatorState) -> dict[str, Any]:
    """The state without its changes in progress; `profiles` only where the client lacks one."""
    document: dict[str, Any] = {
        "programs": {key: program_json(program) for key, program in state.programs.items()},
        "smtp": [mail_server_json(server) for server in state.smtp],
    }
    return document if state.profiles == PROFILES else {**document, "profiles": list(state.profiles)}


def state_from_json(document: Any, *, smtp: tuple[MailServer, ...], held: Mapping[str, Secret]) -> tuple[SimulatorState, float | None]:
    """Read a seed: the state and, where it says so, the simulated time.

    `smtp` stands in where the document has none; a secret given as a fingerprint takes the value it has in `held`.
    Raises one `Problem` of status 400 that names everything wrong.
    """
    findings = FieldProblems("Invalid state")
    fields = Fields(document, "", findings)
    clock = fields.optional_number("clock", maximum=LATEST)
    seeds = fields.required_object("programs").members()
    programs = {key: program_from_json(key, seed, held) for key, seed in seeds.items()}
    servers = fields.objects("smtp")
    profiles = fields.texts("profiles")
    for profile in set(profiles or ()).difference(PROFILES):
        fields.refuse("profiles", f"must be among {', '.join(PROFILES)}", profile)
    _refuse_shared_ids(programs.values(), findings)
    last_id = max((int(each.id) for program in programs.values() for each in program.infrastructures if each.id), default=30000)
    numbers = itertools.count(last_id + 1)
    state = SimulatorState(
        programs={key: _numbered(program, numbers) for key, program in programs.items()},
        smtp=smtp if servers is None else tuple(mail_server_from_json(each, held) for each in servers),
        profiles=PROFILES if profiles is None else profiles,
        last_infrastructure_id=next(numbers) - 1,
    )
    fields.done()
    findings.check()
    return state, clock


def secrets_of(state: SimulatorState) -> dict[str, Secret]:
    """Every secret whose value the state holds, by fingerprint."""
    secrets = [secret for server in state.smtp for secret in server.secrets]
    for program in state.programs.values():
        secrets += [connection.shared_key for each in program.infrastructures for connection in each.connections]
        for environment in program.environments.values():
            held_now = environment.variables + (environment.change.variables if environment.change else ())
            secrets += [variable.value for variable in held_now if isinstance(variable.value, Secret)]
    return {secret.fingerprint: secret for secret in secrets if secret.value is not None}


def _numbered(program: Program, numbers: Iterator[int]) -> Program:
    numbered = tuple(each if each.id else replace(each, id=str(next(numbers))) for each in program.infrastructures)
    return replace(program, infrastructures=numbered)


def _refuse_shared_ids(programs: Iterable[Program], findings: FieldProblems) -> None:
    seen: set[str] = set()
    for program in programs:
        for kind, ids in (
            ("environments", program.environments),
            ("infrastructures", [each.id for each in program.infrastructures if each.id]),
        ):
            for shared in seen.intersection(f"{kind} {each}" for each in ids):
                findings.refuse(f"programs.{program.id}.{kind}", f"{shared.split()[1]} is taken by another program")
            seen.update(f"{kind} {each}" for each in ids)
