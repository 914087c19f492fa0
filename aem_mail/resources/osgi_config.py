"""OsgiConfig: one OSGi configuration file in an AEM project."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack, overload

import pulumi
from pulumi.dynamic import Resource

from aem_mail.errors import Occupied, Problem
from aem_mail.files import is_directory
from aem_mail.kinds.osgi_config import OSGI_CONFIG
from aem_mail.kinds.requests import Answer, Origin
from aem_mail.model import UNKNOWN, ConflictPolicy, Properties, holds_unknown
from aem_mail.osgi.difference import difference
from aem_mail.osgi.layout import laid_out
from aem_mail.osgi.mail_service import render_configuration
from aem_mail.osgi.oauth_provider import as_before
from aem_mail.resources.base import configuration_file
from aem_mail.resources.base.args import to_props
from aem_mail.resources.base.by_keywords import by_keywords
from aem_mail.resources.base.either import Either
from aem_mail.resources.base.plugin import current_run
from aem_mail.resources.base.provider import Examination, Provider
from aem_mail.rollout.ownership import Evidence, Whose, whose
from aem_mail.text.confidential import SECRET_INPUTS, secret_places

if TYPE_CHECKING:
    from aem_mail.resources.dictionaries import OsgiConfigArgsDict


@dataclass
class OsgiConfigArgs:
    """Arguments of an OsgiConfig: the file is ``config[.<run_mode>]/<pid>.cfg.json`` in ``directory``."""

    directory: pulumi.Input[str]
    """The AEM project's ``osgiconfig`` folder, absolute or relative to the folder of Pulumi.yaml."""
    pid: pulumi.Input[str]
    """The PID of the configuration, such as ``"com.day.cq.mailer.DefaultMailService"``."""
    properties: pulumi.Input[Mapping[str, Any]]
    """Its properties: texts, numbers, booleans, and lists of one of these."""
    run_mode: pulumi.Input[str] | None = None
    """Run modes that it is for, such as ``"dev"`` or ``"author.prod"``; default: all, in the folder ``config``."""
    delete_file: pulumi.Input[bool] = False
    """Whether the file goes with its resource where it is still what was written; default: False, since it is source code."""
    on_conflict: pulumi.Input[Either[ConflictPolicy, str]] = ConflictPolicy.ERROR
    """What to do where a different file is there: ``"error"``, the default, or ``"replace"``."""


class _TextExamination(Examination):
    def problems(self) -> Sequence[Problem]:
        """Judge what is where the file will be written, as far as it is known."""
        if self.forbidden or holds_unknown([self.wanted.get(part) for part in ("properties", *OSGI_CONFIG.parts)]):
            return ()
        try:
            return list(self._obstacles(configuration_file.read(_path(self.wanted)), self._content))
        except configuration_file.FileInTheWay as error:
            return [Problem("directory", str(error))]

    def _obstacles(self, there: str | None, content: str) -> Iterator[Problem]:
        is_new = not self.recorded or _identity(self.recorded) != _identity(self.wanted)
        absent = configuration_file.absent_parent(_directory(self.wanted))
        if absent is not None and (is_new or content != self.recorded.get("content")):
            yield Problem("directory", absent)
        if is_new and _is_in_the_way(self.wanted, there, content):
            yield Problem("", _different(there or "", content))

    def enriched(self) -> dict[str, Any]:
        """Make the file's text of the properties that count, which `ignore_changes` and transformations may have made others."""
        if holds_unknown(self.wanted["properties"]):
            return {**self.wanted, "content": UNKNOWN}
        wanted = {**self.wanted, "properties": self._properties}
        is_told = self._is_open or self._content == self.wanted.get("content")
        secrets = {} if is_told else {SECRET_INPUTS: [*secret_places(self.wanted), ["content"]]}
        return {**wanted, **secrets, "content": self._content}

    @cached_property
    def _properties(self) -> Mapping[str, Any]:
        return as_before(self.wanted["properties"], self.recorded.get("properties"))

    @cached_property
    def _content(self) -> str:
        return laid_out(self._properties, [self.wanted.get("content"), self.recorded.get("content")])

    @property
    def _is_open(self) -> bool:
        """Whether the properties are known to hold no secret, though the program tells of others."""
        places = (*secret_places(self.recorded), *secret_places(self.wanted))
        is_recorded = self._properties == self.recorded.get("properties")
        return is_recorded and not any(place[0] in {"properties", "content"} for place in places)


