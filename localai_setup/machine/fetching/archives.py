"""Engines that come as release archives: fetched, verified, unpacked and proved, or not there at all."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ...model.engine import ReleaseFile
from ...model.errors import LocalaiError
from ...model.progress import Progress, Report
from ..keeping import folders, growing, library_folders, patience
from ..keeping.writing import write_atomically
from ..running.processes import Done, Processes
from . import disk, told_sizes, transfer, unpacking

#: Written last: a folder without it was interrupted and is made again.
MARKER = "localai-complete"
#: Where releases are fetched from; a company's mirror has the same paths below its own address.
MIRROR_VARIABLE = "LOCALAI_RELEASES"
GITHUB = "https://github.com"
#: an unpacked archive beside its packed one, from those that were seen (2 to 3 times as large)
UNPACKED_RATIO = 4
LIST_SECONDS = 120.0
#: what llama.cpp calls the devices of a backend
DEVICES = {"cuda": "CUDA", "rocm": "ROCm", "vulkan": "Vulkan", "metal": "MTL", "sycl": "SYCL"}


def releases() -> str:
    """The address below which OWNER/NAME/releases/download/TAG/FILE lie."""
    return os.environ.get(MIRROR_VARIABLE, GITHUB).rstrip("/")


@dataclass(frozen=True)
class Archives:
    """Engines below `<data>/engines`, by the name of their build. `offline` forbids fetching."""

    processes: Processes
    offline: bool = False

    def folder(self, name: str) -> Path:
        return folders.folder("data") / "engines" / name

    def program(self, name: str) -> tuple[str, ...]:
        """The command line of this build's server, one word."""
        suffix = ".exe" if sys.platform == "win32" else ""
        return (str(self.folder(name) / f"llama-server{suffix}"),)

    def is_complete(self, name: str, files: Sequence[ReleaseFile]) -> bool:
        """Whether it was finished with these very archives, and its server is there."""
        try:
            marked = (self.folder(name) / MARKER).read_text(encoding="utf-8") == mark(files)
        except (OSError, UnicodeDecodeError):
            return False
        return marked and Path(self.program(name)[0]).is_file()

    def install(
        self, name: str, backend: str, files: Sequence[ReleaseFile], report: Report
    ) -> None:
        """Make it from nothing; what was there under this name before is removed.

        Raises:
            LocalaiError: an archive cannot be had, is another, holds what it must not, or its
                server does not see the device that this build is for.
            OSError: the disk is full, read-only or not ours.

        """
        self.remove(name)
        folder = self.folder(name)
        folder.mkdir(parents=True)
        packed = [fetched(one, report, offline=self.offline) for one in files]
        for one, path in zip(files, packed, strict=True):
            report(Progress(f"unpacking {one.file}"))
            unpacking.unpack(path, folder)
        self._prove(name, backend)
        write_atomically(folder / MARKER, mark(files).encode())
        for path in packed:
            patience.unlink(path)

    def remove(self, name: str) -> None:
        growing.remove(self.folder(name), MARKER)

    def _prove(self, name: str, backend: str) -> None:
        """Without its runtime libraries a GPU build computes on the processor and says nothing."""
        program = self.program(name)
        try:
            listed = self.processes.run(
                [*program, "--list-devices"], LIST_SECONDS, library_folders.environment()
            )
        except OSError as error:
            listed = Done(127, "", error.strerror or str(error))
        if listed.exit_code:
            raise LocalaiError(
                f"The engine {name} does not start here: {listed.last_words}.",
                "Nothing else was fetched yet.",
                "`localai explain FILE` reads a longer log; `--engine llama.cpp` takes a `llama-server` that is on PATH.",
            )
        sign = DEVICES.get(backend)
        if sign and not _names_device(listed.stdout + listed.stderr, sign):
            raise LocalaiError(
                f"The engine {name} starts, but sees no {sign} device.",
                f"It would compute on the processor without a word. It said: {listed.last_words}",
                _hint(backend),
            )


def fetched(file: ReleaseFile, report: Report, *, offline: bool) -> Path:
    """The archive on this disk, with the very bytes that were pinned.

    Raises:
        LocalaiError: it cannot be had, is another, or the disk is too small.

    """
    target = folders.folder("cache") / "releases" / f"{file.sha256[:12]}-{file.file}"
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        # only a file whose hash was right is ever given this name
        return target
    if offline:
        raise LocalaiError(
            f"{file.file} is not on this computer, and --offline forbids fetching it.",
            hint="Run the same command without --offline.",
        )
    request = _request(file, target)
    if not request.bytes:
        request = replace(request, bytes=told_sizes.of(request))
    why = f"{file.file} is {request.bytes / 1e9:.1f} GB and grows when it is unpacked."
    disk.require(target.parent, request.bytes * (1 + UNPACKED_RATIO), why)
    transfer.fetch(request, report)
    return target


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


def mark(files: Sequence[ReleaseFile]) -> str:
    return "".join(f"{one.sha256}  {one.file}\n" for one in files)


def _request(file: ReleaseFile, target: Path) -> transfer.FileRequest:
    url = f"{releases()}/{file.repository}/releases/download/{file.tag}/{file.file}"
    part = target.with_name(target.name + ".part")
    return transfer.FileRequest(
        file.file, url, file.bytes, file.sha256, part, target, releases(), refusals=REFUSALS
    )


#: HTTP status → (what it means, what to do)
REFUSALS = {
    401: ("it asks for a login", f"Check the mirror that {MIRROR_VARIABLE} names."),
    403: ("it refuses", f"A company's mirror can be named with {MIRROR_VARIABLE}."),
    404: ("it is not there", f"Name a mirror that has it with {MIRROR_VARIABLE}, or update localai."),
}  # fmt: skip
