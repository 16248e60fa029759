"""Ollama from its own release archives: fetched, verified, unpacked and tried, or not there at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from ...model.engine import ReleaseFile
from ...model.errors import LocalaiError
from ...model.progress import Report
from ..fetching import release_archives
from ..fetching.pace import Pace
from ..running.processes import Done, Processes
from . import serving
from .troubles import OllamaError

#: Where the program lies: on Linux, in the archive for macOS, on Windows.
PROGRAMS = ("bin/ollama", "ollama", "ollama.exe")
#: Its libraries for GPUs have gigabytes and are looked at by an antivirus program first.
VERSION_SECONDS = 120.0


@dataclass(frozen=True)
class Programs:
    """Below `<data>/engines`, by the name of the build. `offline` forbids fetching."""

    processes: Processes
    pace: Pace = field(default_factory=Pace)
    offline: bool = False

    def folder(self, name: str) -> Path:
        return release_archives.folder(name)

    def program(self, name: str) -> Path:
        """The program of a build, whether it is there or not."""
        places = [self.folder(name) / one for one in PROGRAMS]
        return next((one for one in places if one.is_file()), places[0])

    def is_complete(self, name: str, files: Sequence[ReleaseFile]) -> bool:
        """Whether it was finished with these very archives, and nothing of it is missing since."""
        program = self.program(name)
        finished = release_archives.is_finished(name, files) and program.is_file()
        return finished and not serving.missing_engine_files(program)

    def install(self, name: str, files: Sequence[ReleaseFile], report: Report) -> None:
        """Make it from nothing; what was there under this name before is removed.

        Raises:
            LocalaiError: an archive cannot be had, is another, or the program does not start.
            OSError: the disk is full, read-only or not ours.

        """
        prove = partial(self._prove, name)
        release_archives.install(name, files, report, prove, self.pace, offline=self.offline)

    def remove(self, name: str) -> None:
        release_archives.remove(name)

    def _prove(self, name: str) -> None:
        program = self.program(name)
        if missing := serving.missing_engine_files(program):
            raise OllamaError("engine-missing", f"the archive has no {' and no '.join(missing)}")
        try:
            done = self.processes.run([str(program), "--version"], VERSION_SECONDS)
        except OSError as error:
            done = Done(127, "", error.strerror or str(error))
        if done.exit_code:
            raise LocalaiError(
                f"Ollama {name} does not start here: {done.how_it_failed}.",
                "It was unpacked and tried before anything else was fetched.",
                "`localai explain FILE` reads a longer message.",
            )
