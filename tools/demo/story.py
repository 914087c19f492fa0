"""The story: each chapter does one thing, shows it, and asserts what it tells."""

import os
import re
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tools.demo import before, journal
from tools.demo.errors import NotAsTold, must
from tools.demo.narrator import Narrator
from tools.demo.play import Play, set_up
from tools.demo.simulator import TIME_SCALE
from tools.demo.somebody import Somebody
from tools.demo.stage import STACK

UP: Final = ("up", "--yes", "--skip-preview")


def others_were_here(play: Play) -> None:
    """Show what somebody else has."""
    ours = play.ours
    play.narrator.say(
        f"The simulator of Cloud Manager runs at {play.simulator.url}, {TIME_SCALE} times as fast as the real one. "
        f"In environment {ours.environment} of program {ours.program}, somebody else has a port forward and a variable:"
    )
    play.narrator.excerpt([*play.rules, *play.variables])
    play.narrator.say(f"AEM cannot send mail there: nothing leads to {ours.host}:{ours.port}.")


def one_up(play: Play) -> None:
    """Make the environment able to send mail."""
    seen = len(play.simulator.journal())
    play.pulumi(*UP)
    entries = play.simulator.journal()[seen:]
    must(set(journal.writes(entries)) == {"PATCH variables", "PUT advancedNetworking"}, f"`pulumi up` made {journal.summary(entries)}")
    play.narrator.say(f"Cloud Manager saw {journal.summary(entries)}. The environment now has:")
    rules, variables = play.rules, play.variables
    must(set(before.rules_of(play.first_state, play.ours)) < set(rules), "somebody else's port forward is gone")
    must(set(before.variables_of(play.first_state, play.ours)) < set(variables), "somebody else's variable is gone")
    play.narrator.excerpt([*rules, *variables])
    file = play.written_file()
    must(file.is_file(), f"{file} was not written")
    play.narrator.say(f"And the AEM project has {file.name}, ready to be committed, without a password in it:")
    text = file.read_text(encoding="utf-8")
    must(play.password not in text, f"{file} holds the password")
    play.narrator.excerpt(text.splitlines())


def a_mail_arrives(play: Play) -> None:
    """Send with the file, the variables and the rules of this moment."""
    play.narrator.say("AEM's author tier reads that file, resolves it with the environment's variables, and sends through its rules.")
    play.send(arrives=True)


def nothing_to_do(play: Play) -> None:
    """Run `up` again."""
    seen = len(play.simulator.journal())
    play.pulumi(*UP, "--expect-no-changes")
    entries = play.simulator.journal()[seen:]
    must(not journal.writes(entries), f"`pulumi up` wrote although nothing had changed: {journal.summary(entries)}")
    play.narrator.say(f"Cloud Manager saw {journal.summary(entries)}.")


def behind_the_back(play: Play) -> None:
    """Change the port forward as another client of the API."""
    other_port = before.other_port_of(play.first_state, play.ours)
    Somebody(play.simulator.credentials, play.ours.program, play.ours.environment).repoint(play.ours.port_orig, other_port)
    play.narrator.say(f"By a PUT of their own, somebody lets our rule end at port {other_port} instead of {play.ours.port}:")
    play.narrator.excerpt(play.rules)
    play.send(arrives=False)


def drift(play: Play) -> None:
    """Compare with what is live."""
    seen = len(play.simulator.journal())
    output = play.pulumi("preview", "--refresh", "--diff")
    moved = f"{play.ours.port} => {before.other_port_of(play.first_state, play.ours)}"
    must(re.search(rf"port_dest\s*: {moved}", output), "the preview does not show the changed port")
    must(not journal.writes(play.simulator.journal()[seen:]), "the preview wrote to Cloud Manager")
    play.narrator.say("First what is live against what was recorded, then what is wanted against what is live. Nothing was written.")


def repair(play: Play) -> None:
    """Bring it back."""
    seen = len(play.simulator.journal())
    play.pulumi(*UP, "--refresh")
    entries = play.simulator.journal()[seen:]
    must(journal.writes(entries) == ["PUT advancedNetworking"], f"the repair was not one PUT: {journal.summary(entries)}")
    play.narrator.say(f"Cloud Manager saw {journal.summary(entries)}. The rules are:")
    play.narrator.excerpt(play.rules)
    play.send(arrives=True)


def offline(play: Play) -> None:
    """Preview without Cloud Manager, and without any credential."""
    play.simulator.stop()
    play.narrator.say("The simulator is stopped, and the shell has no credentials. A plain preview needs neither:")
    play.pulumi("preview", "--expect-no-changes", shell=play.bare_shell)
    play.simulator.start()
    play.narrator.say(f"The simulator runs again, at {play.simulator.url}, where it left off.")


def destroy(play: Play) -> None:
    """Take away what is ours."""
    file = play.written_file()
    play.pulumi("destroy", "--yes", "--skip-preview")
    must(play.simulator.state() == play.first_state, "Cloud Manager does not hold just what it held before the first `pulumi up`")
    play.narrator.say("Cloud Manager holds what it held in the beginning, unchanged:")
    play.narrator.excerpt([*play.rules, *play.variables])
    play.narrator.say(
        "Advanced networking stays enabled and the network infrastructure stays, because they were there before, and somebody "
        "else's rule needs both."
    )
    must(file.is_file(), f"{file} is gone, although it is source code")
    play.narrator.say(f"{file.name} stays in the AEM project, where it is source code; this copy of the project goes with the demo.")


CHAPTERS: Final[tuple[tuple[str, Callable[[Play], None]], ...]] = (
    ("An environment that others use already", others_were_here),
    ("One `pulumi up`", one_up),
    ("An e-mail arrives", a_mail_arrives),
    ("`pulumi up` again: nothing to do", nothing_to_do),
    ("Somebody changes the port forward behind Pulumi's back", behind_the_back),
    ("`pulumi preview --refresh` shows the drift", drift),
    ("`pulumi up --refresh` repairs it", repair),
    ("A preview without Cloud Manager", offline),
    ("`pulumi destroy` takes away what is ours, and nothing else", destroy),
)


def tell(scratch: Path) -> int:
    """Tell the whole story in ``scratch``; returns 0, or 1 as soon as something is not as told."""
    narrator, began = Narrator(), time.monotonic()
    narrator.say(
        "From a bare checkout to an e-mail that arrived. The real Pulumi runs this repository's program and its stack "
        f"{STACK}, in a scratch folder that goes at the end; Cloud Manager and the mail servers are simulated on this machine."
    )
    try:
        play = set_up(scratch, narrator)
        for title, chapter in CHAPTERS:
            narrator.chapter(title)
            chapter(play)
        play.simulator.stop()
    except NotAsTold as error:
        narrator.complain(str(error))
        return 1
    except BrokenPipeError:
        # Nobody listens any more, so nothing more is told; at exit, Python would write what is left.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    narrator.end(f"Everything went as told, in {time.monotonic() - began:.0f} s, and nothing of it is left on this machine.")
    narrator.say("What to do next: the quick start in README.md does this by hand, in a Pulumi project of your own.")
    return 0


if __name__ == "__main__":
    # The parent waits for signals, and has them blocked; the story and its commands take them as usual.
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    sys.exit(tell(Path(sys.argv[1])))
