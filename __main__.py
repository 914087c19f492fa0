"""The Pulumi program: one environment that can send mail, as the stack's configuration describes it."""

import pulumi

from aem_mail import MailEgress, PublishedConfiguration
from aem_mail.program import mail_egress_args, published_configuration_args

mail = MailEgress("mail", mail_egress_args())

pulumi.export("proxyPort", mail.proxy_port)
pulumi.export("egressHost", mail.egress_host)

publishing = published_configuration_args(mail)
if publishing is not None:
    published = PublishedConfiguration("mail", publishing, pulumi.ResourceOptions(depends_on=[mail]))
    pulumi.export("published", published.outputs())
