"""The engine's own virtual environment: whole, or made again from nothing."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from . import folders
from .installers import Installers, interpreter, packages
from .writing import write_atomically

#: Written last: an environment without it was interrupted and is made again.
MARKER = "localai-complete"


@dataclass(frozen=True)
class Environments:
    """Environments below `<data>/engines`, by name."""

    installers: Installers

    def folder(self, name: str) -> Path:
        return folders.folder("data") / "engines" / name

    def program(self, name: str) -> tuple[str, str]:
        """The command line that starts the runner of this environment."""
        folder = self.folder(name)
        return str(interpreter(folder)), str(folder / "runner.py")

    def is_whole(self, name: str, requirements: str, runner: str) -> bool:
        """Whether it was finished with these very pins, and its interpreter and runner are there."""
        folder = self.folder(name)
        try:
            marked = (folder / MARKER).read_text(encoding="utf-8") == requirements
            same_runner = (folder / "runner.py").read_text(encoding="utf-8") == runner
        except (OSError, UnicodeDecodeError):
            return False
        return marked and same_runner and interpreter(folder).exists() and _has_package(folder)

    def build(self, name: str, requirements: str, runner: str) -> None:
        """Make it from nothing; what was there under this name before is removed.

        Raises:
            LocalaiError: see `Installers`.
            OSError: the disk is full, read-only or not ours.

        """
        folder = self.folder(name)
        self.remove(name)
        folder.parent.mkdir(parents=True, exist_ok=True)
        self.installers.make_environment(folder)
        pins = folder / "requirements.txt"
        write_atomically(pins, requirements.encode())
        self.installers.install(folder, pins)
        write_atomically(folder / "runner.py", runner.encode())
        write_atomically(folder / MARKER, requirements.encode())

    def remove(self, name: str) -> None:
        """Unmark first, so that an interrupted removal is never taken for a whole environment."""
        folder = self.folder(name)
        (folder / MARKER).unlink(missing_ok=True)
        if folder.exists():
            shutil.rmtree(folder)


def _has_package(folder: Path) -> bool:
    """The compiled part of the wheel."""
    try:
        return any(packages(folder).glob("xllamacpp/xllamacpp*"))
    except StopIteration:
        return False