class OsgiConfigProvider(Provider):
    """Keeps one configuration file."""

    kind = OSGI_CONFIG
    examination = _TextExamination
    computed = frozenset({"path"})

    def create_live(self, wanted: Properties) -> Answer:
        path, content = _path(wanted), wanted["content"]
        there = configuration_file.read(path)
        ours = there is not None and _is_recorded(wanted, there)
        if there is not None and _is_in_the_way(wanted, there, content):
            raise Occupied(f"OsgiConfig {_identity(wanted)}: {_different(there, content)}.")
        if there != content:
            configuration_file.write(path, content)
        was = "was there already" if there == content else "was overwritten"
        note = None if there is None or ours else f"OsgiConfig {_identity(wanted)} {was}."
        return self._as_recorded(wanted, self._answer(wanted, Origin.CREATED if there is None else Origin.ADOPTED, note))

    def update_live(self, recorded: Properties, wanted: Properties) -> Answer:
        path, content = _path(wanted), wanted["content"]
        if configuration_file.read(path) != content:
            configuration_file.write(path, content)
        return self._answer(wanted, Origin.ADOPTED, None)

    def read_live(self, recorded: Properties) -> Mapping[str, Any] | None:
        live = configuration_file.read(_path(recorded))
        if live is not None:
            return {"content": live}
        if is_directory(_directory(recorded)):
            return None
        self.run.warn(
            f"OsgiConfig {_identity(recorded)}: the folder {recorded['directory']} is not there, so whether the file exists is "
            "unknown; it is taken as unchanged. Check out the AEM project to have it compared."
        )
        return {}

    def delete_live(self, recorded: Properties) -> str | None:
        path, id_ = _path(recorded), _identity(recorded)
        if not recorded.get("delete_file"):
            return f"OsgiConfig {id_} stays in the AEM project: it is source code; remove it there when it is no longer wanted."
        live = configuration_file.read(path)
        if live is not None and live != recorded.get("content"):
            return f"OsgiConfig {id_} stays: it is not what was written, so somebody has edited it."
        configuration_file.remove(path)
        return None

    def _answer(self, wanted: Properties, origin: Origin, note: str | None) -> Answer:
        return Answer(origin, note, {"path": _identity(wanted)})


class OsgiConfig(Resource, module="aem", name="OsgiConfig"):
    """An OSGi configuration file. Its id and ``path`` are its path relative to the folder of Pulumi.yaml."""

    directory: pulumi.Output[str]
    pid: pulumi.Output[str]
    properties: pulumi.Output[Mapping[str, Any]]
    run_mode: pulumi.Output[str | None]
    content: pulumi.Output[str]
    path: pulumi.Output[str]
    origin: pulumi.Output[str]

    @overload
    def __init__(self, name: str, args: OsgiConfigArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """An OSGi configuration file. Its id and ``path`` are its path relative to the folder of Pulumi.yaml."""

    @overload
    def __init__(self, name: str, /, opts: pulumi.ResourceOptions | None = None, **arguments: "Unpack[OsgiConfigArgsDict]") -> None:
        """An OSGi configuration file. Its id and ``path`` are its path relative to the folder of Pulumi.yaml.

        :param directory: The AEM project's ``osgiconfig`` folder, absolute or relative to the folder of Pulumi.yaml.
        :param pid: The PID of the configuration, such as ``"com.day.cq.mailer.DefaultMailService"``.
        :param properties: Its properties: texts, numbers, booleans, and lists of one of these.
        :param run_mode: Run modes that it is for, such as ``"dev"`` or ``"author.prod"``; default: all, in the folder ``config``.
        :param delete_file: Whether the file goes with its resource where it is still what was written; default: False, since it is source
            code.
        :param on_conflict: What to do where a different file is there: ``"error"``, the default, or ``"replace"``.
        """

    @by_keywords
    def __init__(self, name: str, args: OsgiConfigArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        # The engine does not keep the order of an object's keys, so a text that has it travels beside them.
        props = to_props(args, name, opts, outputs=("path", "origin"))
        props["content"] = pulumi.Output.from_input(props.get("properties")).apply(_text)
        ignored = ["content"] if opts is not None and "properties" in (opts.ignore_changes or ()) else None
        super().__init__(
            OsgiConfigProvider(), name, props, pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(ignore_changes=ignored))
        )


def _is_in_the_way(wanted: Properties, there: str | None, content: str) -> bool:
    """Say whether a new file would overwrite one that nobody has given up."""
    return there not in (None, content) and wanted.get("on_conflict") != ConflictPolicy.REPLACE and not _is_recorded(wanted, there)


def _is_recorded(wanted: Properties, there: str) -> bool:
    """Say whether what is there is what this stack has written, whatever its resource was called."""
    run = current_run()
    (key,) = OSGI_CONFIG.claim_keys(wanted, str(run.project))
    holder = run.holders([key]).get(key)
    content = holder.recorded.get("content") if holder is not None and holder.recorded is not None else None
    return whose(Evidence(content is not None, edited=content not in (None, there))) is Whose.OURS


def _different(there: str, content: str) -> str:
    return (
        f"a different file is there ({difference(there, content)}); bring the declaration in line with it, remove it, or set "
        'on_conflict="replace" to overwrite it'
    )


def _text(properties: Any) -> str | None:
    try:
        return render_configuration(properties)
    except (TypeError, ValueError):
        # What JSON cannot write is refused by the rules, in a sentence.
        return None


def _identity(properties: Properties) -> str:
    return OSGI_CONFIG.identity(properties, str(current_run().project))


def _directory(properties: Properties) -> Path:
    return current_run().project / str(properties["directory"])


def _path(properties: Properties) -> Path:
    run_mode = properties.get("run_mode")
    folder = f"config.{run_mode}" if run_mode else "config"
    return configuration_file.path_within(_directory(properties), f"{folder}/{properties['pid']}.cfg.json", current_run().project)
