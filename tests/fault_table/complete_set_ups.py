"""Faults of a complete `init` with the real engine and model: seed → Outcome. Some need root, and say so."""

import contextlib
import os
import random
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

from ..conftest import Localai
from .setups import scratch
from .trial import Outcome

INIT = ("init", "--yes", "--for", "starter")
#: a set-up takes so long here at most; what happens to it does so some time before
SET_UP_SECONDS = 15.0
#: in MiB: what the starter's set-up takes of a disk, with all that lies there on the way
NEEDED = 400
#: in seconds
TEN_YEARS = 315_000_000


def _works(localai, outcome):
    """The same command again, a real answer, and nothing left when all is undone."""
    done = localai(*INIT)
    outcome.runs += 1
    if done.returncode or not localai("chat", "Say hello.").stdout.strip():
        outcome.wrong.append(f"it does not work afterwards: {done.stderr[-300:]}")
    localai("uninstall", "--yes")
    if left := [str(one) for one in localai.home.rglob("*")]:
        outcome.wrong.append(f"uninstall leaves {left[:3]}")


def _ended_in_words(process, outcome):
    """0 or 1, and never our own bug."""
    _, errors = process.communicate(timeout=300)
    if process.returncode not in (0, 1) or "Traceback" in errors:
        outcome.wrong.append(f"exit code {process.returncode}: {errors[-300:]}")


def _init_signalled(number):
    def fault(seed):
        chance, outcome = random.Random(seed), Outcome(runs=1)
        with scratch() as folder:
            localai = Localai(folder, {})
            process = localai.start(*INIT, start_new_session=True)
            time.sleep(chance.uniform(0.1, SET_UP_SECONDS))
            process.send_signal(number)
            process.communicate()
            _works(localai, outcome)
        return outcome

    return fault


def init_on_a_full_disk(seed):
    """It is full at a random stage; then it is made larger. Needs root, for a file system of its own."""
    chance, outcome = random.Random(seed), Outcome(runs=1)
    with scratch() as folder:
        size = chance.randrange(1, NEEDED)
        mount = ["mount", "-t", "tmpfs", "-o", f"size={size}m", "tmpfs", str(folder)]
        subprocess.run(mount, check=True)
        try:
            localai = Localai(folder, {})
            _ended_in_words(localai.start(*INIT), outcome)
            subprocess.run(["mount", "-o", "remount,size=4g", str(folder)], check=True)
            _works(localai, outcome)
        finally:
            subprocess.run(["umount", "-l", str(folder)], check=True)
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(exist_ok=True)
    return outcome


def two_inits(seed):
    outcome = Outcome(runs=2)
    with scratch() as folder:
        localai = Localai(folder, {"SEED": str(seed)})
        processes = [localai.start(*INIT) for _ in range(2)]
        for process in processes:
            _, errors = process.communicate(timeout=300)
            if process.returncode:
                outcome.wrong.append(errors[-300:])
        _works(localai, outcome)
    return outcome


def init_on_a_folder_turned_read_only(seed):
    """At a random moment nothing in the home can be written, made or taken away any more. Needs root,
    for a mark that stops open files too, as a file system does that the kernel has turned read-only.
    """
    chance, outcome = random.Random(seed), Outcome(runs=1)
    with scratch() as folder:
        localai = Localai(folder, {})
        process = localai.start(*INIT, start_new_session=True)
        try:
            time.sleep(chance.uniform(0.1, SET_UP_SECONDS))
            _mark("+i", folder)
            _ended_in_words(process, outcome)
        finally:
            _mark("-i", folder)
        _works(localai, outcome)
    return outcome


def _mark(mark, folder):
    """Again until nothing new came meanwhile; what has gone again meanwhile is no failure."""
    for _ in range(3):
        subprocess.run(["chattr", "-R", "-f", mark, str(folder)], check=False)


def uninstall_during_init(seed):
    chance, outcome = random.Random(seed), Outcome(runs=1)
    with scratch() as folder:
        localai = Localai(folder, {})
        process = localai.start(*INIT, start_new_session=True)
        time.sleep(chance.uniform(0.1, SET_UP_SECONDS))
        _ended_in_words(localai.start("uninstall", "--yes"), outcome)
        _ended_in_words(process, outcome)
        _works(localai, outcome)
    return outcome


