"""Shared libraries that the system lacks, brought from the package index for the engine alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..asking import loading
from ..keeping import folders, growing, library_folders, plain_files
from ..keeping.library_folders import MARKER
from ..keeping.writing import write_atomically
from ..running import bounded
from .installers import Installers

#: On a busy machine a process may take this long to start.
LOADER_SECONDS = 30.0


@dataclass(frozen=True)
class Libraries:
    """Brought libraries below `<data>/engines`, by name."""

    installers: Installers

    def folder(self, name: str) -> Path:
        return folders.folder("data") / "engines" / name

    def missing(self, names: Sequence[str]) -> tuple[str, ...]:
        """Those that an engine started now would not find; none where nobody can tell."""
        try:
            found = loading.loaded(names, library_folders.environment(), LOADER_SECONDS)
        except (OSError, ValueError, RuntimeError, bounded.TooLateError, bounded.TooMuchError):
            return ()
        return tuple(name for name, trouble in found.items() if trouble is not None)

    def is_complete(self, name: str, requirements: str, path: str, library: str) -> bool:
        """Whether it was brought with these very pins, and the library is there."""
        folder = self.folder(name)
        try:
            marked = plain_files.read_text(folder / MARKER)
        except (OSError, UnicodeDecodeError):
            return False
        same = marked == library_folders.text(requirements, path)
        return same and (folder / path / library).is_file()

    def install(self, name: str, requirements: str, path: str) -> None:
        """Bring it from nothing, in a folder of its own that gets its name when it is complete.

        Raises:
            LocalaiError: see `Installers`.
            OSError: the disk is full, read-only or not ours.

        """
        self.remove(name)
        with growing.made(self.folder(name)) as folder:
            pins = folder / "requirements.txt"
            write_atomically(pins, requirements.encode())
            self.installers.unpack(folder, pins)
            write_atomically(folder / MARKER, library_folders.text(requirements, path).encode())

    def remove(self, name: str) -> None:
        growing.remove(self.folder(name), MARKER)
