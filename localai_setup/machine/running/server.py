"""The server that init set up: start it once, find it again, stop it."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path

from ...model.errors import LocalaiError
from ...model.server import BUSY_SECONDS, HOST, Running
from ...model.settings import StartSettings
from ..keeping import api_keys, folders, library_folders, patience, plain_files, user_keys, writing
from ..keeping.locking import Lock
from . import drafter_log, server_record, waiting
from ._front import PORT_TAKEN
from .command_lines import Program, command_line
from .exit_codes import exit_code_words, signal_of
from .loopback import response
from .processes import Processes, Started
from .starting import LateError, Starter

#: The first port tried. Not in the list of well-known services.
FIRST_PORT = 43110
#: A 20 GB model from a slow disk takes minutes; a server that died is noticed at once.
START_TIMEOUT_SECONDS = 600.0
READY_TIMEOUT_SECONDS = 2.0
#: So often servers behind a proxy are given ports, each of which was free a moment before.
PORT_TRIES = 3
#: What a server writes until it answers, verbose or not.
START_LOG_BYTES = 1024 * 1024
#: What llama.cpp's server says last where it can make no use of the model's chat template, and the line
#: that says why: what its parser expected, or what the template itself raised (b11549).
_TEMPLATE_REFUSED = "chat template parsing error"
_TEMPLATE_REASON = re.compile(r"(?:Jinja Exception|Parser Error|Lexer Error): *(.{1,200})")
#: In the environment of every server of ours: the record that should name it.
MARK = "LOCALAI_SERVER_RECORD"


@dataclass(frozen=True)
class _Server:
    """What is started: `engine` is an id."""

    program: Sequence[str]
    start: StartSettings
    engine: str


@dataclass(frozen=True)
class Servers:
    """One server at most, named in `<state>/server.json`."""

    processes: Processes
    first_port: int = FIRST_PORT

    @property
    def log(self) -> Path:
        return folders.folder("state") / "server.log"

    @property
    def record(self) -> Path:
        return folders.folder("state") / "server.json"

    def is_ready(self, port: int) -> bool:
        """Whether a server answers on this port at once."""
        return is_ready(port)

    def answers(self, port: int) -> bool:
        """Whether a server answers on this port, at once or as late as on a busy computer."""
        return is_ready(port, BUSY_SECONDS)

    def running(self) -> Running | None:
        """The server that is alive now; a record of one that is gone is no server."""
        return server_record.alive(self.record, self.processes)

    def start(
        self,
        program: Sequence[str],
        start: StartSettings,
        first_port: int,
        engine: str,
        listen: str = HOST,
    ) -> Running:
        """Start it, or find the one that runs with this model. Waits until it answers.

        It asks for the key of this computer's servers, which is made where there is none. `engine` is
        the id of the one whose server it is.

        Raises:
            LocalaiError: it died or does not answer in time; tells the log's last words.

        """
        with Lock("server"):
            running = self.running()
            if running and self.is_serving(program, start) and running.listen == listen:
                return running
            self._starter.end_all(running)
            key = start.api_key or api_keys.ensure()
            others = user_keys.for_server()
            opened = replace(start, api_key=key, listen=listen, key_file=others)
            return self._start(_Server(program, opened, engine), first_port)

    def is_serving(self, program: Sequence[str], start: StartSettings) -> bool:
        """Whether the live server is this very one, asks for the right key, and answers."""
        running = self.running()
        if running is None or running.api_key is None:
            return False
        return (
            running.key == _key(program, start)
            and running.api_key == (start.api_key or api_keys.read())
            and running.user_keys == user_keys.fingerprint()
            and self.answers(running.port)
        )

    @property
    def _starter(self) -> Starter:
        return Starter(self.processes, self.record, MARK, is_ready)

    def _start(self, server: _Server, first_port: int) -> Running:
        try:
            found = self._answering(server, first_port)
        except LateError:
            self.stop()
            raise self._late() from None
        drafter = server.start.drafter_path
        if drafter and (trouble := drafter_log.trouble(self.start_log(), drafter)):
            self.stop()
            raise trouble
        if isinstance(found, int):
            raise self._died(found)
        return found

    def _answering(self, server: _Server, first_port: int) -> Running | int:
        """The server, or the exit code of one that died. Those behind a proxy get other ports where another
        program took one of theirs at that moment; the proxy's, which programs know, stays.
        """
        found: Running | int = PORT_TAKEN
        for _ in range(PORT_TRIES):
            found = self._starter.start(
                first_port, partial(self._spawn, server), START_TIMEOUT_SECONDS
            )
            if found != PORT_TAKEN:
                break
        return found

    def _spawn(self, server: _Server, port: int) -> tuple[subprocess.Popen[bytes], Running]:
        program = Program(tuple(server.program), server.engine)
        argv, extra = command_line(program, server.start, port)
        writing.empty(self.log)
        ours = {**library_folders.environment(), **waiting.environment()}
        extra = {**extra, **ours, MARK: str(self.record)}
        process = self.processes.spawn(argv, self.log, extra)
        started = self.processes.named(process.pid) or Started(process.pid, 0.0)
        start = server.start
        running = Running(
            started.pid,
            started.create_time,
            port,
            start.model_path,
            _key(server.program, start),
            start.api_key,
            start.listen,
            user_keys.fingerprint(),
        )
        server_record.write(self.record, running)
        return process, running

    def stop(self) -> bool:
        """Whether there was a server to stop."""
        ended = self._starter.end_all(self.running())
        patience.unlink(self.record)
        return ended

    def orphans(self) -> tuple[Started, ...]:
        """What a server of ours had started that is gone itself (a watcher that was killed)."""
        return () if self.running() else tuple(self._starter.strays())

    def _died(self, code: int) -> LocalaiError:
        if trouble := template_trouble(self.start_log()):
            return trouble
        signal = signal_of(code)
        how = f"signal {signal}" if signal else f"exit code {exit_code_words(code)}"
        return LocalaiError(
            f"The server stopped while it was starting ({how}): {self.last_words()}",
            "Without it there is nothing to talk to.",
            "`localai logs` shows all of it, `localai explain FILE` reads it, "
            "`localai doctor --fix` repairs what it can.",
        )

    def _late(self) -> LocalaiError:
        waited = f"{START_TIMEOUT_SECONDS / 60:.0f} minutes"
        return LocalaiError(
            f"The server did not answer within {waited}, and was stopped.",
            f"Its last words: {self.last_words()}",
            "A smaller model starts faster: `localai init --for starter`.",
        )

    def start_log(self) -> str:
        """What the server wrote first: its model, and the memory that it took. Empty where unknown."""
        try:
            with plain_files.opened(self.log) as file:
                return file.read(START_LOG_BYTES).decode(errors="replace")
        except OSError:
            return ""

    def last_words(self) -> str:
        """The last telling line of the log."""
        try:
            lines = plain_files.read_text(self.log, errors="replace").splitlines()
        except OSError:
            return "there is no log"
        telling = [line for line in lines if "error" in line.lower() or "failed" in line.lower()]
        return (telling or [*filter(str.strip, lines)] or ["the log is empty"])[-1].strip()[:300]


def template_trouble(log: str) -> LocalaiError | None:
    """Why the model's chat template kept the server from starting, where that is what the log says."""
    if _TEMPLATE_REFUSED not in log:
        return None
    reason = _TEMPLATE_REASON.search(log)
    return LocalaiError(
        f"The model's chat template is broken: {reason[1].strip() if reason else 'it cannot be read'}.",
        "It stands in the model's file and says how a conversation is laid out; without it the engine "
        "does not start.",
        "Choose another file of this model, often a newer one, or another model with `localai init`.",
    )


def _key(program: Sequence[str], start: StartSettings) -> str:
    """What tells one server from another, whoever may reach it."""
    plain = replace(start, api_key=None, listen=HOST, key_file="")
    what = json.dumps([list(program), asdict(plain)], sort_keys=True)
    return sha256(what.encode()).hexdigest()[:16]


def is_ready(port: int, timeout_seconds: float = READY_TIMEOUT_SECONDS) -> bool:
    """Whether a server answers `/health` on this port with 200."""
    answer = response(port, "/health", timeout_seconds)
    return answer is not None and answer[0] == HTTPStatus.OK
