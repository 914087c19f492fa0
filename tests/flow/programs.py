"""Programs that the flow tests run, as text."""

import json

from tests import vpn

VPN = f"dns={json.dumps(vpn.DNS)}, address_space=[{vpn.ADDRESS_SPACE!r}], connections=[{json.dumps(vpn.connection())}],"


def mail_egress(kind: str, *, port: int = 465, more: str = "", egress: str = "") -> str:
    """Return a program with one MailEgress that writes its file into ``osgiconfig`` beside the program."""
    parts = VPN if kind == "vpn" else ""
    return f"""
mail = MailEgress("mail", MailEgressArgs(
    P, E, Smtp("smtp.example.com", {port}), "noreply@wknd.site", username="apikey", password="password123",
    egress=Egress("managed", "{kind}", "va7", {parts} {egress}), osgi=Osgi("osgiconfig"), {more}
))
for name, value in mail.outputs().items():
    pulumi.export(name, value)
"""


def networking(*lines: str, kind: str = "flexiblePortEgress") -> str:
    """Return a program with an infrastructure, the enablement and further lines, which may use ``later(infra)``."""
    infrastructure = f'infra = NetworkInfrastructure("infra", NetworkInfrastructureArgs(P, "{kind}", "va7"))'
    enablement = 'AdvancedNetworking("net", AdvancedNetworkingArgs(P, E), later(infra))'
    return "\n".join([infrastructure, enablement, *lines]) + "\n"


def rule(name: str, port_orig: int, host: str = "smtp.example.com", *, more: str = "", options: str = ", later(infra)") -> str:
    """Return the line that declares one PortForward."""
    return f'PortForward("{name}", PortForwardArgs(P, E, "{host}", 465, {port_orig}{more}){options})'
