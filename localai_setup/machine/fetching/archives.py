"""Engines of llama.cpp's family that come as release archives: installed, and proved to start and to see
their device, which their server lists when it is asked with `--list-devices`.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from ... import engines
from ...model.engine import ReleaseFile
from ...model.errors import LocalaiError
from ...model.progress import Report
from ..keeping import library_folders
from ..running.processes import Done, Processes
from . import release_archives
from .pace import Pace

LIST_SECONDS = 120.0
#: what llama.cpp calls the devices of a backend
DEVICES = {"cuda": "CUDA", "rocm": "ROCm", "vulkan": "Vulkan", "metal": "MTL", "sycl": "SYCL"}


@dataclass(frozen=True)
class Archives:
    """Engines below `<data>/engines`, by the name of their build. `offline` forbids fetching.

    `program` is the name of the server's file, without a suffix.
    """

    processes: Processes
    pace: Pace = field(default_factory=Pace)
    offline: bool = False

    def folder(self, name: str) -> Path:
        return release_archives.folder(name)

    def program(self, name: str, program: str) -> tuple[str, ...]:
        """The command line of this build's server, one word."""
        suffix = ".exe" if sys.platform == "win32" else ""
        return (str(self.folder(name) / f"{program}{suffix}"),)

    def is_complete(self, name: str, program: str, files: Sequence[ReleaseFile]) -> bool:
        """Whether it was finished with these very archives, and its server is there."""
        server = Path(self.program(name, program)[0])
        return release_archives.is_finished(name, files) and server.is_file()

    def install(
        self, name: str, program: str, backend: str, files: Sequence[ReleaseFile], report: Report
    ) -> None:
        """Make it from nothing; what was there under this name before is removed.

        Raises:
            LocalaiError: an archive cannot be had, is another, holds what it must not, or its
                server does not see the device that this build is for.
            OSError: the disk is full, read-only or not ours.

        """
        release_archives.install(
            name,
            files,
            report,
            partial(self._prove, name, program, backend),
            self.pace,
            offline=self.offline,
        )

    def packed(self, files: Sequence[ReleaseFile], report: Report) -> list[Path]:
        """The archives themselves, with every byte verified, to be sent elsewhere; whoever asks removes them.

        Raises:
            LocalaiError, OSError: as `install`.

        """
        return [
            release_archives.fetched(one, report, self.pace, offline=self.offline) for one in files
        ]

    def forget_packed(self, files: Sequence[ReleaseFile]) -> None:
        """Remove them from this disk, where they are still there."""
        for one in files:
            release_archives.forget_packed(one)

    def remove(self, name: str) -> None:
        release_archives.remove(name)

    def _prove(self, name: str, program: str, backend: str) -> None:
        """Without its runtime libraries a GPU build computes on the processor and says nothing."""
        try:
            listed = self.processes.run(
                [*self.program(name, program), "--list-devices"],
                LIST_SECONDS,
                library_folders.environment(),
            )
        except OSError as error:
            listed = Done(127, "", error.strerror or str(error))
        if listed.exit_code:
            raise LocalaiError(
                f"The engine {name} does not start here: {listed.last_words}.",
                "Nothing else was fetched yet.",
                f"`localai explain FILE` reads a longer log{_own_program(program)}.",
            )
        sign = DEVICES.get(backend)
        if sign and not _names_device(listed.stdout + listed.stderr, sign):
            raise LocalaiError(
                f"The engine {name} starts, but sees no {sign} device.",
                f"It would compute on the processor without a word. It said: {listed.last_words}",
                _hint(backend),
            )


def _own_program(program: str) -> str:
    """The way with a program of the user's own, where an engine takes this one from PATH."""
    takes = (one for one in engines.known().values() if program == one.PATH_PROGRAM)
    engine = next(takes, None)
    return f"; `--engine {engine.ID}` takes a `{program}` that is on PATH" if engine else ""


def _hint(backend: str) -> str:
    if backend == "vulkan" and sys.platform == "win32":
        return "Vulkan comes with the maker's graphics driver: update that, then run the same command again."
    return HINTS.get(backend, "`localai doctor` looks for the cause.")


HINTS = {
    "cuda": "Check the driver with `nvidia-smi`; `localai doctor` looks for the cause.",
    "rocm": "Check ROCm with `rocminfo` (`/dev/kfd`, the groups render and video); "
    "`localai doctor` looks for the cause.",
    "vulkan": "Install the Vulkan driver (Debian and Ubuntu: `sudo apt install libvulkan1 "
    "mesa-vulkan-drivers`), then run the same command again.",
}


def _names_device(text: str, sign: str) -> bool:
    """Lines such as `  CUDA0: NVIDIA GeForce RTX 3060 (11909 MiB, 11790 MiB free)`."""
    names = (line.strip().partition(":")[0] for line in text.splitlines() if ":" in line)
    return any(one.startswith(sign) and one[len(sign) :].isdecimal() for one in names)
