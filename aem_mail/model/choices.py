"""The closed sets of texts that a program, a configuration or the Cloud Manager API may use: a plain text of the same spelling is equal."""

from enum import StrEnum


class Kind(StrEnum):
    """Kind of a network infrastructure; one per program."""

    FLEXIBLE_PORT_EGRESS = "flexiblePortEgress"
    """Any port, from changing addresses."""
    DEDICATED_EGRESS_IP = "dedicatedEgressIp"
    """Any port, from one address that a mail server can let in."""
    VPN = "vpn"
    """A VPN to a private network, with one address for what goes elsewhere."""


class EgressMode(StrEnum):
    """Whether a MailEgress looks after its program's network infrastructure."""

    MANAGED = "managed"
    """Create or adopt it."""
    EXISTING = "existing"
    """Require one, and never touch it."""


class Service(StrEnum):
    """AEM service (tier) that a variable is for; absent means all of them."""

    AUTHOR = "author"
    PUBLISH = "publish"
    PREVIEW = "preview"


class ConflictPolicy(StrEnum):
    """What to do where something else is there that this stack has not recorded."""

    ERROR = "error"
    """Change nothing, and fail with what is there."""
    REPLACE = "replace"
    """Overwrite it."""
    KEEP = "keep"
    """Adopt it with the value that it has; for secrets only."""


class DhGroup(StrEnum):
    """Diffie-Hellman group of a VPN's connection, ``dhGroup`` of its ``ipsecPolicy``."""

    DH_GROUP_24 = "DHGroup24"
    ECP_384 = "ECP384"
    ECP_256 = "ECP256"
    DH_GROUP_14 = "DHGroup14"
    DH_GROUP_2048 = "DHGroup2048"
    DH_GROUP_2 = "DHGroup2"
    DH_GROUP_1 = "DHGroup1"
    NONE = "None"


class IkeEncryption(StrEnum):
    """Encryption of a VPN's key exchange, ``ikeEncryption`` of its ``ipsecPolicy``."""

    AES_256 = "AES256"
    AES_192 = "AES192"
    AES_128 = "AES128"
    DES_3 = "DES3"
    DES = "DES"


class IkeIntegrity(StrEnum):
    """Integrity of a VPN's key exchange, ``ikeIntegrity`` of its ``ipsecPolicy``."""

    SHA_384 = "SHA384"
    SHA_256 = "SHA256"
    SHA_1 = "SHA1"
    MD5 = "MD5"


class IpsecEncryption(StrEnum):
    """Encryption of what goes through a VPN, ``ipsecEncryption`` of its ``ipsecPolicy``."""

    GCM_AES_256 = "GCMAES256"
    GCM_AES_192 = "GCMAES192"
    GCM_AES_128 = "GCMAES128"
    AES_256 = "AES256"
    AES_192 = "AES192"
    AES_128 = "AES128"
    DES_3 = "DES3"
    DES = "DES"
    NONE = "None"


class IpsecIntegrity(StrEnum):
    """Integrity of what goes through a VPN, ``ipsecIntegrity`` of its ``ipsecPolicy``."""

    GCM_AES_256 = "GCMAES256"
    GCM_AES_192 = "GCMAES192"
    GCM_AES_128 = "GCMAES128"
    SHA_256 = "SHA256"
    SHA_1 = "SHA1"
    MD5 = "MD5"


class PfsGroup(StrEnum):
    """Perfect forward secrecy of a VPN's connection, ``pfsGroup`` of its ``ipsecPolicy``."""

    PFS_24 = "PFS24"
    ECP_384 = "ECP384"
    ECP_256 = "ECP256"
    PFS_2048 = "PFS2048"
    PFS_2 = "PFS2"
    PFS_1 = "PFS1"
    NONE = "None"
