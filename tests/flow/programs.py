"""Programs that the flow tests run, as text."""

VPN = """
dns={"resolvers": ["10.1.0.4"], "domains": ["corp.example.com"]},
address_space=["10.0.0.0/26"],
connections=[{
    "name": "office",
    "gateway": {"address": "203.0.113.10", "addressSpace": ["10.1.0.0/16"]},
    "sharedKey": "shared-key-of-the-office",
    "ipsecPolicy": {
        "dhGroup": "ECP384", "ikeEncryption": "AES256", "ikeIntegrity": "SHA384", "ipsecEncryption": "GCMAES256",
        "ipsecIntegrity": "GCMAES256", "pfsGroup": "ECP384", "saDatasize": 102400, "saLifetime": 3600,
    },
}],
"""

SHARED_KEY = "shared-key-of-the-office"


def mail_egress(kind: str, *, port: int = 465, more: str = "", egress: str = "") -> str:
    """Return a program with one MailEgress that writes its file into ``osgiconfig`` beside the program."""
    vpn = VPN if kind == "vpn" else ""
    return f"""
mail = MailEgress("mail", MailEgressArgs(
    P, E, Smtp("smtp.example.com", {port}), "noreply@wknd.site", username="apikey", password="password123",
    egress=Egress("managed", "{kind}", "va7", {vpn} {egress}), osgi=Osgi("osgiconfig"), {more}
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
