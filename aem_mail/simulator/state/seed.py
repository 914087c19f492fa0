"""What a simulator holds when nobody says otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from aem_mail.presets.providers import Preset, SmtpPreset, presets
from aem_mail.simulator.state.secret import Secret
from aem_mail.simulator.state.values import Environment, Infrastructure, MailServer, Program, SimulatorState

REGION: Final = "va7"
MAIL_USER: Final = "apikey"
MAIL_PASSWORD: Final = "password123"  # noqa: S105 - it opens no more than simulated mail servers


def trial_seed() -> SimulatorState:
    """Return the default seed, in which the program has its network infrastructure already, so that any environment can be first."""
    seed = default_seed()
    production = next(program for program in seed.programs.values() if not program.sandbox)
    number = seed.last_infrastructure_id + 1
    with_infrastructure = production.with_infrastructure(Infrastructure(str(number), "flexiblePortEgress", REGION))
    return replace(seed, programs={**seed.programs, production.id: with_infrastructure}, last_infrastructure_id=number)


def default_seed() -> SimulatorState:
    """Program 10001 with dev, stage and prod, sandbox program 10002 with dev, and the mail servers of the presets."""
    production = Program(
        id="10001",
        name="WKND",
        region=REGION,
        environments={
            id_: Environment(id_, f"WKND {type_}", type_, REGION)
            for id_, type_ in (("20001", "dev"), ("20002", "stage"), ("20003", "prod"))
        },
    )
    sandbox = Program(
        id="10002",
        name="WKND Sandbox",
        region=REGION,
        sandbox=True,
        environments={"20004": Environment("20004", "WKND Sandbox dev", "dev", REGION)},
    )
    return SimulatorState(programs={each.id: each for each in (production, sandbox)}, smtp=default_mail_servers())


def default_mail_servers() -> tuple[MailServer, ...]:
    """Return ``smtp.example.com`` as the generic one, and those servers of the presets whose names are the same for everybody."""
    users = {MAIL_USER: Secret.of(MAIL_PASSWORD)}
    generic_first = reversed(tuple(presets().values()))
    return tuple(
        MailServer(host, port, tls, users) for preset in generic_first for host in _hosts(preset) for port, tls in preset.ports.items()
    )


def _hosts(preset: Preset) -> Iterator[str]:
    named = ("smtp.example.com",) if preset.name == SmtpPreset.GENERIC else preset.hosts
    yield from (host for host in named if "*" not in host)
