"""`aem-mail simulate --env` and `--stop`: a simulator in the background, and the lines that lead a shell's commands to it."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import quote

from aem_mail.cli.background import COMMAND, FOLDER, Account, Background
from aem_mail.cli.shells import SHELLS
from aem_mail.errors import InvalidInput, Problem
from aem_mail.settings.connection import VARIABLES
from aem_mail.text.characters import visible
from aem_mail.text.streams import complain

TIME_SCALE: Final = 600.0
"""Ten minutes of Cloud Manager are one second."""
BACK_END: Final = "PULUMI_BACKEND_URL"
PASSPHRASE: Final = "PULUMI_CONFIG_PASSPHRASE"  # noqa: S105 - a variable's name
STATE: Final = "pulumi"
ENVIRONMENT: Final = f"{COMMAND} --env"


def lead_there(args: argparse.Namespace) -> int:
    """Make sure that a simulator runs, and print the lines."""
    background = Background.of(Path())
    account, started = background.ensure(list(_options(args)))
    pulumi = _pulumi(background.folder, os.environ)
    variables = {**_connection(account), **_mail_user(), **pulumi}
    shell = SHELLS[args.shell]
    unset = [variable for variable in VARIABLES.values() if variable not in variables]
    lines = [*map(shell.unset, unset), *(shell.set(name, text) for name, text in variables.items())]
    print("\n".join([*lines, f"# To end it: {COMMAND} --stop"]))
    complain(f"Cloud Manager is simulated at {account['url']}, and Pulumi's state is at {pulumi[BACK_END]}. `{COMMAND} --stop` ends it.")
    if not started and any(option is not None for option in (args.port, args.seed, args.time_scale)):
        complain("It ran already, so the options given here have no effect; end it first.")
    return 0


def stop() -> int:
    """End the simulator, if one runs."""
    background = Background.of(Path())
    ended = background.stop()
    told = f"No simulator runs for {background.folder.parent}." if ended is None else f"The simulator at {ended['url']} has ended."
    print(visible(f"{told} A new shell has the variables that `{ENVIRONMENT}` has replaced."))
    return 0


def _options(args: argparse.Namespace) -> Iterator[str]:
    """Yield the options of the one in the background, which runs elsewhere."""
    if args.state is not None:
        raise InvalidInput(COMMAND, [Problem("--state", "is the project's own with --env; leave it out")])
    yield from ("--port", str(args.port or 0), "--time-scale", str(TIME_SCALE if args.time_scale is None else args.time_scale))
    if args.seed is not None:
        yield from ("--seed", str(args.seed.absolute()))


def _connection(account: Account) -> dict[str, str]:
    return {VARIABLES["baseUrl"]: account["url"], **{VARIABLES[key]: account[key] for key in ("orgId", "clientId", "clientSecret")}}


def _mail_user() -> dict[str, str]:
    from aem_mail.simulator.state.seed import MAIL_PASSWORD, MAIL_USER  # noqa: PLC0415 - not installed with the provider alone

    return {"EMAIL_USERNAME": MAIL_USER, "EMAIL_PASSWORD": MAIL_PASSWORD}


def _given(back_end: str) -> str:
    """Return the back end that the user has set; that of another project's simulator is none of them."""
    return "" if back_end.endswith(f"/{FOLDER}/{STATE}") else back_end


def _back_end(folder: Path) -> str:
    """Return a back end of the project's own: what is simulated has no business in a team's."""
    state = folder / STATE
    state.mkdir(mode=0o700, exist_ok=True)
    return f"file://{quote(state.as_posix(), safe='/:')}"


def _pulumi(folder: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """Return what Pulumi needs; a passphrase only for a back end of the project's own, and where the shell has none."""
    if given := _given(environ.get(BACK_END, "")):
        return {BACK_END: given}
    has_passphrase = any(environ.get(name) is not None for name in (PASSPHRASE, f"{PASSPHRASE}_FILE"))
    return {BACK_END: _back_end(folder), **({} if has_passphrase else {PASSPHRASE: "simulated"})}
