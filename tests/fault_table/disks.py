"""Faults of disks, processes and clocks while a file comes, each as a function of a `Trial`."""

import contextlib
import os
import resource
import subprocess
from functools import partial

from localai_setup.machine.fetching.transfer import present_bytes

from .trial import MIB, SIGNALS, UNDER_WAY, settle

SLOW = 40 * MIB


def disk_full(trial):
    """No file may grow beyond some place."""
    limit = trial.place()

    def small():
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    trial.run(preexec_fn=small)
    if (trial.folder / "file").exists():
        trial.outcome.wrong.append("it fits although it does not")
    trial.repaired()
    trial.finish()


def read_only(trial):
    """The folder cannot be written to any more after a part of it has come."""
    trial.weather.rate = SLOW
    with _folder_that_can_be_closed(trial.folder) as (close, reopen):
        trial.interrupted(SIGNALS["SIGKILL"])
        trial.weather.rate = None
        settle()
        was_there = trial.look()
        close()
        if trial.run() and not was_there:
            trial.outcome.wrong.append("it was written where nothing can be")
        reopen()
        trial.repaired()
        trial.finish()


@contextlib.contextmanager
def _folder_that_can_be_closed(folder):
    """Root may write anywhere but on a file system that is mounted read-only."""
    if os.getuid():
        yield lambda: _chmod(folder, 0o555, 0o444), lambda: _chmod(folder, 0o755, 0o644)
        return
    mount = ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(folder)]
    subprocess.run(mount, check=True)
    try:
        yield tuple(
            partial(subprocess.run, ["mount", "-o", f"remount,{how}", str(folder)], check=True)
            for how in ("ro", "rw")
        )
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def _chmod(folder, own, files):
    for path in folder.iterdir():
        path.chmod(files)
    folder.chmod(own)


def signalled(name):
    def fault(trial):
        trial.weather.rate = SLOW
        trial.interrupted(SIGNALS[name])
        trial.weather.rate = None
        settle()
        trial.finish()

    return fault


def unsynced(trial):
    """After a power cut the last of a file may be missing, or zeros."""
    trial.weather.rate = SLOW
    trial.interrupted(SIGNALS["SIGKILL"])
    trial.weather.rate = None
    settle()
    if trial.part.exists():
        # room is reserved for the rest, so that the size says nothing
        size = present_bytes(trial.part, trial.size)
        lost = trial.chance.randrange(min(size, MIB) + 1)
        with trial.part.open("r+b") as file:
            if trial.chance.random() < 0.5:
                file.truncate(size - lost)
            else:
                file.seek(size - lost)
                file.write(bytes(lost))
    # and the block that they begin in
    trial.finish(UNDER_WAY + 2 * MIB)


def two_at_once(trial):
    processes = [trial.start(), trial.start()]
    for process in processes:
        _, errors = process.communicate(timeout=120)
        if process.returncode:
            trial.outcome.wrong.append(errors[-300:])
    trial.finish()


def clock(trial):
    """It jumps by years, either way, in the middle."""
    trial.settings = {"clock": trial.chance.choice((-1, 1)) * 3e8}
    trial.weather.cut_at = [trial.place()]
    trial.finish()


def clock_between(trial):
    """One run is killed, and the next one believes that it is years earlier or later."""
    trial.weather.rate = SLOW
    trial.interrupted(SIGNALS["SIGKILL"])
    trial.weather.rate = None
    settle()
    trial.settings = {"clock": trial.chance.choice((-1, 1)) * 3e8, "clock_after": 0.0}
    trial.finish()