CLOCK = """import time
real = time.time
time.time = lambda: real() + {shift}
"""


def clock_after_init(seed):
    """By years, either way: the server that runs stays the one that it was. Needs root, for a time of
    the boot that fits, in a view of the files of its own.
    """
    chance, outcome = random.Random(seed), Outcome(runs=1)
    shift = chance.choice((-1, 1)) * TEN_YEARS
    with scratch() as folder, scratch() as extra:
        localai = Localai(folder, {})
        localai(*INIT)
        first = localai.json("status")["pid"]
        (extra / "sitecustomize.py").write_text(CLOCK.format(shift=shift))
        boot = re.sub(
            r"(?m)^btime (\d+)",
            lambda found: f"btime {int(found[1]) + shift}",
            Path("/proc/stat").read_text(),
        )
        (extra / "stat").write_text(boot)
        mounted = f'mount --bind "{extra}/stat" /proc/stat && exec "$@"'
        later = Localai(
            folder, {"PYTHONPATH": str(extra)}, ["unshare", "-m", "sh", "-c", mounted, "sh"]
        )
        if not first or [later.json("init", "--yes")["address"], later.json("status")["pid"]] != [
            localai.json("status")["address"], first,
        ]:  # fmt: skip
            outcome.wrong.append("the server that runs is not known again")
        _works(later, outcome)
    return outcome


def _cut(path):
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


def _changed(path):
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        file.write(b"XXXX")


#: what is hurt, by a pattern below localai's folder, and how
DAMAGES = {
    f"{name} {how}": (pattern, damage)
    for name, pattern in (
        ("model", "data/models/*.gguf"),
        ("state", "state/state.json"),
        ("record of the server", "state/server.json"),
        ("key", "state/api-key"),
        ("interpreter of the engine", "data/engines/*/bin/python"),
        ("library of the engine", "data/engines/*/lib/python3*/site-packages/xllamacpp/*.so"),
    )
    for how, damage in (
        ("cut", _cut),
        ("changed", _changed),
        ("empty", lambda path: path.write_bytes(b"")),
        ("gone", lambda path: path.unlink()),
    )
    if not (name.startswith("interpreter") and how != "gone")  # it is a link to the system's
}


def damaged_after_init(seed):
    """One of its files is hurt, and the server killed half of the time."""
    chance, outcome = random.Random(seed), Outcome(runs=1)
    with scratch() as folder:
        localai = Localai(folder, {})
        localai(*INIT)
        server = localai.json("status")["pid"]
        name = chance.choice(sorted(DAMAGES))
        pattern, damage = DAMAGES[name]
        found = sorted((folder / "local ai ü").glob(pattern))
        for path in found:
            damage(path)
        if not found:
            outcome.wrong.append(f"there is no {pattern}")
        if chance.random() < 0.5:
            with contextlib.suppress(ProcessLookupError):
                os.kill(server, signal.SIGKILL)
        before = len(outcome.wrong)
        _works(localai, outcome)
        outcome.wrong[before:] = [f"{name}: {words}" for words in outcome.wrong[before:]]
        with contextlib.suppress(ProcessLookupError):
            os.kill(server, signal.SIGKILL)
    return outcome


#: fault → (how it is made, whether chance has a part in it); half a minute each, more on a busy machine
FAULTS = {
    "init killed anywhere": (_init_signalled(signal.SIGKILL), True),
    "init ended by SIGTERM anywhere": (_init_signalled(signal.SIGTERM), True),
    "init ended by Ctrl-C anywhere": (_init_signalled(signal.SIGINT), True),
    "disk full at a random stage of init": (init_on_a_full_disk, True),
    "folder turned read-only during init": (init_on_a_folder_turned_read_only, True),
    "uninstall during init": (uninstall_during_init, True),
    "clock jumps by ten years after init": (clock_after_init, True),
    "a set-up that is damaged": (damaged_after_init, True),
    "two inits at once": (two_inits, False),
}
