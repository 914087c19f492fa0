"""Mistakes, each on a line whose comment says what mypy calls it, and then what pyright does."""

from aem_mail import (
    ConflictPolicy,
    Egress,
    EnvVar,
    Kind,
    MailEgress,
    MailEgressArgs,
    PortForward,
    PortForwardArgs,
    SecretEnvVarArgs,
    Smtp,
    SmtpDict,
)

HERE = "10001"
THERE = "20001"
RULE = PortForwardArgs(HERE, THERE, "smtp.example.com", 465)

PortForward("missing", program_id=HERE, environment_id=THERE, name="smtp.example.com")  # call-overload, reportCallIssue
PortForward("misspelt", program_id=HERE, environment_id=THERE, name="smtp.example.com", port=465)  # call-overload, reportCallIssue
PortForward("text", program_id=HERE, environment_id=THERE, name="smtp.example.com", port_dest="465")  # call-overload, reportArgumentType
PortForward("both", RULE, port_dest=587)  # call-overload, reportCallIssue
PortForward("other-arguments", SecretEnvVarArgs(HERE, THERE, "MAIL_TOKEN"))  # call-overload, reportArgumentType
PortForward(program_id=HERE, environment_id=THERE, name="smtp.example.com", port_dest=465)  # call-overload, reportCallIssue
PortForwardArgs(HERE, THERE, "smtp.example.com", "465")  # arg-type, reportArgumentType
EnvVar("number", program_id=HERE, environment_id=THERE, name="PORT", value=465)  # call-overload, reportArgumentType
ConflictPolicy.OVERWRITE  # attr-defined, reportAttributeAccessIssue
Egress(mode=Kind)  # arg-type, reportArgumentType
Smtp("smtp.example.com", prot=465)  # call-arg, reportCallIssue
server: SmtpDict = {"host": "smtp.example.com", "prot": 465}  # typeddict-unknown-key, reportAssignmentType
MailEgressArgs(HERE, THERE, {"host": "smtp.example.com", "port": "465"}, "noreply@example.com")  # arg-type, reportArgumentType
MailEgress("key", program_id=HERE, environment_id=THERE, smtp={"prot": 465}, from_address="a@b.c")  # call-overload, reportArgumentType
MailEgressArgs(HERE, THERE, Smtp(preset="google"), "noreply@example.com", services="author publish".split)  # arg-type, reportArgumentType
