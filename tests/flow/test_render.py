"""`aem-mail osgi render` with the real engine: a fresh checkout gets its file, and is judged by it, without an `up`."""

import json
import os
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.flow.conftest import Simulator
from tests.flow.programs import mail_egress
from tests.flow.stack import Stack
from tests.flow.test_program import FILE
from tests.publishing.origin import DIRECTORY, PID, Origin
from tests.tools.engine.command_plugins import real, stand_in

pytestmark = [pytest.mark.flow, pytest.mark.time_scale(6000)]

PUBLISHED = f"{DIRECTORY}/config/{PID}.cfg.json"


def nobody(stack: Stack) -> dict[str, str]:
    """Return the surroundings of somebody who knows nothing of Adobe."""
    return {name: value for name, value in stack.env.items() if not name.startswith("CLOUDMANAGER_")}


def applied(stack: Stack, expected: str) -> None:
    """Carry out the one command by which drift restores what is declared."""
    report = json.loads(stack.aem_mail("drift", "--output", "json").stdout)
    snippets = {one["snippet"] for finding in report["findings"] for one in finding["remedies"] if one["kind"] == "apply"}
    assert len(snippets) == 1, report
    program, *words = shlex.split(snippets.pop())
    assert " ".join([program, *words]).startswith(expected)
    if program == "pulumi":
        stack.run(*words, "--yes", "--skip-preview", "--non-interactive")
    else:
        assert stack.aem_mail(" ".join(words[:2]), *words[2:], env=nobody(stack)).code == 0


def test_a_fresh_checkout_gets_the_file_that_up_has_written_and_drift_names_the_command(stack: Stack, simulator: Simulator) -> None:
    stack.program(mail_egress("flexiblePortEgress")).up()
    file = stack.folder / "osgiconfig" / "config" / FILE
    written = file.read_bytes()
    simulator.forget_journal()
    assert stack.aem_mail("osgi render", "--check", env=nobody(stack)).code == 0

    file.unlink()
    missing = stack.aem_mail("osgi render", "--check", env=nobody(stack))
    assert missing.code == 2
    assert f"osgiconfig/config/{FILE}: is missing. Run `aem-mail osgi render` and commit the file." in missing.stdout
    applied(stack, "aem-mail osgi render")
    assert file.read_bytes() == written
    assert stack.aem_mail("drift").code == 0

    file.write_bytes(written.replace(b"30465", b"30466"))
    edited = stack.aem_mail("osgi render", "--check", env=nobody(stack))
    assert edited.code == 2
    assert edited.stdout.splitlines()[1:] == ['  - "smtp.port": "30466"', '  + "smtp.port": "30465"']
    applied(stack, "aem-mail osgi render")
    assert stack.aem_mail("drift").code == 0
    assert simulator.mutations() == []


def test_a_change_of_the_program_is_rendered_before_any_up(stack: Stack) -> None:
    stack.program(mail_egress("flexiblePortEgress"))
    assert stack.aem_mail("osgi render", env=nobody(stack)).code == 0
    file = stack.folder / "osgiconfig" / "config" / FILE
    assert b'"smtp.port": "30465"' in file.read_bytes()

    stack.up()
    assert stack.program(mail_egress("flexiblePortEgress", port=587)).aem_mail("osgi render", "--check", env=nobody(stack)).code == 2
    assert stack.aem_mail("osgi render", env=nobody(stack)).code == 0
    assert b'"smtp.port": "30587"' in file.read_bytes()


def test_a_published_file_is_judged_by_the_repository(stack: Stack, simulator: Simulator, tmp_path: Path) -> None:
    origin = Origin(tmp_path)
    stack.env["PATH"] = f"{real() or stand_in()}{os.pathsep}{stack.env['PATH']}"
    stack.env |= {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"}
    place: tuple[Any, ...] = (str(origin.path), "main", DIRECTORY)
    publishing = f"PublishedConfiguration('mail', PublishedConfigurationArgs(P, E, *{place!r}, mail.osgi_config), later(mail))\n"
    (stack.folder / "build").mkdir()
    stack.program(mail_egress("flexiblePortEgress").replace("osgiconfig", "build/osgiconfig") + publishing).up()
    assert stack.aem_mail("drift").code == 0

    shutil.rmtree(stack.folder / "build")
    (stack.folder / "build" / "osgiconfig").mkdir(parents=True)
    assert stack.aem_mail("drift").code == 0
    checked = stack.aem_mail("osgi render", "--check", env=nobody(stack))
    assert checked.code == 0
    assert f"`pulumi up` publishes it as {PUBLISHED} on branch main of {origin.path}" in checked.stdout

    origin.write({PUBLISHED: None})
    assert stack.aem_mail("drift").code == 2
    applied(stack, "pulumi up --replace")
    assert origin.show(PUBLISHED) is not None
    assert stack.aem_mail("drift").code == 0

    origin.write({PUBLISHED: "{}"})
    edited = stack.aem_mail("drift")
    assert edited.code == 2
    assert "In the repository:" in edited.stdout

    shutil.rmtree(origin.path)
    unknown = stack.aem_mail("drift")
    assert unknown.code != 0
    assert "Traceback" not in unknown.output
