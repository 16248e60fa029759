"""The command line on a recorded machine: `python wizard_stage.py RECORDING ARGUMENT…`.

Everything is the product's own, but for the machine, the network (all of it answers) and the work
after the plan: that is interrupted as soon as what was chosen is saved, as by Ctrl-C in a download.
"""

import sys
from pathlib import Path

from localai_setup.commands import _decide, _replacing, init  # noqa: F401
from localai_setup.commands._options import Options
from localai_setup.commands._origins import AllReachable
from localai_setup.guard import run_guarded
from localai_setup.machine.asking.recorded import load
from localai_setup.machine.keeping import statefile


def interrupted(_steps, draft, *_):
    statefile.save(draft)
    raise KeyboardInterrupt


def stand(machine):
    """On this machine, whose network answers."""
    Options.respondent = lambda self, **_: machine
    _decide.LiveOrigins = lambda offline: AllReachable()
    _decide._memory_speed.measured = lambda facts: facts
    _decide._engine.on_path = lambda *_: None


def play(arguments):
    sys.exit(run_guarded(arguments))


if __name__ == "__main__":
    stand(load(Path(sys.argv[1])))
    _replacing.carry_out = interrupted
    play(sys.argv[2:])
