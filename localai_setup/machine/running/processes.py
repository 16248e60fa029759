"""Programs: run to the end, or started so that they outlive us. Never through a shell.

What we start imports no module of the current folder or of PYTHONPATH: either may hold a `pip.py`.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from ..keeping import folders, plain_files
from . import listeners, log_keeping, printed, program_path
from .exit_codes import WINDOWS_FAILURE, exit_code_words

if TYPE_CHECKING:
    import psutil

#: How long a program may take to leave after it was asked to.
GOODBYE_SECONDS = 5.0
#: How often a watched program is looked at.
WATCH_SECONDS = 0.25
#: Exit code of a program that took too long, as `timeout` of coreutils has it.
TIMED_OUT = 124
#: In the environment of every program that is run to its end: the data folder of the localai it works for.
WORKER = "LOCALAI_WORKER_OF"


@dataclass(frozen=True)
class Done:
    """How a program ended and what it printed. `exit_code` is negative for a signal."""

    exit_code: int
    stdout: str
    stderr: str

    @property
    def last_words(self) -> str:
        """The last telling line, for an error message."""
        return printed.last_line(self.stderr or self.stdout) or "it printed nothing"

    @property
    def how_it_failed(self) -> str:
        """The number of the signal that ended it, else its last telling line."""
        if self.exit_code >= WINDOWS_FAILURE:
            return f"exit code {exit_code_words(self.exit_code)}"
        return f"signal {-self.exit_code}" if self.exit_code < 0 else self.last_words


@dataclass(frozen=True)
class Started:
    """A process, named so that another one with a recycled number is never taken for it.

    `create_time` in seconds: since the boot on Linux, where it does not move when the clock is set;
    since 1970 elsewhere.
    """

    pid: int
    create_time: float


class Processes:
    """Runs and watches programs."""

    def run(
        self,
        argv: Sequence[str],
        timeout_seconds: float,
        extra: Mapping[str, str] | None = None,
        folder: Path | None = None,
    ) -> Done:
        """Run to the end; a time-out counts as exit code `TIMED_OUT`.

        A Python before 3.11 looks for modules in the current folder first: give a `folder` of ours.

        Raises:
            OSError: it cannot be started at all.

        """
        return self.run_watched(argv, timeout_seconds, lambda: None, extra, folder)

    def run_watched(
        self,
        argv: Sequence[str],
        timeout_seconds: float,
        watch: Callable[[], None],
        extra: Mapping[str, str] | None = None,
        folder: Path | None = None,
    ) -> Done:
        """As `run`; `watch` is called every quarter of a second meanwhile.

        Raises:
            OSError: it cannot be started at all.

        """
        with subprocess.Popen(
            list(argv),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**environment_for(extra), WORKER: _home()},
            cwd=folder,
        ) as process:
            try:
                return _to_the_end(process, timeout_seconds, watch)
            except BaseException:
                process.kill()
                raise

    def run_shown(self, command: str, *, says_yes: bool = False) -> int:
        """Run a line that a person said yes to, in the system's shell, on their terminal; its exit code.

        What it prints goes to stderr, so that stdout holds nothing but our own data. `says_yes`
        answers its own questions where nobody is there to.
        """
        sys.stderr.flush()
        answers = b"y\n" * 8 if says_yes else None
        return subprocess.run(
            [*_shell(), command], input=answers, stdout=sys.stderr, check=False
        ).returncode

    def spawn(
        self, argv: Sequence[str], log: Path, extra: Mapping[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        """Start a program in a session of its own, so that it outlives this one.

        Output goes to `log`, which is kept from growing without end.
        """
        log.parent.mkdir(parents=True, exist_ok=True)
        with plain_files.opened_to_append(log) as output:
            *preferred, last = _detaching_flags()
            for flags in preferred:
                with contextlib.suppress(PermissionError):
                    return log_keeping.started(log, output, _Spawn(argv, output, extra, flags))
            return log_keeping.started(log, output, _Spawn(argv, output, extra, last))

    def named(self, pid: int) -> Started | None:
        """The process with this number, None where there is none (a zombie is none)."""
        import psutil

        try:
            process = psutil.Process(pid)
            if process.status() == psutil.STATUS_ZOMBIE:
                return None
            return Started(pid, _birth(process))
        except (psutil.Error, ValueError, OverflowError):
            return None

    def marked(self, name: str, value: str) -> list[Started]:
        """Our own processes that carry this variable in their environment."""
        import psutil

        found = []
        for process in psutil.process_iter():
            try:
                if process.environ().get(name) == value and process.pid != os.getpid():
                    found.append(Started(process.pid, _birth(process)))
            except (psutil.Error, OSError):
                continue
        return found

    def end_workers(self) -> None:
        """End what a killed localai of this home was running to its end: it would go on writing there."""
        for one in self.marked(WORKER, _home()):
            self.end(one)

    def listens(self, pid: int, port: int) -> bool:
        """Whether this process or a child of it listens on this port; True where that cannot be seen, but False
        where it has just ended.

        On Windows the Python of a virtual environment starts the real one as its child.
        """
        import psutil

        try:
            process = psutil.Process(pid)
            family = [process, *process.children(recursive=True)]
            if sys.platform == "win32":
                ours = {one.pid for one in family}
                return any(not owner or owner in ours for owner in listeners.owners(port))
            return any(port in listeners.ports(one) for one in family)
        except psutil.NoSuchProcess:
            return False
        except (psutil.Error, OSError):
            return True

    def end(self, started: Started) -> None:
        """Ask it to leave, then make it; nothing happens where it is gone or is another process."""
        import psutil

        if self.named(started.pid) != started:
            return
        try:
            process = psutil.Process(started.pid)
            process.terminate()
            _gone, alive = psutil.wait_procs([process], timeout=GOODBYE_SECONDS)
            for one in alive:
                one.kill()
            psutil.wait_procs(alive, timeout=GOODBYE_SECONDS)
        except psutil.NoSuchProcess:
            return


def _shell() -> tuple[str, ...]:
    """The system's shell, by its whole path: Windows looks into the current folder first."""
    if sys.platform == "win32":
        return (program_path.find("powershell") or "powershell", "-NoProfile", "-Command")
    return ("sh", "-c")


