"""What a MailEgress stands for, before Pulumi knows of it: its resources, and the mistakes that show without Cloud Manager."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from aem_mail.checks import find_mistakes
from aem_mail.checks.declared import declarations, rendered_files
from aem_mail.checks.finding import Finding
from aem_mail.checks.ignores import FILE_NAME, judge, read_ignores
from aem_mail.checks.project import MailFiles, read_files, subject_of, type_in
from aem_mail.checks.subject import ProjectFile
from aem_mail.files import is_directory
from aem_mail.kinds.mail_configurations import written_pids
from aem_mail.kinds.mail_egress import MAIL_EGRESS, part
from aem_mail.kinds.mail_resources import Compute, capacity, mail_resources
from aem_mail.model import UNKNOWN, Properties, holds_unknown
from aem_mail.osgi import ConfigurationFileError

SAID_BY_RULES: Final = frozenset({"M07", "M12", "M25", "M29"})
NOT_KNOWN_YET: Final = "?"
"""Stands for an id that only `pulumi up` will know: the checks need no more than that there is one."""


def mail_egress_mistakes(args: Properties, project: Path, today: date) -> list[Finding]:
    """Return the mistakes of a MailEgress and of the AEM project that it writes into, except for those that are ignored.

    ``args`` as `MAIL_EGRESS.problems` takes them, and what `MAIL_EGRESS.warnings` says is not said again.
    ``project`` is the folder of Pulumi.yaml. A directory that is not there yet holds no mistake. Raises InvalidInput for a file of
    ignores that cannot be understood.
    """
    args = MAIL_EGRESS.completed(args)
    resources = list(mail_egress_resources(args))
    declaration = next(iter(declarations(resources).values()), None)
    files = MailFiles({"": _project_files(args, project)}, rendered_files(resources))
    run_mode = part(args, "osgi").get("run_mode")
    environment_type = type_in(run_mode.split(".")) if isinstance(run_mode, str) else None
    subject = subject_of(declaration, files, None, today, environment_type)
    found = find_mistakes(subject if files.rendered else replace(subject, tiers=()))
    judged = judge((finding for finding in found if finding.id not in SAID_BY_RULES), read_ignores(project / FILE_NAME), today)
    return [one.finding for one in judged if one.ignored is None]


def mail_egress_resources(args: Properties) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield class name and inputs of each resource that a MailEgress declares; OsgiConfig also where no file is written.

    The component itself comes first, with what it demands of the network.
    """
    args = MAIL_EGRESS.completed(args)
    ids = {name: NOT_KNOWN_YET if args.get(name) in (None, UNKNOWN) else args[name] for name in ("program_id", "environment_id")}
    yield MAIL_EGRESS.name, {**ids, **capacity(args)}
    rendered = {**args, **ids, "osgi": part(args, "osgi") or {"directory": ""}}
    yield from ((resource.kind, resource.inputs) for resource in mail_resources(rendered, _computing(args)))


def _computing(args: Properties) -> Compute:
    """Return what computes of known values alone; of nothing as long as the ports are not known, or wrong."""
    smtp = part(args, "smtp")
    complete = isinstance(smtp.get("port"), int) and isinstance(smtp.get("port_orig"), int)
    return lambda function, *values: function(*values) if complete and not any(map(holds_unknown, values)) else UNKNOWN


def _project_files(args: Properties, project: Path) -> dict[str, ProjectFile]:
    """Return the project's files, except for those that the component will write."""
    directory, run_mode = part(args, "osgi").get("directory"), part(args, "osgi").get("run_mode")
    if run_mode is UNKNOWN or not isinstance(directory, str) or not is_directory(project / directory):
        return {}
    try:
        files = read_files(project / directory)
    except ConfigurationFileError:
        return {}
    folder = ".".join(filter(None, ["config", run_mode]))
    ours = {f"{folder}/{pid}.cfg.json" for pid in written_pids(args)}
    return {path: file for path, file in files.items() if path not in ours}
