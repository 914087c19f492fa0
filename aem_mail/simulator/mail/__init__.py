"""The real mail path of the simulator: SMTP servers, port forwards and a stand-in for AEM's mail service, all on loopback."""

from aem_mail.simulator.mail.mail_path import SimulatedMailPath
from aem_mail.simulator.mail.model import AcceptedMail, NetworkingInForce, Resolved, SendRequest, SendResult

__all__ = [
    "AcceptedMail",
    "NetworkingInForce",
    "Resolved",
    "SendRequest",
    "SendResult",
    "SimulatedMailPath",
]
