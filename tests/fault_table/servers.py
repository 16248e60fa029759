"""Faults of lines and servers while a file comes, each as a function of a `Trial`."""

import os
import threading

from .trial import MIB


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


def restarts(trial):
    """It falls: the port refuses everybody for a while, as the process that had it is gone."""
    trial.weather.cut_at, trial.weather.restarts = [trial.place()], 0.3
    trial.finish()


def wrong_start(trial):
    trial.weather.cut_at, trial.weather.shift = [trial.place()], 7
    trial.run()
    trial.weather.shift = 0
    trial.repaired()
    trial.finish()


def wrong_total(trial):
    trial.weather.cut_at, trial.weather.total = [trial.place()], trial.size + 5
    trial.run()
    trial.weather.total = None
    trial.repaired()
    trial.finish()


def no_place(trial):
    trial.weather.cut_at, trial.weather.places = [trial.place()], False
    trial.run()
    trial.weather.places = True
    trial.repaired()
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


def refused_in_the_middle(status, **headers):
    """The answer to the first request that goes on where another one ended."""

    def fault(trial):
        trial.weather.cut_at, trial.weather.status_after = [trial.place()], 1
        trial.weather.statuses = [
            (status, {name.replace("_", "-"): headers[name] for name in headers})
        ]
        trial.finish()

    return fault


def redirect_loop(trial):
    trial.weather.statuses = [(302, {"Location": trial.weather.address})] * 40
    trial.run()
    trial.weather.statuses = []
    trial.repaired()
    trial.finish()


def redirect_to_a_file(trial):
    trial.weather.statuses = [(302, {"Location": "file:///etc/passwd"})] * 5
    trial.run()
    trial.weather.statuses = []
    trial.repaired()
    trial.finish()


def changed_under_the_same_name(trial):
    """Other bytes of the same length, from the middle on; later the ones that were pinned."""
    right = trial.weather.content
    trial.weather.cut_at = [trial.place()]
    trial.weather.content = right[: trial.size // 2] + os.urandom(trial.size - trial.size // 2)
    trial.run()
    trial.weather.content = right
    trial.repaired()
    trial.finish()


def truncated(trial):
    right, size = trial.weather.content, trial.size
    trial.weather.content = right[: trial.place()]
    trial.settings = {"bytes": size}
    trial.run()
    trial.weather.content = right
    trial.repaired()
    trial.finish()


def one_wrong_bit(trial):
    trial.weather.flip = [trial.place(), 1]
    trial.finish(trial.size)


def always_a_wrong_bit(trial):
    """It is refused each time; once the server is repaired the file comes."""
    trial.weather.flip = [trial.place(), -1]
    trial.run()
    if (trial.folder / "file").exists():
        trial.outcome.wrong.append("damaged bytes were taken")
    trial.weather.flip = []
    trial.repaired()
    trial.finish()


def promises_more(trial):
    trial.weather.lie = 1000
    trial.run()
    trial.weather.lie = 0
    trial.repaired()
    trial.finish()


def promises_less(trial):
    trial.weather.lie = -1000
    trial.run()
    trial.weather.lie = 0
    trial.repaired()
    trial.finish()


def false_headers(**headers):
    """What is refused while every answer has them."""

    def fault(trial):
        trial.weather.extra = {name.replace("_", "-"): headers[name] for name in headers}
        trial.run()
        if (trial.folder / "file").exists():
            trial.outcome.wrong.append("it was taken")
        trial.weather.extra = {}
        trial.repaired()
        trial.finish()

    return fault


#: more than any server sends, and less than a client reads
MANY_HEADERS = {f"X_{number}": "a" * 8000 for number in range(120)}


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
