"""The Pulumi program: one environment that can send mail, as the stack's configuration describes it."""

import pulumi

from aem_mail import MailEgress
from aem_mail.program import mail_egress_args

mail = MailEgress("mail", mail_egress_args())

for name, value in mail.outputs().items():
    pulumi.export(name, value)
