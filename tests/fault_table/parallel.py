"""The faults that matter most while several connections fill a file side by side."""

from localai_setup.machine.fetching import blocks

from . import servers
from .trial import MIB, SIGNALS, settle

#: of one connection, in bytes a second
SLOW = 4 * MIB
#: what a lost byte costs: the block that it lies in, with the last piece that was written to it
BLOCK = MIB // 4
#: for each of eight connections: an unfinished block, and what the buffers of both ends hold
KILL_COSTS = 8 * 3 * MIB // 8
LINE_BYTES = 10


def _over_several_connections(fault):
    def parallel(trial):
        trial.settings, trial.weather.rate = {"parallel": True}, SLOW
        fault(trial)
        # fewer would mean that one connection did it all
        if len(trial.weather.requests) < 4:
            trial.outcome.wrong.append("it came over one connection")

    return parallel


def killed(trial):
    trial.interrupted(SIGNALS["SIGKILL"])
    settle()
    trial.finish(KILL_COSTS)


def unsynced(trial):
    """After a power cut zeros may lie anywhere, and the log of what had come may end earlier."""
    trial.interrupted(SIGNALS["SIGKILL"])
    settle()
    lost = 0
    if trial.part.exists():
        lost = _zeros(trial) + _end_of_the_log(trial)
    trial.finish(KILL_COSTS + lost)


def _zeros(trial):
    lost = 0
    with trial.part.open("r+b") as file:
        for _ in range(3):
            count = trial.chance.randrange(BLOCK)
            file.seek(trial.chance.randrange(trial.size - BLOCK))
            file.write(bytes(count))
            lost += count + 2 * BLOCK
    return lost


def _end_of_the_log(trial):
    log = blocks.log_of(trial.part)
    noted = log.read_bytes()
    cut = trial.chance.randrange(min(len(noted), 20 * LINE_BYTES) + 1)
    log.write_bytes(noted[: len(noted) - cut])
    return (cut // LINE_BYTES + 1) * BLOCK


#: fault → (how it is made, whether chance has a part in it)
FAULTS = {
    f"{name}, several connections": (_over_several_connections(fault), by_chance)
    for name, fault, by_chance in (
        ("connection reset at a random place", servers.cut, True),
        ("connection reset at every 10 %", servers.cut_at_every_tenth, False),
        ("black hole at a random place", servers.black_hole, True),
        ("SIGKILL at a random place", killed, True),
        ("unsynced bytes and log lost", unsynced, True),
    )
}
