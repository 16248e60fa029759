"""The engine's own virtual environment: whole, or made again from nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ...model.errors import LocalaiError
from ..keeping import folders, growing, library_folders
from ..keeping.writing import write_atomically
from ..running.processes import Done, Processes
from . import disk
from .installers import Installers, interpreter

#: Written last: an environment without it was interrupted and is made again.
MARKER = "localai-complete"
#: Loading a large engine's libraries from a cold disk takes a while; a hung one never ends.
LOAD_SECONDS = 60.0


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

    def is_complete(self, name: str, requirements: str, runner: str) -> bool:
        """Whether it was finished with these very pins, and its interpreter and runner are there."""
        folder = self.folder(name)
        try:
            marked = (folder / MARKER).read_text(encoding="utf-8") == requirements
            same_runner = (folder / "runner.py").read_text(encoding="utf-8") == runner
        except (OSError, UnicodeDecodeError):
            return False
        return marked and same_runner and interpreter(folder).exists() and _has_package(folder)

    def build(
        self, name: str, requirements: str, runner: str, grown: Callable[[int], None]
    ) -> None:
        """Make it from nothing in a folder of its own, load the engine once, then give it its name.

        `grown` is told again and again how many bytes the folder holds.

        Raises:
            LocalaiError: see `Installers`; or the engine was installed and cannot be loaded.
            OSError: the disk is full, read-only or not ours.

        """
        self.remove(name)
        with growing.made(self.folder(name)) as folder:
            self.installers.make_environment(folder)
            pins = folder / "requirements.txt"
            write_atomically(pins, requirements.encode())
            growth = disk.Growth(folder)
            self.installers.install(folder, pins, lambda: grown(growth.measured()))
            self._prove(folder)
            write_atomically(folder / "runner.py", runner.encode())
            write_atomically(folder / MARKER, requirements.encode())

    def _prove(self, folder: Path) -> None:
        """A wheel that was fetched completely may still miss a library, or be for another processor."""
        done = load(self.installers.processes, interpreter(folder))
        if done.exit_code:
            raise LocalaiError(
                f"The engine was installed and cannot be loaded here: {done.how_it_failed}",
                "Its files were removed again; nothing else was fetched yet.",
                "`localai doctor` looks for the cause; `localai explain` knows many such messages.",
            )

    def remove(self, name: str) -> None:
        growing.remove(self.folder(name), MARKER)


def load(processes: Processes, python: Path) -> Done:
    """How it went to load the engine of this environment once, alone, as its server would.

    Raises:
        OSError: its Python cannot be started.

    """
    command = (str(python), "-I", "-c", "import xllamacpp")
    return processes.run(command, LOAD_SECONDS, library_folders.environment(), python.parent)


def _has_package(folder: Path) -> bool:
    """The compiled part of the wheel, for whichever Python the environment was made by."""
    places = ("lib/python*/site-packages", "Lib/site-packages")
    return any(any(folder.glob(f"{one}/xllamacpp/xllamacpp*")) for one in places)
