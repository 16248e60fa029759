"""As `wizard_stage.py`, with the work after the plan: `python story_stage.py RECORDING ARGUMENT…`.

The engine is a program that answers what the proof asks, and is started and asked as any other. Files
have their size and nothing in it, and come in ten pieces; in the middle there is time to look. With
STORY_CUT somebody types Ctrl-C there.
"""

import os
import sys
import time
from pathlib import Path

import wizard_stage as stage

from localai_setup.machine.asking.recorded import load
from localai_setup.machine.fetching import disk, hub
from localai_setup.machine.fetching.environments import Environments
from localai_setup.machine.fetching.libraries import Libraries
from localai_setup.machine.keeping import line_rate, model_files
from localai_setup.machine.running.answers import Answers
from localai_setup.model.progress import Progress

ENGINE = Path(__file__).with_name("story_engine.py")
PIECES, MIDDLE, LOOK_SECONDS = 10, 4, 1.0
#: longer than the screen is left as it is
PIECE_SECONDS = 0.12


def sparse(path, size):
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as out:
        out.truncate(size)


def fetch(file, report, _pace):
    part = model_files.part(file)
    resumed = part.stat().st_size if part.exists() else 0
    for number in range(PIECES + 1):
        done = file.bytes * number // PIECES
        if done < resumed:
            continue
        sparse(part, done)
        time.sleep(PIECE_SECONDS)
        report(Progress(f"fetching {file.file}", done, file.bytes, resumed=resumed))
        if number == MIDDLE and not resumed:
            time.sleep(LOOK_SECONDS)
            if os.environ.get("STORY_CUT"):
                raise KeyboardInterrupt
    part.replace(model_files.target(file))


def build(environments, name, _requirements, _runner, grown):
    environments.folder(name).mkdir(parents=True)
    grown(1_000_000)


def main():
    Environments.is_complete = lambda self, name, *_: self.folder(name).exists()
    Environments.program = lambda *_: (sys.executable, str(ENGINE))
    Environments.build = build
    Libraries.missing = lambda *_: ()
    hub.fetch = fetch
    line_rate.keep = disk.require = lambda *_: None
    Answers.has_template = lambda *_: True
    stage.stand(load(Path(sys.argv[1])))
    stage.play(sys.argv[2:])


if __name__ == "__main__":
    main()
