"""What each setting of a stack's configuration is, in the words in which the files of a new project explain it."""

from collections.abc import Mapping
from typing import Final

EXPLANATIONS: Final[Mapping[str, str]] = {
    "programId": (
        "The environment of AEM: the ids of its program and of itself, both in the address of Cloud Manager's page of the environment. "
        "Ids stand in quotes."
    ),
    "egress": "The program's network infrastructure, through which mail leaves.",
    "egress.mode": (
        "managed: this stack creates it, or adopts the one that is there. One stack of a program does, and is run first. "
        "existing: this stack uses it, and never changes it."
    ),
    "egress.kind": "flexiblePortEgress; dedicatedEgressIp, with one address that the mail server can let in; or vpn.",
    "egress.region": "The region of the program's production environment.",
    "smtp": "The mail server: host and port, or a preset that knows both, such as sendgrid or microsoft365.",
    "fromAddress": "The sender of every mail.",
    "usernameFrom": (
        "Where `pulumi up` reads the mail server's user and password, when it needs them: env:NAME or file:PATH. They are stored nowhere, "
        "and Cloud Manager gets them as secret variables."
    ),
    "osgi": "The OSGi configuration of AEM's mail service, which belongs to the source code of the AEM project. It holds no secret.",
    "osgi.directory": "The folder osgiconfig of the AEM project, relative to this file.",
    "osgi.runMode": "The run mode for which it is written, into the folder config.<runMode>: each stack has its own.",
}
"""By key or path, without the keys' prefix. A key that goes with the one before it has no words of its own."""
