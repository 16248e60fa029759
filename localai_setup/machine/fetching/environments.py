"""A virtual environment of its own for an engine or a trainer: whole, or made again from nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from ...model.errors import LocalaiError
from ..keeping import folders, growing, library_folders, plain_files
from ..keeping.writing import write_atomically
from ..running.processes import Done, Processes
from . import disk
from .installers import Installers, interpreter

#: Written last: an environment without it was interrupted and is made again.
MARKER = "localai-complete"
#: the runner's name in set-ups of version 0.1, each with one runner
OLD_RUNNER = "runner.py"


@dataclass(frozen=True)
class Content:
    """What environments of a kind hold: `place` is their folder below `<data>`, `module` what is loaded
    once to prove one, within `load_seconds` (a large one takes a while from a cold disk; a hung one never
    ends), `evidence` a file of it whose name may hold `*`; `what` is the word for people.
    """

    place: str
    module: str
    evidence: str
    what: str
    load_seconds: float


ENGINE = Content("engines", "xllamacpp", "xllamacpp/xllamacpp*", "engine", 60.0)
TRAINER = Content("trainers", "peft", "peft/__init__.py", "trainer", 600.0)


@dataclass(frozen=True)
class Environments:
    """Environments of one kind, by name."""

    installers: Installers
    content: Content = ENGINE

    def folder(self, name: str) -> Path:
        return folders.folder("data") / self.content.place / name

    def program(self, name: str, runner: str) -> tuple[str, str]:
        """The command line that starts this runner in this environment."""
        folder = self.folder(name)
        return str(interpreter(folder)), str(folder / _runner_file(runner))

    def is_complete(self, name: str, requirements: str, runner: str) -> bool:
        """Whether it was finished with these very pins, and its interpreter and runner are there."""
        runners = (_runner_file(runner), OLD_RUNNER)
        has_runner = any(_holds(self.folder(name) / one, runner) for one in runners)
        return has_runner and self.has_engine(name, requirements)

    def has_engine(self, name: str, requirements: str) -> bool:
        """Whether the engine itself is there, whichever runner lies beside it: nothing is fetched then."""
        folder = self.folder(name)
        marked = _holds(folder / MARKER, requirements)
        return marked and interpreter(folder).exists() and self._has_package(folder)

    def build(
        self, name: str, requirements: str, runner: str, grown: Callable[[int], None]
    ) -> None:
        """Make it from nothing in a folder of its own, load the engine once, then give it its name.

        Where only the runner is another one, that of a newer localai, it is put beside those that are
        there: the set-up of before starts with its own until the new one has proved itself.
        `grown` is told again and again how many bytes the folder holds.

        Raises:
            LocalaiError: see `Installers`; or the engine was installed and cannot be loaded.
            OSError: the disk is full, read-only or not ours.

        """
        if self.has_engine(name, requirements):
            write_atomically(self.folder(name) / _runner_file(runner), runner.encode())
            return
        self.remove(name)
        with growing.made(self.folder(name)) as folder:
            self.installers.make_environment(folder)
            pins = folder / "requirements.txt"
            write_atomically(pins, requirements.encode())
            growth = disk.Growth(folder)
            self.installers.install(folder, pins, lambda: grown(growth.measured()))
            self._prove(folder)
            write_atomically(folder / _runner_file(runner), runner.encode())
            write_atomically(folder / MARKER, requirements.encode())

    def _prove(self, folder: Path) -> None:
        """A wheel that was fetched completely may still miss a library, or be for another processor."""
        done = load(self.installers.processes, interpreter(folder), self.content)
        if done.exit_code:
            raise LocalaiError(
                f"The {self.content.what} was installed and cannot be loaded here: {done.how_it_failed}",
                "Its files were removed again; nothing else was fetched yet.",
                "`localai doctor` looks for the cause; `localai explain` knows many such messages.",
            )

    def remove(self, name: str) -> None:
        growing.remove(self.folder(name), MARKER)

    def _has_package(self, folder: Path) -> bool:
        """What it is made for, for whichever Python the environment was made by."""
        places = ("lib/python*/site-packages", "Lib/site-packages")
        return any(any(folder.glob(f"{one}/{self.content.evidence}")) for one in places)


def load(processes: Processes, python: Path, content: Content = ENGINE) -> Done:
    """How it went to load the module of this environment once, alone, as its program would.

    Raises:
        OSError: its Python cannot be started.

    """
    command = (str(python), "-I", "-c", f"import {content.module}")
    return processes.run(
        command, content.load_seconds, library_folders.environment(), python.parent
    )


def _runner_file(runner: str) -> str:
    return f"runner-{sha256(runner.encode()).hexdigest()[:12]}.py"


def _holds(file: Path, text: str) -> bool:
    try:
        return plain_files.read_text(file) == text
    except (OSError, UnicodeDecodeError):
        return False
