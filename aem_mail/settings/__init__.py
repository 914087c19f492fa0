"""Read what the user configured, and name everything that is missing or wrong at once, each with the command that sets it.

All functions take mappings and do no I/O. Configuration keys come without their ``aem-mail:``; objects as mappings, or as the
JSON text in which the engine hands them to a provider. No message holds the value of a secret.
"""

from aem_mail.settings.connection import connection
from aem_mail.settings.credentials import refuse_exposed_secrets
from aem_mail.settings.environment import EnvironmentSettings, environment_settings
from aem_mail.settings.program import ProgramSettings, program_settings
from aem_mail.settings.provider import gathering, namespaced, timeouts

__all__ = [
    "EnvironmentSettings",
    "ProgramSettings",
    "connection",
    "environment_settings",
    "gathering",
    "namespaced",
    "program_settings",
    "refuse_exposed_secrets",
    "timeouts",
]
