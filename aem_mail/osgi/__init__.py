"""OSGi configurations of an AEM project: render them, read them, and resolve their placeholders as AEM does."""

from aem_mail.osgi.mail_service import (
    MAIL_SERVICE_PID,
    PROXY_HOST_PLACEHOLDER,
    MailService,
    render_configuration,
    render_mail_service,
)

__all__ = [
    "MAIL_SERVICE_PID",
    "PROXY_HOST_PLACEHOLDER",
    "MailService",
    "render_configuration",
    "render_mail_service",
]
