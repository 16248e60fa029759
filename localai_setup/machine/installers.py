"""pip or uv, whichever this computer has, with the user's own index, proxy and certificates."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..model.errors import LocalaiError
from .processes import Done, Processes

#: A large wheel over a slow line; pip itself gives up earlier where nothing arrives.
INSTALL_TIMEOUT_SECONDS = 3600.0
#: Settings of the user's that would put the files elsewhere. pip takes an empty value for none
#: given, so that `target` can only be overruled by another target (see `install`).
OVERRIDES = {"PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0"}
#: What both tools need to install exactly what is pinned and to build nothing.
PINNED_ONLY = ("--no-deps", "--only-binary", ":all:", "--require-hashes", "-r")


@dataclass(frozen=True)
class Installers:
    """Makes environments and fetches wheels."""

    processes: Processes

    def make_environment(self, folder: Path) -> None:
        """A bare virtual environment; what is in it comes from `install`.

        Raises:
            LocalaiError: neither venv nor uv is there; names the package to install.

        """
        done = self.processes.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], 120)
        uv = shutil.which("uv")
        if done.exit_code and uv:
            done = self.processes.run([uv, "venv", "--python", sys.executable, str(folder)], 120)
        if done.exit_code:
            raise LocalaiError(
                f"A virtual environment could not be made in {folder}: {done.last_words}.",
                "The engine lives in an environment of its own, so that it never mixes with others.",
                "Install Python's venv module (Debian and Ubuntu: `sudo apt install python3-venv`).",
            )

    def install(self, folder: Path, requirements: Path) -> None:
        """Install pinned wheels into the environment.

        Raises:
            LocalaiError: the index cannot be reached, has no such wheel, or the bytes are others.

        """
        python = str(interpreter(folder))
        target = ["--target", str(packages(folder))]
        pip = [*self._pip(), "--python", python, "install", "--quiet", *target, *PINNED_ONLY]
        uv = ["uv", "pip", "install", "--quiet", "--python", python, *PINNED_ONLY]
        self._run_either(pip, uv, str(requirements))

    def download(self, requirements: Path, folder: Path) -> None:
        """Fetch pinned wheels as files. Only pip can do this.

        Raises:
            LocalaiError: as `install`.

        """
        pip = [*self._pip(), "download", "--quiet", "--dest", str(folder), *PINNED_ONLY]
        self._run_either(pip, None, str(requirements))

    def _pip(self) -> list[str]:
        return [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input"]

    def _run_either(self, pip: Sequence[str], uv: Sequence[str] | None, requirements: str) -> None:
        has_pip = self.processes.run([*self._pip(), "--version"], 60).exit_code == 0
        if has_pip:
            done = self.processes.run([*pip, requirements], INSTALL_TIMEOUT_SECONDS, OVERRIDES)
        elif uv and shutil.which("uv"):
            done = self.processes.run([*uv, requirements], INSTALL_TIMEOUT_SECONDS)
        else:
            raise LocalaiError(
                "pip is not there for this Python.",
                f"localai uses the pip of {sys.executable} to fetch the engine.",
                "Install it (Debian and Ubuntu: `sudo apt install python3-pip python3-venv`), or uv.",
            )
        if done.exit_code:
            raise _failed(done)


def interpreter(folder: Path) -> Path:
    """The Python of an environment."""
    return folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def packages(folder: Path) -> Path:
    """Where the packages of an environment lie."""
    if sys.platform == "win32":
        return folder / "Lib" / "site-packages"
    return next(folder.glob("lib/python*/site-packages"))


#: (sign in pip's or uv's words, what it means, what to do); the first that fits is told.
SIGNS = (
    ("hashes", "the bytes are not those that localai was tested with, and were thrown away",
     "A mirror may alter files: ask who runs it, or set another index with `pip config set global.index-url URL`."),
    ("hash mismatch", "the bytes are not those that localai was tested with, and were thrown away",
     "A mirror may alter files: ask who runs it, or set another index with `pip config set global.index-url URL`."),
    ("no space left", "the disk is full", "Free some space and run the same command again."),
    ("certificate", "the certificate of the package index was refused",
     "On a company network, `pip config set global.cert FILE` names the company's certificate."),
    ("proxy", "the proxy did not let the request through",
     "Check `pip config list` and the variable HTTPS_PROXY."),
    ("no matching distribution", "the package index offers no file for this system, or cannot be reached",
     "Check the network, then `pip config list`; run the same command again."),
    ("connection", "the package index cannot be reached",
     "Check the network, then `pip config list`; run the same command again."),
)  # fmt: skip


def _failed(done: Done) -> LocalaiError:
    words = f"{done.stdout}\n{done.stderr}".lower()
    for sign, meaning, hint in SIGNS:
        if sign in words:
            return LocalaiError(
                f"A package could not be fetched: {meaning}.", done.last_words, hint
            )
    hint = "Run the same command again; `localai explain FILE` reads a longer log of pip's."
    return LocalaiError(f"A package could not be fetched: {done.last_words}.", hint=hint)
