"""The Pulumi program: one environment, as the stack's configuration describes it."""

import pulumi

from aem_mail.program import declare_environment

for name, value in declare_environment().outputs().items():
    pulumi.export(name, value)
