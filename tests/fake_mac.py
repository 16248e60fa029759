"""A Mac that is not there: the system's name, its programs and its files are those of a recording.

What Python itself does stays Linux', so this shows which questions are asked on a Mac and what is made of the
answers, not whether Apple's own parts work.
"""

import json
import os
import platform
import shlex
import sys
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

# what is chosen by the name of the system when it is imported has to be the system's own
import httpx  # noqa: F401
import psutil  # noqa: F401
from platformdirs.macos import MacOS

from localai_setup.machine.asking import calls, web
from localai_setup.machine.keeping import folders
from localai_setup.model.reading import Missing

#: Asked of a library that answers for the computer below.
LIBRARIES = (
    "psutil.counts",
    "cpuinfo.get_cpu_info",
    "disk.models",
    "user.groups",
    "system.libraries",
    "programs.engines",
    "programs.ollama",
)
SYSTEMS_OWN = (
    "/proc",
    "/sys",
    "/dev",
    "/etc",
    "/run",
    "/usr",
    "/lib",
    "/opt",
    "/var",
    "/.dockerenv",
)


def readings(recording: Path) -> dict:
    return json.loads(recording.read_text(encoding="utf-8"))["readings"]


@contextmanager
def mac(answers: dict, root: Path):
    """Be that Mac, for this process; `root` is an empty folder, for its home, its programs and its files."""
    home, programs = root / "Users" / "ada", root / "bin"
    for folder in (home, programs):
        folder.mkdir(parents=True)
    _programs(answers, programs)
    identity = json.loads(answers["call:platform.uname"]["text"])
    resolve, own_calls = folders.resolve, _library_calls(answers)

    def on_the_mac(path):
        return f"{root}/files{path}" if path.startswith(SYSTEMS_OWN) else resolve(path)

    environment = {"HOME": str(home), "PATH": str(programs)}
    with (
        mock.patch.dict(os.environ, environment, clear=True),
        mock.patch.object(sys, "platform", "darwin"),
        mock.patch.object(platform, "system", lambda: identity["system"]),
        mock.patch.object(platform, "release", lambda: identity["release"]),
        mock.patch.object(platform, "machine", lambda: identity["machine"]),
        mock.patch.object(platform, "python_version", lambda: identity["python"]),
        mock.patch("platformdirs.PlatformDirs", MacOS),
        mock.patch.object(folders, "resolve", on_the_mac),
        mock.patch.dict(calls.CALLS, own_calls),
        # other programs of the computer below listen on its ports
        mock.patch.object(web, "get", lambda *_source, **_network: Missing()),
    ):
        folders.all_folders.cache_clear()
        yield home
    folders.all_folders.cache_clear()


def _programs(answers: dict, folder: Path) -> None:
    """A script for each program that answered, which knows the arguments that it was recorded with."""
    cases: dict[str, list[str]] = {}
    for number, (key, answer) in enumerate(answers.items()):
        if key.startswith("command:") and answer["status"] == "text":
            name, _, arguments = key.removeprefix("command:").partition(" ")
            text = folder / f".{number}"
            text.write_text(answer["stdout"], encoding="utf-8")
            cases.setdefault(name, []).append(
                f"{shlex.quote(arguments)}) /bin/cat {shlex.quote(str(text))}; exit {answer['exit_code']};;"
            )
    for name, lines in cases.items():
        body = "\n".join(
            [
                "#!/bin/sh",
                'case "$*" in',
                *lines,
                "esac",
                'echo "not recorded: $0 $*" >&2',
                "exit 64",
            ]
        )
        (folder / name).write_text(body, encoding="utf-8")
        (folder / name).chmod(0o755)


def _library_calls(answers: dict) -> dict:
    """What a library tells about the computer that this runs on is told by the recording instead."""

    def answer(key):
        recorded = answers.get(key, {"status": "missing"})
        if recorded["status"] != "text":
            raise NotImplementedError(key)
        return json.loads(recorded["text"])

    return {name: lambda key=f"call:{name}": answer(key) for name in LIBRARIES}
