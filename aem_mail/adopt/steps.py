"""What the user runs next, in order, and how each secret is given its value later."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from aem_mail.adopt.adoption import Adoption
from aem_mail.adopt.stack_settings import of_kind
from aem_mail.kinds.network_infrastructure import NETWORK_INFRASTRUCTURE
from aem_mail.settings.keys import VARIABLES, set_command

REFERENCES: Final = ("usernameFrom env:EMAIL_USERNAME", "passwordFrom env:EMAIL_PASSWORD")


@dataclass(frozen=True, slots=True)
class NextStep:
    """One command, and what it is for."""

    command: str
    purpose: str


def next_steps(adoption: Adoption, stack: str) -> list[NextStep]:
    """Return the commands that make the adoption, in order."""
    return [
        NextStep(f"pulumi stack init {stack}", "unless this environment has such a stack already; then select it"),
        *_before(adoption),
        NextStep("aem-mail plan", "it should tell that nothing has to be changed"),
        NextStep("pulumi up", "it adopts what is there, and sends Cloud Manager no change"),
    ]


def secret_steps(adoption: Adoption) -> list[NextStep]:
    """Return the commands that give the secrets a value; the next `pulumi up` writes those that have one."""
    references = REFERENCES if adoption.mail is not None else ()
    return [
        *(
            NextStep(f"pulumi config set --plaintext aem-mail:{each}", "a reference, read when it is needed, never stored")
            for each in references
        ),
        *(NextStep(f"pulumi config set --secret {VARIABLES}{one.name}", "it asks for the value") for one in adoption.secrets),
    ]


def _before(adoption: Adoption) -> Iterator[NextStep]:
    """Yield what has to be set before the first `pulumi preview`."""
    if adoption.mail is not None:
        yield from _shared_keys("egress", adoption.mail.egress)
        if adoption.mail.from_address is None:
            yield NextStep(set_command("fromAddress").strip("`"), "the sender, which stands in the OSGi configuration only")
    for index, one in enumerate(of_kind(adoption, NETWORK_INFRASTRUCTURE.name)):
        yield from _shared_keys(f"networkInfrastructures[{index}]", one.arguments)


def _shared_keys(path: str, infrastructure: Mapping[str, Any]) -> Iterator[NextStep]:
    for place, connection in enumerate(infrastructure.get("connections", ())):
        purpose = f"the shared key of the VPN's connection {connection['name']}, which Cloud Manager does not tell; it asks for it"
        yield NextStep(set_command(f"{path}.connections[{place}].sharedKey").strip("`"), purpose)
