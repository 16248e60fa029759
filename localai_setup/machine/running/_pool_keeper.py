"""Keeps a pool alive: `python _pool_keeper.py SETTINGS.json`.

For each machine that lends its memory there are two connections through ssh: one whose other end runs the
program that lends, and ends with it, and a tunnel to the port of that program. Each is made again whenever it
has ended. The server runs only while all of them lend: it aborts when one of them goes, but not before it is
asked something, so it is made to end at once and started when all lend again. Who lends is written to a file
whenever it changes.

Standard library alone: it is run as a file, without the package.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

if __package__:
    from . import _front
else:
    sys.path.append(os.path.dirname(os.path.abspath(__file__)))
    import _front  # type: ignore[import-not-found,no-redef,unused-ignore]

#: What is printed once the far program listens (see `lend.sh`), and once the tunnel does here (see `far.py`).
LENDS, CARRIES = "localai: lends", "localai: carries"
#: Where nobody is behind a tunnel, ssh closes a connection at once; who waits for a request keeps it open.
KEPT_OPEN_SECONDS = 1.0
WRITE_SECONDS, LOOK_SECONDS = 0.25, 0.5
MOST_LINE_BYTES, MOST_WORDS = 4096, 300
#: So often the server may end by itself, while all lend, before it ever answered.
MOST_ENDS = 3
NO_CONNECTION = 255
#: exit code of the connection → what that says of the machine: of ssh itself, and of `lend.sh`
MEANINGS = {NO_CONNECTION: "unreachable", 66: "other-build", 67: "port-taken", 68: "files-gone"}


class Link(_front.Kept):
    """An ssh, with what it printed last; it is of use once it printed `marker`."""

    def __init__(self, name: str, command: list[str], marker: str) -> None:
        super().__init__(name, command, {})
        self.marker, self.last, self.ended, self.why = marker, "", 0, ""
        self.is_up = threading.Event()

    def spawn(self) -> subprocess.Popen[bytes]:
        """The other end lends for as long as its input, which nobody writes to, stays open."""
        process = subprocess.Popen(
            self.command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            preexec_fn=_front.bound_to_us(),  # noqa: PLW1509  it calls one function
        )
        self.process, self.last = process, ""
        self.reader = threading.Thread(target=self.listen, args=(process,), daemon=True)
        self.reader.start()
        return process

    def tend(self) -> None:
        """One that cannot be started, on a busy system or without `ssh`, is tried again."""
        while not _front.stop.is_set():
            try:
                super().tend()
            except OSError as error:
                self.ended, self.why = NO_CONNECTION, str(error)
                _front.say(f"{self.name} failed to start: {error}")
                _front.stop.wait(_front.LONGEST_PAUSE_SECONDS)

    def listen(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout
        while line := process.stdout.readline(MOST_LINE_BYTES):
            words = line.decode(errors="replace").strip()
            if self.process is not process:
                return
            if words == self.marker:
                self.is_up.set()
            elif words:
                self.last = words[:MOST_WORDS]
                _front.say(f"{self.name}: {words}")

    def watched(self, process: subprocess.Popen[bytes]) -> str:
        why = super().watched(process)
        self.is_up.clear()
        self.reader.join(LOOK_SECONDS)  # it reads what was printed last
        self.is_up.clear()
        self.ended, self.why = process.poll() or 0, self.last
        with contextlib.suppress(OSError):
            assert process.stdin
            process.stdin.close()
        return why

    def is_hopeless(self) -> bool:
        """A machine that was switched off is switched on again."""
        return False


class Member:
    """One machine that lends. `near_port` is the tunnel's end here."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self.name, self.port = settings["member"], settings["near_port"]
        self.lender = Link(f"the lender on {self.name}", settings["lend"], LENDS)
        self.tunnel = Link(f"the tunnel to {self.name}", settings["tunnel"], CARRIES)

    @property
    def lends(self) -> bool:
        return self.lender.is_up.is_set() and self.tunnel.is_up.is_set()

    def can_be_asked(self) -> bool:
        """Whether a connection goes through to it; only while no server uses it, as it serves one alone."""
        return self.lends and _stays_open(self.port)

    def state(self) -> dict[str, str]:
        if self.lends:
            return {"member": self.name, "state": "lends", "why": ""}
        broken = self.tunnel if self.lender.is_up.is_set() else self.lender
        kind = self.kind_of(broken)
        return {"member": self.name, "state": kind, "why": broken.why if broken.ended else ""}

    def kind_of(self, broken: Link) -> str:
        if not broken.ended:
            return "starts"
        if broken is self.tunnel:
            return "tunnel-down"
        return MEANINGS.get(broken.ended, "lender-ended")


class PoolServer(_front.Server):
    """The server here; `members` have to lend before it starts, and for as long as it runs."""

    members: tuple[Member, ...] = ()
    starts = ends = 0

    def tend(self) -> None:
        try:
            super().tend()
        except OSError as error:
            _front.say(f"{self.name} failed to start: {error}")
            self.exit_code = 1
            _front.stop.set()

    def may_start(self) -> bool:
        while not _front.stop.is_set():
            # whoever else listens at its port would be sent the key
            if not _front.is_taken(self.port) and all(one.can_be_asked() for one in self.members):
                self.starts += 1
                return True
            _front.stop.wait(LOOK_SECONDS)
        return False

    def trouble(self) -> str:
        gone = [one.name for one in self.members if not one.lends]
        return f"lost what {gone[0]} lends" if gone else super().trouble()

    def is_hopeless(self) -> bool:
        """Where it never answered, and no machine's going explains that it ended."""
        if self.was_up.is_set() or not all(one.lends for one in self.members):
            self.ends = 0
            return False
        self.ends += 1
        return self.ends >= MOST_ENDS

    def state(self) -> str:
        alive = self.process is not None and self.process.poll() is None
        return ("answers" if self.is_up else "loads") if alive else "waits"


class State:
    """Who lends, in a file: written whenever it is another than before."""

    def __init__(self, file: Path, server: PoolServer) -> None:
        self.file, self.server, self.written = file, server, ""

    def tend(self) -> None:
        while not _front.stop.wait(WRITE_SECONDS):
            self.write()

    def write(self) -> None:
        members = [one.state() for one in self.server.members]
        found = {"server": self.server.state(), "starts": self.server.starts, "members": members}
        text = json.dumps(found)
        if text == self.written:
            return
        part = self.file.with_name(f"{self.file.name}.new")
        with contextlib.suppress(OSError):  # a full disk: the next time
            part.write_text(text, encoding="utf-8")
            part.replace(self.file)
            self.written = text


def _stays_open(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1) as one:
        one.settimeout(KEPT_OPEN_SECONDS)
        try:
            one.recv(1)
        except TimeoutError:
            return True
    return False


def main() -> int:
    settings = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    os.umask(0o077)
    server = PoolServer("the server", settings["server"], settings["api_key"])
    server.members = tuple(map(Member, settings["lenders"]))
    links = [link for one in server.members for link in (one.lender, one.tunnel)]
    state = State(Path(settings["state"]), server)
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: _front.stop.set())
    kept: list[_front.Kept] = [server, *links]
    threads = [threading.Thread(target=one) for one in (state.tend, *(one.tend for one in kept))]
    for thread in threads:
        thread.start()
    _front.stop.wait()
    for one in kept:
        one.end()
    for thread in threads:
        thread.join()
    state.write()
    for one in kept:  # one that was started again at that very moment
        one.end()
    return server.exit_code


if __name__ == "__main__":
    sys.exit(main())
