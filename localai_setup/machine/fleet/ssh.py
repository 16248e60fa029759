"""Another machine asked through the user's own `ssh`: how far it is, and what it is."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import IO, Any

from ...model.errors import Exit, LocalaiError
from ...model.sizes import size_words
from ..asking import recorded
from ..running import bounded, printed, program_path

#: a name of ~/.ssh/config, a host, an address; with a user before it. Never what ssh takes for a flag
NAME = re.compile(r"[A-Za-z0-9_\[][A-Za-z0-9_.@:%\[\]-]*")
#: nobody sits at the questions that ssh would ask
FLAGS = ("-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10")
#: where localai is installed for a user whose login nobody's profile was read for
FOLDERS = "$HOME/.local/bin:$HOME/.local/share/localai-fleet/bin"
RECORD = f"sh -c 'PATH=\"$PATH:{FOLDERS}\"; exec localai record - --offline'"
CONNECT_SECONDS, RECORD_SECONDS = 30.0, 120.0
SETTINGS_SECONDS = 10.0
#: a line of what `ssh -G` prints (since OpenSSH 6.8)
USER = re.compile(r"^user (\S+)\s*$", re.MULTILINE)
#: lines that are sent there and back, of which the first are slower than the others; a greeting's longest
LINES, WARM = 9, 2
MOST_BYTES = 4096
#: what is kept of a complaint, which may be as long as anybody likes
MOST_COMPLAINT_BYTES = 64 * 1024
LOOK_SECONDS = 0.1
#: exit codes of ssh itself, and of a shell that finds no such program
NO_CONNECTION, NOT_FOUND = 255, 127


@dataclass(frozen=True)
class Answer:
    """What came back: a recording as JSON, or `code` (of ssh or of the command there; None: too late) with the last
    words of its complaint. `round_trip_ms` None: it was not reached.
    """

    document: Any = None
    code: int | None = 0
    why: str = ""
    round_trip_ms: float | None = None

    @property
    def is_connected(self) -> bool:
        return self.round_trip_ms is not None


def program() -> str:
    """The `ssh` on PATH.

    Raises:
        LocalaiError: there is none.

    """
    if found := program_path.find("ssh"):
        return found
    raise LocalaiError(
        "There is no `ssh` on this computer.",
        "Other machines are asked and reached through it alone.",
        "Install OpenSSH's client, and try `ssh HOST` first.",
        Exit.USAGE,
    )


def check_name(name: str) -> None:
    """Raises LocalaiError where it is no name that may be given to ssh."""
    if not NAME.fullmatch(name):
        raise LocalaiError(
            f"{name!r} is no name of a machine.",
            hint="Name each as `ssh` knows it: `localai pool --members anna@desk,lab-1.example.org`.",
            exit_code=Exit.USAGE,
        )


def user_of(name: str) -> str:
    """Whom ssh logs in as there, by its settings (`User`), the name itself, or else who runs this; empty where
    it does not say.
    """
    with contextlib.suppress(bounded.TooLateError, bounded.TooMuchError):
        out, _, _ = bounded.run([program(), "-G", "--", name], SETTINGS_SECONDS)
        found = USER.search(printed.text(out))
        return found[1] if found else ""
    return ""


def ask(name: str) -> Answer:
    """How long a line takes there and back, then a recording of that machine."""
    ssh = program()
    try:
        trip = _round_trip_ms([ssh, *FLAGS, "--", name, "cat"])
    except _FailedError as error:
        return Answer(code=error.code, why=error.why)
    try:
        out, err, code = bounded.run([ssh, *FLAGS, "--", name, RECORD], RECORD_SECONDS)
    except bounded.TooLateError:
        return Answer(None, None, f"no recording came in {RECORD_SECONDS:.0f} s", trip)
    except bounded.TooMuchError:
        most = size_words(bounded.MAX_OUTPUT_BYTES)
        return Answer(None, None, f"it printed more than {most}, which is no recording", trip)
    if code:
        return Answer(None, code, _last_line(err), trip)
    try:
        return Answer(recorded.parsed(out), 0, "", trip)
    except (ValueError, RecursionError):
        return Answer(None, 0, "what it printed is no recording", trip)


class _FailedError(Exception):
    """No connection: ssh's exit code (None: too late) and the last words of its complaint."""

    def __init__(self, code: int | None, why: str) -> None:
        super().__init__(why)
        self.code, self.why = code, why


def _round_trip_ms(command: Sequence[str]) -> float:
    """The median over lines that the far `cat` sends back, as a token's data will go.

    Raises:
        _FailedError: there is no connection.

    """
    with (
        tempfile.TemporaryFile() as complaint,
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=complaint
        ) as process,
    ):
        watch = _Watch(process, complaint)
        try:
            times = _times(process)
        finally:
            process.kill()
            watch.is_over.set()
        if len(times) == LINES:
            return 1e3 * median(times[WARM:])
        code = process.wait()
        why = _last_line(_end_of(complaint)) or f"ssh ended with exit code {code}"
        raise _FailedError(code, watch.why or why)


class _Watch(threading.Thread):
    """Ends `ssh` where it takes too long, or complains without an end; `why` says so then."""

    def __init__(self, process: subprocess.Popen[bytes], complaint: IO[bytes]) -> None:
        super().__init__(daemon=True)
        self.process, self.file, self.why = process, complaint.fileno(), ""
        self.is_over = threading.Event()
        self.start()

    def run(self) -> None:
        latest = time.monotonic() + CONNECT_SECONDS
        while not (self.why or self.is_over.wait(LOOK_SECONDS)):
            with contextlib.suppress(OSError):
                if os.fstat(self.file).st_size > bounded.MAX_OUTPUT_BYTES:
                    self.why = "it complains without an end"
            if time.monotonic() > latest:
                self.why = f"it did not answer in {CONNECT_SECONDS:.0f} s"
        if self.why:
            self.process.kill()


def _end_of(complaint: IO[bytes]) -> bytes:
    size = complaint.seek(0, os.SEEK_END)
    complaint.seek(max(0, size - MOST_COMPLAINT_BYTES))
    return complaint.read(MOST_COMPLAINT_BYTES)


def _times(process: subprocess.Popen[bytes]) -> list[float]:
    """Seconds of each line; fewer where the connection ends."""
    assert process.stdin
    assert process.stdout
    found: list[float] = []
    with contextlib.suppress(OSError):
        for number in range(LINES):
            line, began = b"localai %d\n" % number, time.monotonic()
            # not through its buffer, which would be written once more, and fail, when it is closed
            os.write(process.stdin.fileno(), line)
            back = b""
            while back != line:  # a login may greet first
                if not (back := process.stdout.readline(MOST_BYTES)):
                    raise BrokenPipeError
            found.append(time.monotonic() - began)
        return found
    process.wait()  # how it ends says why; `_Watch` sees to it that it does
    return found


def _last_line(raw: bytes) -> str:
    """Of a complaint, where there is one."""
    return printed.last_line(printed.text(raw))
