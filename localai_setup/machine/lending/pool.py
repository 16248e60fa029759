"""The pool of this computer: its record, what keeps it alive, and how it stands."""

from __future__ import annotations

import contextlib
import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path

from ... import engines
from ...model.decoding import decode_leniently
from ...model.errors import LocalaiError
from ...model.lending import Lender, LenderNow, PoolSetUp, PoolState, ServerState
from ...model.server import Running
from ..keeping import api_keys, folders, kept_json, patience, plain_files
from ..keeping.writing import empty, write_atomically
from ..running import ports
from ..running.processes import Processes, Started
from ..running.server import START_TIMEOUT_SECONDS
from ..running.starting import Starter
from . import far

FIRST_PORT = 43310
#: In the environment of all that keeps a pool, and of what it started.
MARK = "LOCALAI_POOL_RECORD"
#: A machine that does not lend by then is not waited for.
LEND_SECONDS, POLL_SECONDS = 60.0, 0.25


@dataclass(frozen=True)
class _Written:
    """What the keeper writes."""

    server: ServerState = "not-kept"
    starts: int = 0
    members: tuple[LenderNow, ...] = ()


def record() -> Path:
    return folders.folder("state") / "pool.json"


def log() -> Path:
    return folders.folder("state") / "pool.log"


def _settings() -> Path:
    return folders.folder("state") / "pool-settings.json"


def _state() -> Path:
    return folders.folder("state") / "pool-state.json"


def saved() -> PoolSetUp | None:
    """None also where a name in it could mean another place than its own: folders of that name are removed."""
    found = kept_json.read(PoolSetUp, record())
    return found if found and found.is_sound else None


def save(pool: PoolSetUp) -> None:
    """Raises OSError where it cannot be written."""
    write_atomically(record(), json.dumps(asdict(pool)).encode())


def forget() -> None:
    """Remove all that is written here of it."""
    for file in (_settings(), _state(), log(), log().with_name("pool.log.1"), record()):
        patience.unlink(file)


def state(processes: Processes) -> PoolState:
    """How it stands; asks nobody but this computer's list of processes."""
    pool = saved()
    if pool is None:
        return PoolState()
    found = _Written(members=tuple(LenderNow(one.member) for one in pool.lenders))
    if _is_kept(pool, processes):
        found = _written() or replace(found, server="waits")
    server = pool.start.server
    return PoolState(
        True,
        found.server,
        pool.port or None,
        pool.start.alias,
        pool.build,
        server.context_each,
        found.starts,
        found.members,
    )


def _written() -> _Written | None:
    try:
        text = plain_files.read_text(_state())
        return decode_leniently(_Written, json.loads(text))
    except (OSError, ValueError, RecursionError):
        return None


def _is_kept(pool: PoolSetUp, processes: Processes) -> bool:
    return bool(pool.pid) and processes.named(pool.pid) == Started(pool.pid, pool.create_time)


def stop(processes: Processes) -> bool:
    """End what keeps it, and all that it started; whether there was anything."""
    pool = saved()
    running = None
    if pool and _is_kept(pool, processes):
        running = Running(pool.pid, pool.create_time, pool.port, pool.start.model_path)
    return Starter(processes, record(), MARK, lambda _: False).end_all(running)


def start(pool: PoolSetUp, processes: Processes, say: Callable[[str], None]) -> PoolSetUp:
    """Keep it from now on, and wait until its server answers.

    Raises:
        LocalaiError: a machine does not lend, or the server does not answer; nothing goes on then.
        OSError: a file of ours cannot be written.

    """
    stop(processes)
    port, *near = islice(ports.free_ports(FIRST_PORT), 1 + len(pool.lenders))
    lenders = tuple(replace(one, near_port=at) for one, at in zip(pool.lenders, near, strict=True))
    pool = replace(pool, port=port, lenders=lenders)
    _write_settings(pool)
    patience.unlink(_state())
    empty(log())
    script = Path(__file__).parents[1] / "running" / "_pool_keeper.py"
    argv = [sys.executable, "-I", "-S", str(script), str(_settings())]
    try:
        process = processes.spawn(argv, log(), {MARK: str(record())})
        started = processes.named(process.pid) or Started(process.pid, 0.0)
        pool = replace(pool, pid=started.pid, create_time=started.create_time)
        save(pool)
        _wait(lambda: process.poll() is None, say)
        _require_ours(processes, process.pid, port)
    except BaseException:
        stop(processes)
        raise
    return pool


