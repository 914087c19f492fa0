"""The scratch folder: copies of what the story changes, and a Pulumi that shares nothing with the user's own."""

import os
import secrets
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aem_mail.osgi import MAIL_SERVICE_PID

CHECKOUT: Final = Path(__file__).resolve().parents[2]
STACK: Final = "local"
COPIES: Final = ("Pulumi.yaml", "__main__.py", "stacks", "examples")
OURS: Final = ("CLOUDMANAGER_", "AEM_MAIL_", "PULUMI_")
ENGINE: Final = ("PULUMI_PARALLEL", "PULUMI_SKIP_UPDATE_CHECK", "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION")


@dataclass(frozen=True)
class Stage:
    """``project`` is the copy of this repository's Pulumi project, ``environ`` what its commands run with, without any credential."""

    scratch: Path
    project: Path
    environ: Mapping[str, str]


def build_stage(scratch: Path) -> Stage:
    """Make the scratch folder's content."""
    project = scratch / "project"
    project.mkdir()
    for name in COPIES:
        copy(CHECKOUT / name, project / name)
    forget_passphrase(project / "stacks" / f"Pulumi.{STACK}.yaml")
    (project / ".venv").symlink_to(sys.prefix, target_is_directory=True)
    for folder in ("backend", "pulumi-home", "cache", "tmp"):
        (scratch / folder).mkdir()
    return Stage(scratch, project, surroundings(scratch, os.environ))


def surroundings(scratch: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of all commands: the engine's, with a back end, a home and a passphrase of this run."""
    kept = {name: value for name, value in environ.items() if name in ENGINE or not name.startswith(OURS)}
    return {
        **kept,
        "PATH": os.pathsep.join([str(Path(sys.prefix) / "bin"), environ.get("PATH", os.defpath)]),
        "PULUMI_BACKEND_URL": f"file://{scratch / 'backend'}",
        "PULUMI_HOME": str(scratch / "pulumi-home"),
        "PULUMI_CONFIG_PASSPHRASE": secrets.token_urlsafe(),
        "XDG_CACHE_HOME": str(scratch / "cache"),
        "TMPDIR": str(scratch / "tmp"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def copy(source: Path, target: Path) -> None:
    """Copy a file or a folder, without the configuration that an earlier `pulumi up` in the checkout may have written."""
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns(f"{MAIL_SERVICE_PID}.cfg.json", "__pycache__"))
    else:
        shutil.copy(source, target)


def forget_passphrase(stack_file: Path) -> None:
    """Remove what binds a stack file to the passphrase that somebody has used it with."""
    lines = stack_file.read_text(encoding="utf-8").splitlines(keepends=True)
    stack_file.write_text("".join(line for line in lines if not line.startswith("encryptionsalt:")), encoding="utf-8")
