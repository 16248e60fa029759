"""A server of our own: `ollama serve` on a free loopback port, with models in a folder of ours.

One that is there already is used as it is; nothing here starts, stops or sets it.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path

from ...model.errors import LocalaiError
from ...model.model_server import ServeSettings
from ...model.server import HOST, Running
from ...probes._ollama_settings import OUR_MARK
from ..keeping import folders, patience, plain_files, writing
from ..keeping.locking import Lock
from ..running import program_path, server_record
from ..running.exit_codes import signal_of
from ..running.processes import Processes, Started
from ..running.starting import LateError, Starter
from . import models
from .api import Api
from .troubles import OllamaError

#: It answers within a second; an old ROCm driver holds it up for 30 s before.
START_SECONDS = 120.0
#: In the environment of our server and of every llama-server that it starts: whose they are. SIGKILL of
#: the server leaves those behind, with the model in memory.
MARK = OUR_MARK
LOG_BYTES = 2 * 1024 * 1024
ENGINE_FILES = ("llama-server", "llama-quantize")


def key(settings: ServeSettings) -> str:
    """Names the settings: another key asks for another start."""
    return sha256(json.dumps(asdict(settings), sort_keys=True).encode()).hexdigest()[:16]


def _home(folder: Path) -> dict[str, str]:
    """Where Ollama keeps its own key, as each system names a home: not in that of the person."""
    return {"HOME": str(folder), "USERPROFILE": str(folder)}


def environment(settings: ServeSettings, port: int) -> dict[str, str]:
    """Absolute paths, one address of loopback, nothing that leaves the computer.

    What a person's shell sets for another Ollama is emptied, which counts as not set.
    """
    variables = {name: "" for name in os.environ if name.startswith("OLLAMA_")}
    variables |= {
        "OLLAMA_HOST": f"{HOST}:{port}",
        "OLLAMA_MODELS": os.path.abspath(settings.models_folder),
        "OLLAMA_NO_CLOUD": "1",
        # unfinished pulls and files that no model names yet are ours to keep or to remove
        "OLLAMA_NOPRUNE": "1",
        "OLLAMA_NUM_PARALLEL": str(settings.slots),
        "OLLAMA_MAX_LOADED_MODELS": "1",
        "OLLAMA_KEEP_ALIVE": "-1",
    }
    if settings.kv_type:
        variables["OLLAMA_KV_CACHE_TYPE"] = settings.kv_type
    if settings.flash_attention is not None:
        variables["OLLAMA_FLASH_ATTENTION"] = str(int(settings.flash_attention))
    if settings.prompt_cache_mib is not None:
        variables["LLAMA_ARG_CACHE_RAM"] = str(settings.prompt_cache_mib)
    if settings.only_gpus:
        variables["CUDA_VISIBLE_DEVICES"] = settings.only_gpus
    return variables


@dataclass(frozen=True)
class OwnServer:
    """One at most, named in `<state>/ollama-server.json`."""

    processes: Processes

    @property
    def home(self) -> Path:
        """Where it keeps its key pair, which it makes at the first start."""
        return folders.folder("data") / "ollama"

    @property
    def record(self) -> Path:
        return folders.folder("state") / "ollama-server.json"

    @property
    def log(self) -> Path:
        return folders.folder("state") / "ollama-server.log"

    def running(self) -> Running | None:
        """The one that is alive now; a record of one that is gone is no server."""
        return server_record.alive(self.record, self.processes)

    def is_serving(self, settings: ServeSettings) -> bool:
        """Whether it runs with these very settings, and answers."""
        running = self.running()
        return running is not None and running.key == key(settings) and _answers(running.port)

    def start(self, settings: ServeSettings, first_port: int) -> Running:
        """Start it, or find the one that runs with these settings. Waits until it answers.

        Raises:
            LocalaiError: its engine is missing, it died, or it does not answer in time.

        """
        require_engine(Path(_path(settings)))
        with Lock("ollama-server"):
            running = self.running()
            if running and self.is_serving(settings):
                return running
            self._starter.end_all(running)
            return self._start(settings, first_port)

    def stop(self) -> bool:
        """End it, and any llama-server that it left behind; whether it ran."""
        running = self.running()
        self._starter.end_all(running)
        patience.unlink(self.record)
        return running is not None

    def orphans(self) -> list[Started]:
        """Programs of a server of ours that is gone."""
        running = self.running()
        found = self.processes.marked(MARK, str(self.record))
        return [] if running else found

    def log_text(self) -> str:
        """The end of its log; empty where there is none."""
        try:
            with plain_files.opened(self.log) as file:
                file.seek(max(0, self.log.stat().st_size - LOG_BYTES))
                return file.read().decode("utf-8", "replace")
        except OSError:
            return ""

    @property
    def _starter(self) -> Starter:
        return Starter(self.processes, self.record, MARK, _answers)

    def _start(self, settings: ServeSettings, first_port: int) -> Running:
        try:
            found = self._starter.start(first_port, partial(self._spawn, settings), START_SECONDS)
        except LateError:
            self.stop()
            raise self._late() from None
        if isinstance(found, int):
            raise self._died(found)
        return found

    def _spawn(self, settings: ServeSettings, port: int) -> tuple[subprocess.Popen[bytes], Running]:
        writing.empty(self.log)
        self.home.mkdir(parents=True, exist_ok=True)
        extra = {**environment(settings, port), **_home(self.home), MARK: str(self.record)}
        process = self.processes.spawn([_path(settings), "serve"], self.log, extra)
        started = self.processes.named(process.pid) or Started(process.pid, 0.0)
        running = Running(started.pid, started.create_time, port, "", key(settings))
        server_record.write(self.record, running)
        return process, running

    def _late(self) -> LocalaiError:
        return LocalaiError(
            f"Ollama did not answer within {START_SECONDS:.0f} seconds, and was stopped.",
            f"Its last words: {self.last_words()}",
            "`localai logs` shows all of them; `localai doctor` looks for the cause.",
        )

    def _died(self, code: int) -> LocalaiError:
        signal = signal_of(code)
        how = f"signal {signal}" if signal else f"exit code {code}"
        return LocalaiError(
            f"Ollama stopped while it was starting ({how}): {self.last_words()}",
            "Without it there is nothing to talk to.",
            "`localai logs` shows all of it, `localai explain FILE` reads it.",
        )

    def last_words(self) -> str:
        """The last telling line of its log."""
        lines = [one.strip() for one in self.log_text().splitlines() if one.strip()]
        errors = [one for one in lines if one.startswith(("Error", "panic"))]
        return (errors or lines or ["its log is empty"])[-1][:300]


def _path(settings: ServeSettings) -> str:
    """The program's whole path, where the settings name it as a shell would find it."""
    return program_path.find(settings.program) or settings.program


def _answers(port: int, seconds: float = 5.0) -> bool:
    """Whether it answers. One that still starts takes connections and is silent: it is waited for."""
    try:
        models.version(Api(port), seconds)
    except OllamaError:
        return False
    return True


def engine_folders(program: Path) -> Iterator[Path]:
    """Where `ollama` looks for its engine, beside its own file (links followed)."""
    with contextlib.suppress(OSError):
        program = program.resolve()
    yield program.parent.parent / "lib" / "ollama"
    yield program.parent / "lib" / "ollama"
    yield program.parent


def missing_engine_files(program: Path) -> tuple[str, ...]:
    """What of lib/ollama is not there: without it the server starts, and loads no model."""
    ending = ".exe" if sys.platform == "win32" else ""
    places = tuple(engine_folders(program))
    return tuple(
        name
        for name in ENGINE_FILES
        if not any(os.path.isfile(place / f"{name}{ending}") for place in places)
    )


def require_engine(program: Path) -> None:
    """Raises OllamaError where only the program was installed."""
    if "llama-server" in missing_engine_files(program):
        raise OllamaError("engine-missing", f"{program} has no lib/ollama/llama-server beside it")