def _write_settings(pool: PoolSetUp) -> None:
    key = api_keys.ensure()
    start = replace(pool.start, api_key=key, metrics=True)
    launch = engines.get(pool.engine).launch(pool.program, start, pool.port, installed_by_us=True)
    rpc = ",".join(f"127.0.0.1:{one.near_port}" for one in pool.lenders)
    server = {
        "command": [*launch.argv, "--rpc", rpc],
        "environment": dict(launch.environment),
        "port": pool.port,
    }
    lenders = [_lender(pool.id, one) for one in pool.lenders]
    document = {"api_key": key, "state": str(_state()), "server": server, "lenders": lenders}
    write_atomically(_settings(), json.dumps(document).encode())


def _lender(pool: str, lender: Lender) -> dict[str, object]:
    return {
        "member": lender.member,
        "near_port": lender.near_port,
        "lend": far.lending(pool, lender),
        "tunnel": far.tunnel(lender),
    }


class _Waiting:
    """For the first answer; `say` is told what for."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.say, self.told = say, ""
        self.latest = time.monotonic() + START_TIMEOUT_SECONDS
        self.lend_by = time.monotonic() + LEND_SECONDS

    def is_over(self) -> bool:
        """Whether it answers. Raises LocalaiError where it takes too long."""
        found, now = _written() or _Written(), time.monotonic()
        if found.server == "loads":
            self.lend_by = now + LEND_SECONDS
        elif found.server != "answers" and now > self.lend_by:
            raise _nobody_lends(found)
        if now > self.latest:
            raise _ended()
        self._tell(
            "The server loads its model…" if found.server == "loads" else "Waiting until all lend…"
        )
        return found.server == "answers"

    def _tell(self, words: str) -> None:
        if words != self.told:
            self.say(words)
            self.told = words


def _wait(is_alive: Callable[[], bool], say: Callable[[str], None]) -> None:
    waiting = _Waiting(say)
    while not waiting.is_over():
        if not is_alive():
            raise _ended()
        time.sleep(POLL_SECONDS)


def _nobody_lends(found: _Written) -> LocalaiError:
    gone = [one for one in found.members if one.state != "lends"]
    if found.members and not gone:
        return _port_taken("The pool's server waits for its port, which another program holds.")
    words = "; ".join(f"{one.member} ({one.why or one.state})" for one in gone)
    return LocalaiError(
        f"Not all machines lend their memory: {words or 'no word came of why'}.",
        "Without all of them the model does not fit.",
        f"{log()} holds what they said; `localai pool down` removes what was brought to them.",
    )


def _require_ours(processes: Processes, pid: int, port: int) -> None:
    """Raises LocalaiError where what answers there is no child of the keeper: it would be sent the key."""
    if not processes.listens(pid, port):
        raise _port_taken(
            f"Another program listens on port {port}, which the pool's server was to have."
        )


def _port_taken(what: str) -> LocalaiError:
    return LocalaiError(
        what,
        "It took the port in the moment before; nothing was asked there.",
        "Run the same command again: it takes the next free port.",
    )


def _ended() -> LocalaiError:
    lines: list[str] = []
    with contextlib.suppress(OSError):
        lines = plain_files.read_text(log(), errors="replace").splitlines()
    telling = [one for one in lines if "error" in one.lower() or "failed" in one.lower()]
    last = (telling or lines or ["there is no log"])[-1].strip()[:300]
    return LocalaiError(
        f"The server of the pool did not come to an answer: {last}",
        "Nothing of it goes on.",
        f"{log()} holds all of it; `localai explain FILE` reads it.",
    )
