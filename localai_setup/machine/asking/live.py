"""The machine that we run on, answering questions."""

from __future__ import annotations

import glob
import os
import platform
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ...model.machine import Identity
from ...model.reading import Failed, FailureKind, Missing, Reading, Text
from ...model.sizes import size_words
from ...model.source import Call, Command, Env, File, Get, Like, Source, Stat
from ..keeping import folders, plain_files
from ..running import bounded, heaps, printed, program_path
from ..running.responding import responds
from . import calls, web

#: A file longer than this is cut.
MAX_TEXT_BYTES = bounded.MAX_OUTPUT_BYTES
#: folders of Linux that lie on no disk
KERNEL = ("/proc/", "/sys/", "/dev/")
#: A pattern never opens more files than this (256 CPUs have some 2,000 topology files).
MAX_MATCHES = 8192


class LiveMachine:
    """Asks the operating system. `network` allows requests beyond loopback; `more` are calls that
    only some commands make (see `machine/running/examine.py`).
    """

    def __init__(
        self, *, network: bool = False, more: Mapping[str, Callable[[], Any]] | None = None
    ) -> None:
        self.network = network
        self.more = more or {}
        heaps.share_one()

    @property
    def identity(self) -> Identity:
        return Identity(
            platform.system(), platform.release(), platform.machine(), platform.python_version()
        )

    def ask(self, source: Source) -> Mapping[str, Reading]:
        """See `Respondent.ask`."""
        if isinstance(source, Like):
            return {}
        if isinstance(source, (File, Stat)) and "*" in source.path:
            return self._ask_matches(source)
        return {source.key: self._ask_one(source)}

    def _ask_matches(self, source: File | Stat) -> Mapping[str, Reading]:
        found = {type(source)(path).key: path for path in _matches(source.path)}
        if not found:
            return {source.key: Missing()}
        answer = _read if isinstance(source, File) else _stat
        return {key: answer(path) for key, path in found.items()}

    def _ask_one(self, source: Source) -> Reading:
        if isinstance(source, Command):
            return _run(source)
        if isinstance(source, (File, Stat)) and _hangs(source.path):
            return Failed("its disk does not answer", "timed-out")
        if isinstance(source, File):
            return _read(source.path)
        if isinstance(source, Stat):
            return _stat(source.path)
        if isinstance(source, Env):
            value = os.environ.get(source.name)
            return Missing() if value is None else Text(value)
        if isinstance(source, Get):
            return web.get(source, network=self.network)
        assert isinstance(source, Call)
        return calls.answer(source, self.more)


def _hangs(pattern: str) -> bool:
    """Whether it lies on a disk that does not answer; what the kernel makes up always does."""
    path = folders.resolve(pattern)
    if path.startswith(KERNEL):
        return False
    return not responds(os.path.dirname(path.partition("*")[0]))


def _matches(pattern: str) -> Iterator[str]:
    """Paths written as the pattern is: with `~` where it has that, with `/` where it has no other."""
    home = os.path.expanduser("~") if pattern.startswith("~/") else ""
    if _hangs(pattern):
        return
    for count, path in enumerate(glob.iglob(folders.resolve(pattern))):
        if count >= MAX_MATCHES:
            return
        short = f"~{path[len(home) :]}" if home else folders.tokenize(path)
        yield short if "\\" in pattern else short.replace(os.sep, "/")


def _run(source: Command) -> Reading:
    name, program = source.argv[0], program_path.find(source.argv[0])
    if program is None:
        return Missing()
    started = time.monotonic()
    plain = {**os.environ, "LC_ALL": "C", "LANG": "C"}
    try:
        argv = [program, *source.argv[1:]]
        stdout, stderr, code = bounded.run(argv, source.timeout_seconds, plain)
    except OSError as error:
        return Failed(f"{name} could not be started: {error.strerror}", _kind(error))
    except bounded.TooLateError:
        why = f"{name} did not answer within {source.timeout_seconds:.2g} s"
        return Failed(why, "timed-out")
    except bounded.TooMuchError:
        return Failed(f"{name} printed more than {size_words(MAX_TEXT_BYTES)}", "garbled")
    took_ms = round(1000 * (time.monotonic() - started))
    return Text(printed.text(stdout, "oem"), printed.text(stderr, "oem"), code, ms=took_ms)


def _read(path: str) -> Reading:
    try:
        with plain_files.opened(Path(folders.resolve(path))) as file:
            return Text(printed.text(file.read(MAX_TEXT_BYTES), "utf-8"))
    except OSError as error:
        return _refused(error)


def _stat(path: str) -> Reading:
    try:
        return Text(calls.describe_path(folders.resolve(path)))
    except OSError as error:
        return _refused(error)


def _refused(error: OSError) -> Reading:
    if isinstance(error, (FileNotFoundError, NotADirectoryError)):
        return Missing()
    return Failed(error.strerror or str(error), _kind(error))


def _kind(error: OSError) -> FailureKind:
    return "denied" if isinstance(error, PermissionError) else "failed"
