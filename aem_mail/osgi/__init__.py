"""OSGi configurations of an AEM project: render them, read them, and resolve their placeholders as AEM does."""

from aem_mail.osgi.comments import remove_comments
from aem_mail.osgi.configuration_file import convert_document, parse_configuration
from aem_mail.osgi.errors import ConfigurationFileError, OsgiError, PlaceholderError
from aem_mail.osgi.folders import Folder, folder_of
from aem_mail.osgi.forms import form_of, parse_file
from aem_mail.osgi.java_types import type_name
from aem_mail.osgi.mail_service import (
    MAIL_SERVICE_KEYS,
    MAIL_SERVICE_PID,
    PROXY_HOST_PLACEHOLDER,
    UNUSED_PASSWORD,
    MailService,
    render_configuration,
    render_mail_service,
)
from aem_mail.osgi.oauth_provider import OAUTH_PID, OAuthProvider, render_oauth_provider
from aem_mail.osgi.placeholders import (
    Lookup,
    Placeholder,
    Resolution,
    find_placeholders,
    resolution,
    resolve,
    resolve_properties,
    variables_lookup,
)
from aem_mail.osgi.project import best_matches, load_configuration, osgiconfig_folders, read_tree, run_modes_of
from aem_mail.osgi.values import Properties, Value

__all__ = [
    "MAIL_SERVICE_KEYS",
    "MAIL_SERVICE_PID",
    "OAUTH_PID",
    "PROXY_HOST_PLACEHOLDER",
    "UNUSED_PASSWORD",
    "ConfigurationFileError",
    "Folder",
    "Lookup",
    "MailService",
    "OAuthProvider",
    "OsgiError",
    "Placeholder",
    "PlaceholderError",
    "Properties",
    "Resolution",
    "Value",
    "best_matches",
    "convert_document",
    "find_placeholders",
    "folder_of",
    "form_of",
    "load_configuration",
    "osgiconfig_folders",
    "parse_configuration",
    "parse_file",
    "read_tree",
    "remove_comments",
    "render_configuration",
    "render_mail_service",
    "render_oauth_provider",
    "resolution",
    "resolve",
    "resolve_properties",
    "run_modes_of",
    "type_name",
    "variables_lookup",
]
