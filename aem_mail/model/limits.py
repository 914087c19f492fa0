"""Limits and enumerations of Cloud Manager and AEM that more than one part needs.

Source: Adobe's Cloud Manager API specification; where Adobe's guides are narrower, the narrower limit.
"""

from typing import Final

PORT_DEST_MAX: Final = 65535
PORT_ORIG_BASE: Final = 30000
"""Adobe's convention: ``portOrig`` is this base plus the mail server's port."""
PORT_ORIG_MIN: Final = 30000
PORT_ORIG_MAX: Final = 30999
"""The guide's end of the range; the specification's is 31000, and what both accept is safe."""

HOST_MAX_LENGTH: Final = 253
HOST_LABEL_MAX_LENGTH: Final = 63

VARIABLE_NAME_MIN_LENGTH: Final = 2
VARIABLE_NAME_MAX_LENGTH: Final = 100
VARIABLE_VALUE_MAX_LENGTH: Final = 2048
SECRET_VALUE_SAFE_LENGTH: Final = 499
"""The specification's text says "less than 500", its schema 2048: longer secrets may be refused."""

ENVIRONMENT_VARIABLES_MAX: Final = 400
"""Variables that an environment can have, since Cloud Manager 2026.6.0; a pipeline still has 200."""

VPN_ADDRESS_SPACE_MAX_PREFIX: Final = 26
VPN_CONNECTIONS_ADVISED: Final = 20
"""Connections of one VPN that Adobe advises not to exceed (Cloud Manager 2026.7.0)."""
SA_DATA_SIZE_MIN: Final = 1024
SA_LIFETIME_MIN: Final = 300
