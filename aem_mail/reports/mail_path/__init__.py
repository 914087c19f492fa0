"""The path of a mail from AEM to the mail server, as a picture: for a terminal, and as SVG."""

from aem_mail.reports.mail_path.layout import NARROW, WIDE, Layout
from aem_mail.reports.mail_path.model import MailPath, State, Station, StationKind
from aem_mail.reports.mail_path.paths import mail_paths
from aem_mail.reports.mail_path.svg import to_svg
from aem_mail.reports.mail_path.terminal import to_lines

__all__ = ["NARROW", "WIDE", "Layout", "MailPath", "State", "Station", "StationKind", "mail_paths", "to_lines", "to_svg"]