def _detaching_flags() -> tuple[int, ...]:
    """Flags to start with, the best first.

    Windows: no window that would end the server when it is closed (a program without a console gets a
    hidden one, which its own children share), none of our Ctrl-C, and not ended together with the job
    of a terminal, an editor or a remote login, where that job lets programs leave it.
    """
    if sys.platform == "win32":
        hidden = subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP
        return (hidden | subprocess.CREATE_BREAKAWAY_FROM_JOB, hidden)
    return (0,)


@dataclass(frozen=True)
class _Spawn:
    """Starts a program; `open_files` stay open in it."""

    argv: Sequence[str]
    output: IO[bytes]
    extra: Mapping[str, str] | None
    flags: int

    def __call__(self, open_files: tuple[int, ...]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            list(self.argv),
            stdin=subprocess.DEVNULL,
            stdout=self.output,
            stderr=self.output,
            env=environment_for(self.extra),
            creationflags=self.flags,
            start_new_session=True,
            pass_fds=open_files,
            cwd=None if sys.platform == "win32" else "/",
        )


def _home() -> str:
    return str(folders.folder("data"))


def _to_the_end(
    process: subprocess.Popen[bytes], timeout_seconds: float, watch: Callable[[], None]
) -> Done:
    deadline = time.monotonic() + timeout_seconds
    while True:
        left = deadline - time.monotonic()
        try:
            stdout, stderr = process.communicate(timeout=max(0.0, min(WATCH_SECONDS, left)))
        except subprocess.TimeoutExpired:
            if left <= 0:
                process.kill()
                return Done(TIMED_OUT, "", f"no end after {timeout_seconds:g} s")
            watch()
            continue
        return Done(process.returncode, printed.text(stdout), printed.text(stderr))


def environment_for(extra: Mapping[str, str] | None) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return {**kept, "PYTHONSAFEPATH": "1", **(extra or {})}


def _birth(process: psutil.Process) -> float:
    """When a process began (see `Started`). psutil adds the time of the boot, which moves with the
    clock: a server would count as another one after the clock was set.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError, ValueError, IndexError):
            text = Path(f"/proc/{process.pid}/stat").read_text(encoding="utf-8", errors="replace")
            # the name in parentheses may hold spaces; field 22 is the 20th after it
            return int(text.rpartition(")")[2].split()[19]) / os.sysconf("SC_CLK_TCK")
    return process.create_time()
