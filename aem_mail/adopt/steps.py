"""What the user runs next, in order, and how each secret is given its value later."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from aem_mail.adopt.adoption import Adoption
from aem_mail.adopt.program_text import NAMESPACE, shared_key_name
from aem_mail.settings.keys import set_command

REFERENCES: Final = ("usernameFrom env:EMAIL_USERNAME", "passwordFrom env:EMAIL_PASSWORD")


@dataclass(frozen=True, slots=True)
class Step:
    """One command, and what it is for."""

    command: str
    purpose: str


def next_steps(adoption: Adoption, stack: str, *, new_project: bool = False) -> list[Step]:
    """Return the commands that make the adoption, in order."""
    environment = Step("python3 -m venv .venv", "and install aem-mail into it, as in the quick start of its README")
    return [
        *([environment] if new_project else []),
        Step(f"pulumi stack init {stack}", "unless this environment has such a stack already; then select it"),
        *_before(adoption),
        Step("aem-mail plan", "it should tell that nothing has to be changed"),
        Step("pulumi up", "it adopts what is there, and sends Cloud Manager no change"),
    ]


def secret_steps(adoption: Adoption) -> list[Step]:
    """Return the commands that give the secrets a value; the next `pulumi up` writes those that have one."""
    references = REFERENCES if adoption.mail is not None else ()
    return [
        *(
            Step(f"pulumi config set --plaintext aem-mail:{each}", "a reference, read when it is needed, never stored")
            for each in references
        ),
        *(Step(f"pulumi config set --secret {NAMESPACE}:{one.name}", "it asks for the value") for one in adoption.secrets),
    ]


def _before(adoption: Adoption) -> Iterator[Step]:
    """Yield what has to be set before the first `pulumi preview`."""
    if adoption.mail is not None:
        for place, _ in enumerate(adoption.mail.egress.get("connections", ())):
            command = set_command(f"egress.connections[{place}].sharedKey").strip("`")
            yield Step(command, "the VPN's shared key, which Cloud Manager does not tell; it asks for it")
        if adoption.mail.from_address is None:
            yield Step(set_command("fromAddress").strip("`"), "the sender, which stands in the OSGi configuration only")
    for region in adoption.shared_keys:
        yield Step(
            f"pulumi config set --secret {NAMESPACE}:{shared_key_name(region)}", f"the shared key of the VPN in {region}; it asks for it"
        )
