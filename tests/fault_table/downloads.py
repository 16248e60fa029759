"""Faults of lines, servers, disks and processes, each as a function of a `Trial`."""

import contextlib
import os
import resource
import subprocess
import threading
from functools import partial

from .trial import MIB, SIGNALS, UNDER_WAY, settle

SLOW = 40 * MIB


def cut(trial):
    trial.weather.cut_at = [trial.place()]
    trial.finish()


def cut_at_every_tenth(trial):
    trial.weather.cut_at = [trial.size * tenth // 10 for tenth in range(1, 10)]
    trial.finish()


def cut_softly(trial):
    trial.weather.cut_every = trial.place()
    trial.finish()


def server_away(trial):
    """It refuses everything for longer than anybody asks again, then it is back."""
    trial.weather.cut_at = [trial.place()]
    trial.weather.status_after = 1
    trial.weather.statuses = [(503, {})] * 6
    trial.finish()


def wrong_start(trial):
    trial.weather.cut_at, trial.weather.shift = [trial.place()], 7
    trial.run()
    trial.weather.shift = 0
    trial.mended()
    trial.finish()


def wrong_total(trial):
    trial.weather.cut_at, trial.weather.total = [trial.place()], trial.size + 5
    trial.run()
    trial.weather.total = None
    trial.mended()
    trial.finish()


def no_place(trial):
    trial.weather.cut_at, trial.weather.places = [trial.place()], False
    trial.run()
    trial.weather.places = True
    trial.mended()
    trial.finish()


def no_ranges(trial):
    """What came has to come again: such a server cannot go on in the middle."""
    trial.weather.cut_at, trial.weather.ranges = [trial.place()], False
    trial.finish(trial.size)


def little_at_a_time(trial):
    trial.weather.most = MIB // 2
    trial.finish()


def too_many_requests(trial):
    trial.weather.statuses = [(429, {"Retry-After": "1"})]
    trial.finish()


def expired_in_the_middle(trial):
    trial.weather.cut_at, trial.weather.status_after = [trial.place()], 1
    trial.weather.statuses = [(403, {})]
    trial.finish()


def redirect_loop(trial):
    trial.weather.statuses = [(302, {"Location": trial.weather.address})] * 40
    trial.run()
    trial.weather.statuses = []
    trial.mended()
    trial.finish()


def redirect_to_a_file(trial):
    trial.weather.statuses = [(302, {"Location": "file:///etc/passwd"})] * 5
    trial.run()
    trial.weather.statuses = []
    trial.mended()
    trial.finish()


def changed_under_the_same_name(trial):
    """Other bytes of the same length, from the middle on; later the ones that were pinned."""
    right = trial.weather.content
    trial.weather.cut_at = [trial.place()]
    trial.weather.content = right[: trial.size // 2] + os.urandom(trial.size - trial.size // 2)
    trial.run()
    trial.weather.content = right
    trial.mended()
    trial.finish()


def truncated(trial):
    right, size = trial.weather.content, trial.size
    trial.weather.content = right[: trial.place()]
    trial.settings = {"bytes": size}
    trial.run()
    trial.weather.content = right
    trial.mended()
    trial.finish()


def one_wrong_bit(trial):
    trial.weather.flip = [trial.place(), 1]
    trial.finish(trial.size)


def always_a_wrong_bit(trial):
    """It is refused each time; once the server is mended the file comes."""
    trial.weather.flip = [trial.place(), -1]
    trial.run()
    if (trial.folder / "file").exists():
        trial.outcome.wrong.append("damaged bytes were taken")
    trial.weather.flip = []
    trial.mended()
    trial.finish()


def promises_more(trial):
    trial.weather.lie = 1000
    trial.run()
    trial.weather.lie = 0
    trial.mended()
    trial.finish()


def promises_less(trial):
    trial.weather.lie = -1000
    trial.run()
    trial.weather.lie = 0
    trial.mended()
    trial.finish()


def a_web_page(trial):
    trial.weather.extra = {"Content-Type": "text/html"}
    trial.run()
    trial.weather.extra = {}
    trial.mended()
    trial.finish()


def trickle(trial):
    """A few bytes a second for a while; then the line is well."""
    trial.weather.rate = 64 * 1024
    timer = threading.Timer(1.5, lambda: setattr(trial.weather, "rate", None))
    timer.start()
    trial.finish()
    timer.cancel()


def black_hole(trial):
    trial.weather.hang_at = [trial.place()]
    trial.finish()


def disk_full(trial):
    """No file may grow beyond some place."""
    limit = trial.place()

    def small():
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    trial.run(preexec_fn=small)
    if (trial.folder / "file").exists():
        trial.outcome.wrong.append("it fits although it does not")
    trial.mended()
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
        trial.mended()
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


def _signalled(name):
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
        size = trial.part.stat().st_size
        lost = trial.chance.randrange(min(size, MIB) + 1)
        with trial.part.open("r+b") as file:
            if trial.chance.random() < 0.5:
                file.truncate(size - lost)
            else:
                file.seek(size - lost)
                file.write(bytes(lost))
    trial.finish(2 * trial.size)


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


#: fault → (how it is made, whether chance has a part in it)
FAULTS = {
    "connection reset at a random place": (cut, True),
    "connection reset at every 10 %": (cut_at_every_tenth, False),
    "connection closed after random lengths": (cut_softly, True),
    "server away, later back": (server_away, True),
    "range answer with another start": (wrong_start, True),
    "range answer with another total": (wrong_total, True),
    "range answer without its place": (no_place, True),
    "server that ignores ranges, reset": (no_ranges, True),
    "half a MiB per answer at most": (little_at_a_time, False),
    "429 with Retry-After": (too_many_requests, False),
    "403 in the middle": (expired_in_the_middle, True),
    "redirect loop": (redirect_loop, False),
    "redirect to file://": (redirect_to_a_file, False),
    "changed file under the same name": (changed_under_the_same_name, True),
    "file shorter than listed": (truncated, True),
    "one wrong bit, once": (one_wrong_bit, True),
    "one wrong bit, always": (always_a_wrong_bit, True),
    "Content-Length too large": (promises_more, False),
    "Content-Length too small": (promises_less, False),
    "web page in place of the file": (a_web_page, False),
    "trickle": (trickle, False),
    "black hole at a random place": (black_hole, True),
    "disk full at a random place": (disk_full, True),
    "folder turned read-only": (read_only, True),
    **{f"{name} at a random place": (_signalled(name), True) for name in SIGNALS},
    "unsynced bytes lost": (unsynced, True),
    "two processes at once": (two_at_once, True),
    "clock jumps by ten years": (clock, True),
}
