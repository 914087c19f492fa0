"""The files of the AEM project: which one AEM takes, and what does not belong into Git."""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

from aem_mail.checks.catalogue import CONFIGURATION, check
from aem_mail.checks.finding import Fault, Severity
from aem_mail.checks.place import Place, PlaceKind
from aem_mail.checks.subject import ProjectFile, Subject
from aem_mail.model.secret_like import is_secret_name
from aem_mail.osgi import MAIL_SERVICE_KEYS, MAIL_SERVICE_PID, OAUTH_PID, UNUSED_PASSWORD, Folder, find_placeholders, folder_of, form_of
from aem_mail.osgi.folders import BASE_FOLDER, INSTALL_FOLDER, RIGHT_ORDER, TIERS, TYPES
from aem_mail.osgi.forms import JSON
from aem_mail.osgi.project import pid_of
from aem_mail.osgi.values import as_text

MAIL_SERVICE_LIKE: Final = re.compile(r"com\.day\.cq\.mailer\..*MailService.*")
FOLDERS: Final = "config, or config with the run modes author or publish and dev, stage, prod or rde, such as config.author.prod"
SECRET_KEYS: Final = {MAIL_SERVICE_PID: ("smtp.password",), OAUTH_PID: ("clientSecret", "refreshToken")}
KNOWN_KEYS: Final = {
    MAIL_SERVICE_PID: MAIL_SERVICE_KEYS,
    OAUTH_PID: ("authUrl", "tokenUrl", "refreshUrl", "authCodeRedirectUrl", "clientId", "clientSecret", "refreshToken", "scopes"),
}
OF_ANY_SERVICE: Final = ("service.", "jcr:", "sling:", "felix.", ":")
"""How properties begin that any configuration may have."""


def concerns_mail(path: str) -> bool:
    """Say whether a file of the project is one of the mail service, or means to be."""
    pid = pid_of(path)
    return pid in SECRET_KEYS or MAIL_SERVICE_LIKE.fullmatch(pid) is not None


@check(
    "M26",
    Severity.ERROR,
    "A configuration file that AEM does not take",
    symptom="The configuration is ignored.",
    source="Adobe, configuring OSGi, and its aemanalyser-core 1.5.10; Apache Felix, cm.json 2.0.6 and interpolation 1.2.8",
    needs=(CONFIGURATION,),
)
def ignored_file(subject: Subject) -> Iterator[Fault]:
    """Each mail file needs the right PID, a folder that applies, content that AEM reads, and no rival with as many run modes.

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
        for key in _secret_keys(file):
            value = as_text((file.properties or {}).get(key, ""))
            placeholders = find_placeholders(value)
            name = key.removeprefix("smtp.").upper().replace(".", "_")
            fix = f"Write $[secret:EMAIL_{name}], set that variable as a secret, and change the secret: it has been in Git."
            if value not in ("", UNUSED_PASSWORD) and not placeholders:
                yield Fault(file.where(key), "AEM would use the secret that stands here, for everybody to read.", fix)
            if any(placeholder.directives.get("default") for placeholder in placeholders):
                yield Fault(file.where(key), "AEM would use the default that stands here wherever the variable is unset.", fix)


@check(
    "M37",
    Severity.ERROR,
    "A property that the mail service does not know",
    symptom="The property is ignored: there is no login, or no sender.",
    source="Adobe, e-mail service; the configuration API of SDK 2026.4.25520, which allows no other property",
    needs=(CONFIGURATION,),
)
def unknown_property(subject: Subject) -> Iterator[Fault]:
    """Each property of a mail file is one that its service knows. A warning where it resembles none that the file lacks."""
    for file in subject.files:
        known = KNOWN_KEYS.get(pid_of(file.path), ())
        for key in file.properties or {}:
            if not known or key in known or key.startswith(OF_ANY_SERVICE):
                continue
            effect = f"AEM would ignore it: the service knows no property {key}."
            absent = [one for one in known if one not in (file.properties or {})]
            meant = next(iter(get_close_matches(key, absent, 1)), None)
            fix = "Remove it." if meant is None else f"Write {meant}."
            yield Fault(file.where(key), effect, fix, Severity.WARNING if meant is None else Severity.ERROR)


@check(
    "M38",
    Severity.WARNING,
    "A configuration in an older form",
    symptom="None; AEM's build warns of it.",
    source="Adobe, aemanalyser-core 1.5.10; Sling's feature converter 1.3.6",
    needs=(CONFIGURATION,),
)
def older_form(subject: Subject) -> Iterator[Fault]:
    """AEM takes `.config`, `.cfg`, `.properties` and `.xml` beside `.cfg.json`; only the last is what Adobe asks for."""
    for file in subject.files:
        if form_of(file.path) not in (JSON, None):
            effect = f"AEM takes it, and counts it beside those of {JSON}; its build asks to convert it."
            yield Fault(file.where(), effect, f"Write the same properties as {pid_of(file.path)}{JSON}, and remove it.")


def _secret_keys(file: ProjectFile) -> list[str]:
    """Return the properties that hold a secret: those of the service, and others whose names say so, such as a misspelt one."""
    pid = pid_of(file.path)
    named = [key for key in file.properties or {} if key not in KNOWN_KEYS.get(pid, ()) and is_secret_name(key)]
    return [*SECRET_KEYS.get(pid, ()), *named]


def _misplaced(file: ProjectFile) -> Iterator[Fault]:
    pid, folder = pid_of(file.path), folder_of(file.path)
    if pid not in SECRET_KEYS:
        effect = f"AEM would not use it: {pid} is the PID of nothing; that of the mail service is {MAIL_SERVICE_PID}."
        yield Fault(file.where(), effect, f"Rename it to {MAIL_SERVICE_PID}{JSON}.")
    if folder is None:
        yield Fault(file.where(), "AEM would not use it: it lies in no config folder.", f"Move it to {FOLDERS}.")
    elif folder.base == INSTALL_FOLDER:
        effect = f"AEM's build would fail: it takes no configuration from a folder {INSTALL_FOLDER}."
        yield Fault(file.where(), effect, f"Move it to {Folder(BASE_FOLDER, folder.run_modes).name}.")
    elif folder.run_modes in RIGHT_ORDER:
        effect = f"AEM's build would fail: the run modes of {folder.name} are in the wrong order."
        yield Fault(file.where(), effect, f"Rename the folder to {BASE_FOLDER}.{RIGHT_ORDER[folder.run_modes]}.")
    elif not folder.is_taken:
        effect = f"AEM as a Cloud Service would not use it: {_unused(folder)}."
        fix = f"Keep it if it is for AEM elsewhere, such as a local one, or move it to {FOLDERS}."
        yield Fault(file.where(), effect, fix, Severity.WARNING)


def _unused(folder: Folder) -> str:
    unknown = [mode for mode in folder.modes if mode not in (*TIERS, *TYPES)]
    return f"no environment has the run mode {unknown[0]}" if unknown else f"no folder may have the run modes {folder.run_modes}"
