"""OsgiConfig: one OSGi configuration file of an AEM project."""

import math
import posixpath
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import PureWindowsPath
from typing import Any, ClassVar, Final

from aem_mail.errors import Problem
from aem_mail.kinds import forms
from aem_mail.kinds.kind import UNKNOWN_ID, LiveValues, ResourceKind, Scope
from aem_mail.kinds.shapes import CONFLICT_POLICY, Field, boolean, matching, shape, shown, text, type_of
from aem_mail.kinds.verdict import Changes
from aem_mail.model import UNKNOWN, Properties
from aem_mail.osgi.folders import RIGHT_ORDER
from aem_mail.osgi.mail_service import MAIL_SERVICE_PID, UNUSED_PASSWORD
from aem_mail.osgi.oauth_provider import OAUTH_PID

WRONG_MAIL_SERVICE_PID: Final = "com.day.cq.mailer.impl.DefaultMailService"
CONFIGURATION_FOLDER: Final = "osgiconfig"
FILE_SUFFIX: Final = ".cfg.json"

PATH: Final = re.compile(r"(?P<directory>.+)/config(?:\.(?P<run_mode>[^/]+))?/(?P<pid>[^/]+)\.cfg\.json")
PID: Final = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*(?:~[A-Za-z0-9_.-]+)?")
SECRET_KEYS: Final = ("smtp.password", "clientSecret", "refreshToken")
SECRET_PLACEHOLDER: Final = re.compile(r"\$\[secret:[^\[\];]+(?:;default=)?\]")
"""A placeholder without default: a default would be a secret in plain text."""

