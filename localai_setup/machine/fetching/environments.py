"""The engine's own virtual environment: whole, or made again from nothing."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from ..keeping import folders
from ..keeping.writing import write_atomically
from .installers import Installers, interpreter

#: Written last: an environment without it was interrupted and is made again.
MARKER = "localai-complete"
#: In the name of an environment that is being made.
GROWING = ".growing-"


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
        """Make it from nothing in a folder of its own, then give it its name.

        What a killed installer may still be writing lands in another folder and is taken away.

        Raises:
            LocalaiError: see `Installers`.
            OSError: the disk is full, read-only or not ours.

        """
        self.remove(name)
        folder = self.folder(name)
        folder.parent.mkdir(parents=True, exist_ok=True)
        growing = Path(tempfile.mkdtemp(prefix=f"{name}{GROWING}", dir=folder.parent))
        try:
            self.installers.make_environment(growing)
            pins = growing / "requirements.txt"
            write_atomically(pins, requirements.encode())
            self.installers.install(growing, pins)
            write_atomically(growing / "runner.py", runner.encode())
            write_atomically(growing / MARKER, requirements.encode())
            os.replace(growing, folder)
        except BaseException:
            shutil.rmtree(growing, ignore_errors=True)
            raise

    def remove(self, name: str) -> None:
        """Unmark first, so that an interrupted removal is never taken for a whole environment."""
        folder = self.folder(name)
        (folder / MARKER).unlink(missing_ok=True)
        if folder.exists():
            shutil.rmtree(folder)
        for unfinished in folder.parent.glob(f"{name}{GROWING}*"):
            shutil.rmtree(unfinished, ignore_errors=True)


def _has_package(folder: Path) -> bool:
    """The compiled part of the wheel, for whichever Python the environment was made by."""
    places = ("lib/python*/site-packages", "Lib/site-packages")
    return any(any(folder.glob(f"{one}/xllamacpp/xllamacpp*")) for one in places)
