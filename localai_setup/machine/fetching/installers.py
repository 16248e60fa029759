"""pip or uv, whichever this computer has, with the user's own index, proxy and certificates."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from ...model.errors import LocalaiError
from ..running import program_path
from ..running.processes import Done, Processes
from . import local_packages, tool_homes

#: A large wheel over a slow line; pip itself gives up earlier where nothing arrives.
INSTALL_TIMEOUT_SECONDS = 3600.0
VENV_TIMEOUT_SECONDS = 120.0
#: Settings of the user's that would put the files elsewhere. pip takes an empty value for none
#: given, so that `target` can only be overruled by another target (see `install`).
OVERRIDES = {"PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0"}
#: uv brings certificates of its own; with this it trusts what the system trusts, a company's included.
SYSTEM_CERTIFICATES = {"UV_NATIVE_TLS": "1"}
#: What both tools need to install exactly what is pinned and to build nothing.
PINNED_ONLY = ("--no-deps", "--only-binary", ":all:", "--require-hashes", "-r")


#: program that installs a system's packages → what brings Python's venv and pip
PACKAGE_COMMANDS = {
    "apt-get": "sudo apt install python3-venv python3-pip",
    "dnf": "sudo dnf install python3-pip",
    "yum": "sudo yum install python3-pip",
    "zypper": "sudo zypper install python3-pip",
    "pacman": "sudo pacman -S python-pip",
    "apk": "sudo apk add python3 py3-pip",
    "brew": "brew install python",
}


@dataclass(frozen=True)
class Installers:
    """Makes environments and fetches wheels. `offline` forbids the latter, but from folders of this computer."""

    processes: Processes
    offline: bool = False

    def make_environment(self, folder: Path) -> None:
        """A bare virtual environment; what is in it comes from `install`.

        Raises:
            LocalaiError: neither venv nor uv is there; names the package to install.

        """
        make = [sys.executable, "-m", "venv", "--without-pip", str(folder)]
        done = self.processes.run(make, VENV_TIMEOUT_SECONDS, folder=folder.parent)
        uv = program_path.find("uv")
        if done.exit_code and uv:
            make = [uv, "venv", "--allow-existing", "--python", sys.executable, str(folder)]
            done = self.processes.run(make, VENV_TIMEOUT_SECONDS, folder=folder.parent)
        if done.exit_code:
            raise LocalaiError(
                f"A virtual environment could not be made in {folder}: {done.last_words}.",
                "The engine lives in an environment of its own, so that it never mixes with others.",
                f"Install Python's venv module ({_package_command()}), or uv.",
            )

    def install(
        self, folder: Path, requirements: Path, watch: Callable[[], None] = lambda: None
    ) -> None:
        """Install pinned wheels into the environment; `watch` is called meanwhile.

        Raises:
            LocalaiError: the index cannot be reached, has no such wheel, or the bytes are others.

        """
        self.unpack(packages(folder), requirements, watch)

    def unpack(
        self, target: Path, requirements: Path, watch: Callable[[], None] = lambda: None
    ) -> None:
        """Put what is in pinned wheels for this Python into a folder.

        That is also the Python of the engine's environment, so that pip's `--python`, which came
        only with 22.3, is not needed.

        Raises:
            LocalaiError: as `install`.

        """
        if self.offline and not local_packages.are_all(_variables()):
            raise LocalaiError(
                "A package has to be fetched, and --offline forbids it.",
                hint="Run the same command without --offline.",
            )
        requested = ["--quiet", "--target", str(target), *PINNED_ONLY, str(requirements)]
        command, folder = [*_tool(), *requested], requirements.parent
        with tempfile.TemporaryDirectory(prefix="scratch-", dir=folder) as scratch:
            extra = {**OVERRIDES, **SYSTEM_CERTIFICATES, **tool_homes.variables(Path(scratch))}
            done = self.processes.run_watched(
                command, INSTALL_TIMEOUT_SECONDS, watch, extra, folder
            )
        if done.exit_code:
            raise _failed(done)


#: pip of the Python that we run on.
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input")


def _tool() -> tuple[str, ...]:
    """Pip's or uv's command line up to what is to be installed. Whether pip is there is looked up,
    not tried: on a busy machine it may take a minute to say its version.
    """
    if find_spec("pip"):
        return (*PIP, "install")
    if uv := program_path.find("uv"):
        return (uv, "pip", "install", "--python", sys.executable)
    raise LocalaiError(
        "pip is not there for this Python.",
        f"localai uses the pip of {sys.executable} to fetch the engine.",
        f"Install it ({_package_command()}), or uv.",
    )


def _variables() -> str:
    """How the variables of the tool begin that `_tool` takes."""
    return "PIP" if find_spec("pip") else "UV"


def _package_command() -> str:
    """The command that brings venv and pip on this system, ready to be pasted."""
    found = (f"`{words}`" for name, words in PACKAGE_COMMANDS.items() if program_path.find(name))
    return next(found, "python.org has installers for every system")


def interpreter(folder: Path) -> Path:
    """The Python of an environment."""
    return folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def packages(folder: Path) -> Path:
    """Where the packages of an environment lie, which was made by this very Python."""
    if sys.platform == "win32":
        return folder / "Lib" / "site-packages"
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return folder / "lib" / version / "site-packages"


ALTERED = "A mirror may alter files: ask who runs it, or set another index with `pip config set global.index-url URL`."
SHORTER = (
    "Set LOCALAI_HOME to a folder with a short name (Windows: `setx LOCALAI_HOME C:\\localai`, then open a "
    "new window), and run the same command again."
)
#: (expression for pip's or uv's words, what it means, what to do); the first that fits is told.
SIGNS = (
    ("hashes|hash mismatch", "the bytes are not those that localai was tested with, and were thrown away",
     ALTERED),
    # Windows says it in its own language, with these numbers
    (r"no space left|winerror 112|errno 28", "the disk is full", "Free some space and run the same command again."),
    # pip names Windows' limit of 260 letters by what would lift it
    (r"long path support|winerror 206|file ?name too long", "a path became too long for this system",
     SHORTER),
    ("certificate has expired|certificate is not yet valid",
     "by this computer's clock the certificate of the package index is out of date",
     "Compare the clock with the time of day: `localai explain net-certificate-date-invalid`."),
    ("certificate", "the certificate of the package index was refused",
     "On a company network: `localai explain net-tls-intercepted`; then `pip config set global.cert FILE`."),
    (r"name resolution|failed to resolve|getaddrinfo|name or service not known|failed to lookup address",
     "the name of the package index cannot be looked up",
     "Check the network and its name server: `localai explain net-dns-failing`."),
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
        if re.search(sign, words):
            return LocalaiError(
                f"A package could not be fetched: {meaning}.", done.last_words, hint
            )
    hint = "Run the same command again; `localai explain FILE` reads a longer log of pip's."
    return LocalaiError(f"A package could not be fetched: {done.last_words}.", hint=hint)