RUN_MODES: Final = matching(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*", "run modes joined by dots, such as 'dev' or 'author.prod'")


def run_mode(path: str, value: Any) -> Iterator[Problem]:
    yield from RUN_MODES(path, value)
    if isinstance(value, str) and value in RIGHT_ORDER:
        yield Problem(path, f"must be '{RIGHT_ORDER[value]}', since AEM's build fails on the order of '{value}'")


def pid(path: str, value: Any) -> Iterator[Problem]:
    if not isinstance(value, str) or PID.fullmatch(value) is None:
        yield Problem(path, f"must be a PID such as '{MAIL_SERVICE_PID}', not {shown(value)}")
    elif value.endswith(FILE_SUFFIX):
        yield Problem(path, f"must be the PID alone; the file's ending {FILE_SUFFIX} is added, not {shown(value)}")
    elif value == WRONG_MAIL_SERVICE_PID:
        yield Problem(path, f"AEM ignores '{value}'; the mail service's PID is '{MAIL_SERVICE_PID}'")


@shape(type="string", pattern=r"^(?=[\s\S]*\S)[^\x00]*$")
def directory(path: str, value: Any) -> Iterator[Problem]:
    yield from text(path, value)
    if isinstance(value, str) and "\0" in value:
        yield Problem(path, "must not contain a NUL character")


def json_object(path: str, value: Any) -> Iterator[Problem]:
    if not isinstance(value, Mapping):
        yield Problem(path, f"must be an object of the configuration's properties, not {type_of(value)}")
        return
    yield from json_problems(path, value)
    lower = Counter(key.lower() for key in value if isinstance(key, str))
    for key in value:
        if isinstance(key, str) and lower[key.lower()] > 1:
            yield Problem(f"{path}.{key}", "differs from another key in case only, and AEM then refuses the whole file")


def json_problems(path: str, value: Any) -> Iterator[Problem]:
    """Yield what JSON cannot write. No value is shown: it may be a secret in the wrong place."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str):
                yield Problem(path, f"has a key of type {type(key).__name__}; keys are texts")
            else:
                yield from json_problems(f"{path}.{key}", item)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from json_problems(f"{path}[{index}]", item)
    elif isinstance(value, float) and not math.isfinite(value):
        yield Problem(path, "must be a number that JSON can write")
    elif value is not None and value is not UNKNOWN and not isinstance(value, str | int | float):
        yield Problem(path, f"must be a JSON value, not {type_of(value)}")


class OsgiConfigKind(ResourceKind):
    """A file in an AEM project; its id is its path relative to the folder of Pulumi.yaml."""

    name = "OsgiConfig"
    scope = Scope.PROJECT
    parts = ("directory", "run_mode", "pid")
    optional_parts = frozenset({"run_mode"})
    normal: ClassVar[forms.Forms] = {"directory": forms.directory}
    fields: ClassVar[Mapping[str, Field]] = {
        "directory": Field(directory, required=True),
        "pid": Field(pid, required=True),
        "properties": Field(json_object, required=True),
        "run_mode": Field(run_mode),
        "delete_file": Field(boolean),
        "on_conflict": Field(CONFLICT_POLICY),
    }
    compared = (*parts, "properties", "delete_file")
    readable = ("content",)
    never_sent = frozenset({"delete_file"})

    def thing(self, properties: Properties) -> str:
        """Return the file's path, as far as it is known."""
        directory, pid, run_mode = properties.get("directory"), properties.get("pid"), properties.get("run_mode")
        if not isinstance(directory, str) or not isinstance(pid, str) or run_mode is UNKNOWN:
            return UNKNOWN_ID
        return configuration_path(directory, pid, run_mode)

    def identity(self, properties: Properties, project: str | None = None) -> str:
        """Return the file's path relative to the absolute folder ``project``; without one, ``directory`` is taken as it is.

        Raises ValueError where a part is missing or UNKNOWN, or a directory is no text.
        """
        directory, run_mode, pid = self.known_parts(properties).values()
        if isinstance(directory, str):
            return configuration_path(directory, pid, run_mode, project)
        raise ValueError(f"the directory of an {self.name} is a text")

    def parse_identity(self, identity: str) -> dict[str, Any]:
        path = PATH.fullmatch(identity)
        if path is None:
            raise ValueError(f"{identity!r} is no path of an OSGi configuration")
        return {name: part for name, part in path.groupdict().items() if part is not None}

    def changes(self, recorded: Properties, wanted: Properties, project: str | None) -> Changes:
        return super().changes(_with_relative_directory(recorded, project), _with_relative_directory(wanted, project), project)

    def problems(self, properties: Properties) -> Iterator[Problem]:
        yield from super().problems(properties)
        yield from literal_secrets(properties.get("pid"), properties.get("properties"))

    def warnings(self, properties: Properties) -> Iterator[Problem]:
        yield from directory_warnings("directory", properties.get("directory"))

    def live_values(self, recorded: Properties, there: str | None) -> LiveValues | None:
        return None if there is None else {"content": there}

    def drifted(self, outputs: Properties, wanted: Properties) -> tuple[str, ...]:
        return ("content",) if outputs.get("content") != wanted.get("content") else ()

    def outlives(self, recorded: Properties) -> bool:
        return not recorded.get("delete_file")


OSGI_CONFIG: Final = OsgiConfigKind()


def configuration_path(directory: str, pid: str, run_mode: str | None = None, project: str | None = None) -> str:
    """Return the path of a configuration's file, relative to ``project`` where that is given, with ``/`` as separator."""
    folder = f"config.{run_mode}" if run_mode else "config"
    return posixpath.join(relative_directory(directory, project), folder, f"{pid}{FILE_SUFFIX}")


def relative_directory(directory: str, project: str | None) -> str:
    """Return ``directory`` relative to the absolute folder ``project``, so that both ways to write it are one."""
    if project is None:
        return directory
    if PureWindowsPath(project).drive:
        there = PureWindowsPath(project, directory)
        return (there.relative_to(project) if there.is_relative_to(project) else there).as_posix()
    return posixpath.relpath(posixpath.join(project, directory), project)


def _with_relative_directory(properties: Properties, project: str | None) -> Properties:
    directory = properties.get("directory")
    return {**properties, "directory": relative_directory(directory, project)} if isinstance(directory, str) else properties


def literal_secrets(pid: Any, properties: Any) -> Iterator[Problem]:
    """Yield a problem for each secret that would lie in Git in plain text."""
    if not isinstance(pid, str) or pid.partition("~")[0] not in {MAIL_SERVICE_PID, OAUTH_PID} or not isinstance(properties, Mapping):
        return
    for key, value in properties.items():
        name = str(key).partition(":")[0]
        if name in SECRET_KEYS and value not in (None, "", UNUSED_PASSWORD, UNKNOWN) and not is_secret_placeholder(value):
            example = f"$[secret:{name.replace('.', '_').upper()}]"
            yield Problem(
                f"properties.{key}",
                f"must be a placeholder without default, such as '{example}', since the file is kept in Git in plain text",
            )


def is_secret_placeholder(value: Any) -> bool:
    return isinstance(value, str) and SECRET_PLACEHOLDER.fullmatch(value) is not None


def directory_warnings(path: str, value: Any) -> Iterator[Problem]:
    if isinstance(value, str) and value and posixpath.basename(posixpath.normpath(value)) != CONFIGURATION_FOLDER:
        yield Problem(path, f"does not end with the folder {CONFIGURATION_FOLDER}, where AEM projects keep their OSGi configurations")
