"""What Adobe's specification says, written down again so that the rules are held to it and not to themselves."""

import re

HOST_PATTERN = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"

IPSEC_ENUMERATIONS = {
    "dhGroup": "DHGroup24 ECP384 ECP256 DHGroup14 DHGroup2048 DHGroup2 DHGroup1 None",
    "ikeEncryption": "AES256 AES192 AES128 DES3 DES",
    "ikeIntegrity": "SHA384 SHA256 SHA1 MD5",
    "ipsecEncryption": "GCMAES256 GCMAES192 GCMAES128 AES256 AES192 AES128 DES3 DES None",
    "ipsecIntegrity": "GCMAES256 GCMAES192 GCMAES128 SHA256 SHA1 MD5",
    "pfsGroup": "PFS24 ECP384 ECP256 PFS2048 PFS2 PFS1 None",
}


def matches_pattern(host: str) -> bool:
    return re.fullmatch(HOST_PATTERN, host) is not None
