"""MailEgress: everything one environment needs to send mail, as one component."""

from aem_mail.mail_egress.arguments import Egress, Former, MailEgressArgs, OAuth, Osgi, Smtp
from aem_mail.mail_egress.component import MailEgress

__all__ = ["Egress", "Former", "MailEgress", "MailEgressArgs", "OAuth", "Osgi", "Smtp"]
