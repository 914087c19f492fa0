"""What a simulator holds when nobody says otherwise."""

from __future__ import annotations

from aem_mail.simulator.state.secret import Secret
from aem_mail.simulator.state.values import Environment, MailServer, Program, SimulatorState, TlsMode

REGION = "va7"


def default_seed() -> SimulatorState:
    """Program 10001 with dev, stage and prod, sandbox program 10002 with dev, and two mail hosts on 465 and 587."""
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
    users = {"apikey": Secret.of("password123")}
    ports: dict[int, TlsMode] = {465: "implicit", 587: "starttls"}
    return tuple(MailServer(host, port, tls, users) for host in ("smtp.sendgrid.com", "smtp.example.com") for port, tls in ports.items())
