"""What a preflight saw of the network, from the machine that it ran on; pure values, so that checks judge them without asking anybody."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DkimKey:
    """The DNS record of one DKIM selector: ``record`` None where there is none, ``bits`` None where the key cannot be read."""

    selector: str
    record: str | None
    revoked: bool = False
    bits: int | None = None
    algorithm: str = "rsa"


@dataclass(frozen=True, slots=True)
class SenderDomain:
    """What DNS says of the domain of the from address; None where it was not asked, or gave no answer.

    ``spf`` are the domain's records of version spf1, ``included`` the domains that they include, directly or further, ``lookups`` how many
    look-ups that takes; ``dmarc`` the records that count, those of ``dmarc_domain``.
    """

    name: str
    smtp_host: str
    exists: bool | None = None
    spf: tuple[str, ...] | None = None
    included: frozenset[str] = frozenset()
    lookups: int = 0
    dmarc: tuple[str, ...] | None = None
    dmarc_domain: str | None = None
    dkim: tuple[DkimKey, ...] = ()


@dataclass(frozen=True, slots=True)
class NetworkFacts:
    """Everything that was seen: ``egress_addresses`` are those of ``egress_host``, none where the name does not resolve."""

    egress_host: str | None = None
    egress_addresses: tuple[str, ...] | None = None
    sender: SenderDomain | None = None
