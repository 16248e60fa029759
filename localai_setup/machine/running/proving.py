"""Whether a server of the user's own works: it loads a tiny model and says one token, within a time limit."""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from typing import Any

from ... import engines
from ...engines._tiny_model import tiny_model
from ...model.decoding import DecodeError, decode
from ...model.settings import ServerSettings, StartSettings
from ...probes.proofs import Proof
from ..keeping import folders, library_folders, plain_files, statefile
from ..keeping.writing import write_atomically
from . import lines, program_path
from .exit_codes import signal_of
from .loopback import response
from .ports import free_port
from .server import is_ready

TIME_LIMIT_SECONDS = 30.0
GOODBYE_SECONDS = 3.0
POLL_SECONDS = 0.05
FIRST_PORT = 43410
SETTINGS = ServerSettings(context=256, ubatch=64, threads=2)
STAMP = re.compile(r"^[\d.]+ [A-Z] ")


def on_path(engine: str) -> str | None:
    """The engine's program that the user's shell would start; None where it takes none from PATH."""
    name = engines.get(engine).PATH_PROGRAM
    return program_path.find(name) if name else None


def programs() -> dict[str, str]:
    """Every server that matters here, and its engine: those on PATH, and the one that the set-up uses."""
    found = ((on_path(one), one) for one in engines.known())
    here = {program: engine for program, engine in found if program}
    return {**here, **_set_up()}


def _set_up() -> dict[str, str]:
    setup = statefile.peek()
    # what keeps its own models is started with other flags
    alone = setup is not None and setup.place is None and len(setup.program) == 1
    if not setup or not alone or setup.engine not in engines.known():
        return {}
    return {setup.program[0]: setup.engine}


def recorded() -> list[dict[str, Any]]:
    """What is known of each, for the doctor. Starts nothing."""
    return [asdict(known(one) or Proof(one, "unproved")) for one in programs()]


def prove_all() -> None:
    """Prove again where the program or the processor has changed, and keep the verdicts."""
    for program, engine in programs().items():
        if known(program) is None:
            remember(prove(program, engine))


def known(program: str) -> Proof | None:
    """The verdict of an earlier proof, None where the file or the processor is another now."""
    try:
        saved = _saved()[program]
        return decode(Proof, saved["proof"]) if saved["of"] == _identity(program) else None
    except (OSError, KeyError, TypeError, DecodeError):
        return None


def remember(proof: Proof) -> None:
    """Keep a verdict. Raises OSError where the disk does not take it."""
    entry = {"of": _identity(proof.program), "proof": asdict(proof)}
    write_atomically(_file(), json.dumps({**_saved(), proof.program: entry}).encode())


def prove(program: str, engine: str) -> Proof:
    """Start it on loopback as its engine starts it, with a tiny model, and ask for one token."""
    with tempfile.TemporaryDirectory(prefix="localai-proof-") as scratch:
        model, log = Path(scratch) / "tiny.gguf", Path(scratch) / "log"
        model.write_bytes(tiny_model())
        port = free_port(FIRST_PORT)
        start = StartSettings(SETTINGS, str(model), "tiny")
        launch = engines.get(engine).launch((program,), start, port, installed_by_us=False)
        # as it will be served: with the libraries that localai brought
        variables = {**os.environ, **launch.environment, **library_folders.environment()}
        try:
            with log.open("wb") as output:
                process = subprocess.Popen(
                    launch.argv,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    env=variables,
                )
        except OSError as error:
            return Proof(program, "refused", error.strerror or str(error))
        try:
            answered = _answers(process, port)
            code = process.poll()
        finally:
            lines.end(process)
        return _verdict(program, answered, code, _last_words(log))


def _answers(process: subprocess.Popen[bytes], port: int) -> bool:
    deadline = time.monotonic() + TIME_LIMIT_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        if is_ready(port) and _one_token(port, deadline - time.monotonic()):
            return True
        time.sleep(POLL_SECONDS)
    return False


def _one_token(port: int, timeout_seconds: float) -> bool:
    body = {"prompt": "a", "n_predict": 1}
    answer = response(port, "/completion", max(1.0, timeout_seconds), body=body)
    try:
        return (
            answer is not None and answer[0] == HTTPStatus.OK and "content" in json.loads(answer[1])
        )
    except (ValueError, TypeError):
        return False


def _verdict(program: str, answered: bool, code: int | None, reason: str) -> Proof:
    if answered:
        return Proof(program, "works")
    if code is None:
        limit = f"no token within {TIME_LIMIT_SECONDS:g} s"
        return Proof(program, "timed-out", f"{limit}; last it said: {reason}" if reason else limit)
    if signal := signal_of(code):
        return Proof(program, "died", reason, signal)
    return Proof(program, "refused", reason or f"exit code {code}")


def _last_words(log: Path) -> str:
    """The last line that names an error, else the last one, without llama.cpp's time stamps."""
    text = log.read_text(encoding="utf-8", errors="replace")
    lines = [STAMP.sub("", line).strip() for line in text.splitlines() if line.strip()]
    telling = [line for line in lines if re.search(r"error|invalid|failed", line, re.IGNORECASE)]
    return (telling or lines or [""])[-1][:300]


def _file() -> Path:
    return folders.folder("cache") / "proofs.json"


def _saved() -> dict[str, Any]:
    try:
        found = json.loads(plain_files.read_text(_file()))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _identity(program: str) -> list[Any]:
    found = os.stat(program)
    return [found.st_size, found.st_mtime_ns, _processor()]


def _processor() -> str:
    """Model and instructions; a virtual machine can lose some under the same name."""
    if sys.platform != "linux":
        return platform.processor()
    text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    telling = re.findall(r"^(?:model name|flags|Features|CPU part)\s*:.*$", text, re.MULTILINE)
    return sha256("\n".join(sorted(set(telling))).encode()).hexdigest()[:16]
