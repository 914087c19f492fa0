"""The way of a mail from AEM to the mail server, as a picture: for a terminal, and as SVG."""

from aem_mail.picture.layout import NARROW, WIDE, Layout
from aem_mail.picture.model import MailPath, State, Station, StationKind
from aem_mail.picture.paths import mail_paths
from aem_mail.picture.svg import to_svg
from aem_mail.picture.terminal import to_line, to_lines

__all__ = ["NARROW", "WIDE", "Layout", "MailPath", "State", "Station", "StationKind", "mail_paths", "to_line", "to_lines", "to_svg"]
