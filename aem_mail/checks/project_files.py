"""The files of the AEM project: which one AEM takes, and what does not belong into Git."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final

from aem_mail.checks.catalogue import CONFIGURATION, check
from aem_mail.checks.finding import Fault, Severity
from aem_mail.checks.place import Place, PlaceKind
from aem_mail.checks.subject import ProjectFile, Subject
from aem_mail.osgi import MAIL_SERVICE_PID, OAUTH_PID, UNUSED_PASSWORD, find_placeholders
from aem_mail.osgi.project import BASE_FOLDER, pid_of
from aem_mail.osgi.values import as_text

RUN_MODES: Final = ("author", "publish", "dev", "stage", "prod", "rde")
MAIL_SERVICE_LIKE: Final = re.compile(r"com\.day\.cq\.mailer\..*MailService.*")
FOLDERS: Final = "config, or config with the run modes author or publish and dev, stage, prod or rde, such as config.author.prod"
SECRET_KEYS: Final = {MAIL_SERVICE_PID: ("smtp.password",), OAUTH_PID: ("clientSecret", "refreshToken")}


def concerns_mail(path: str) -> bool:
    """Say whether a file of the project is one of the mail service, or means to be."""
    pid = pid_of(path)
    return pid in SECRET_KEYS or MAIL_SERVICE_LIKE.fullmatch(pid) is not None


@check(
    "M26",
    Severity.ERROR,
    "A configuration file that AEM does not take",
    symptom="The configuration is ignored.",
    source="Adobe, configuring OSGi; Apache Felix, cm.json 2.0.6 and interpolation 1.2.8",
    needs=(CONFIGURATION,),
)
def ignored_file(subject: Subject) -> Iterator[Fault]:
    """Each mail file needs the right PID, a folder that applies, content that Felix reads, and no rival with as many run modes.

    At least one file of the mail service must apply to the environment. A file for run modes that no environment has is a warning.
    """
    for file in subject.files:
        yield from _misplaced(file)
        if file.refusal is not None:
            yield Fault(file.where(), f"AEM would refuse the whole file: {file.refusal}.", "Fix the file.")
        elif file.has_comments:
            effect = "AEM accepts its comments, other tools may not."
            yield Fault(file.where(), effect, "Keep them, or move them to a README.", Severity.INFO)
    if not any(MAIL_SERVICE_PID in tier.winners for tier in subject.tiers):
        effect = "AEM would have no mail service: no file of its PID applies to this environment, on any tier."
        fix = f"Add config/{MAIL_SERVICE_PID}.cfg.json, or move the file to a folder that applies."
        yield Fault(Place(PlaceKind.AEM_PROJECT), effect, fix)
    for tier in subject.tiers:
        for pid, files in tier.winners.items():
            if len(files) > 1:
                paths = Place(PlaceKind.FILE, tuple(file.path for file in files))
                effect = f"On {tier.tier}, AEM may take either: both match the same number of run modes ({', '.join(tier.run_modes)})."
                yield Fault(paths, effect, f"Leave one of them, or add {'.'.join([BASE_FOLDER, *tier.run_modes])}/{pid}.cfg.json.")


@check(
    "M31",
    Severity.ERROR,
    "A secret in Git",
    symptom="None in AEM; everybody with access to the repository can send mail.",
    source="Adobe, e-mail service",
    needs=(CONFIGURATION,),
)
def literal_secret(subject: Subject) -> Iterator[Fault]:
    """`smtp.password`, `clientSecret` and `refreshToken` must be placeholders, without a default that is the secret itself."""
    for file in subject.files:
        for key in SECRET_KEYS.get(pid_of(file.path), ()):
            value = as_text((file.properties or {}).get(key, ""))
            placeholders = find_placeholders(value)
            name = key.removeprefix("smtp.").upper()
            fix = f"Write $[secret:EMAIL_{name}], set that variable as a secret, and change the secret: it has been in Git."
            if value not in ("", UNUSED_PASSWORD) and not placeholders:
                yield Fault(file.where(key), "AEM would use the secret that stands here, for everybody to read.", fix)
            if any(placeholder.directives.get("default") for placeholder in placeholders):
                yield Fault(file.where(key), "AEM would use the default that stands here wherever the variable is unset.", fix)


def _misplaced(file: ProjectFile) -> Iterator[Fault]:
    pid, folder = pid_of(file.path), PurePosixPath(file.path).parent.name
    base, *run_modes = folder.split(".")
    if pid not in SECRET_KEYS:
        effect = f"AEM would not use it: {pid} is the PID of nothing; that of the mail service is {MAIL_SERVICE_PID}."
        yield Fault(file.where(), effect, f"Rename it to {MAIL_SERVICE_PID}.cfg.json.")
    unknown = [mode for mode in run_modes if mode not in RUN_MODES]
    if base != BASE_FOLDER:
        yield Fault(file.where(), "AEM would not use it: it lies in no config folder.", f"Move it to {FOLDERS}.")
    elif unknown:
        effect = f"AEM as a Cloud Service would not use it: no environment has the run mode {unknown[0]}."
        yield Fault(
            file.where(), effect, f"Keep it if it is for AEM elsewhere, such as a local one, or move it to {FOLDERS}.", Severity.WARNING
        )
