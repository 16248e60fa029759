"""Release archives: fetched, verified and unpacked into a folder of their own, or not there at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from ...model.engine import ReleaseFile
from ...model.errors import LocalaiError
from ...model.progress import Progress, Report
from ...model.sizes import size_words
from ..keeping import folders, growing, patience, plain_files
from ..keeping.writing import write_atomically
from . import addresses, disk, stated_sizes, transfer, unpacking
from .addresses import RELEASES_VARIABLE
from .pace import Pace

#: Written last: a folder without it was interrupted and is made again.
MARKER = "localai-complete"
#: an unpacked archive beside its packed one, from those that were seen (2 to 3 times as large)
UNPACKED_RATIO = 4


def folder(name: str) -> Path:
    """Where a build of this name lies."""
    return folders.folder("data") / "engines" / name


def is_finished(name: str, files: Sequence[ReleaseFile]) -> bool:
    """Whether it was made to the end with these very archives."""
    try:
        return plain_files.read_text(folder(name) / MARKER) == _mark(files)
    except (OSError, UnicodeDecodeError):
        return False


def install(
    name: str,
    files: Sequence[ReleaseFile],
    report: Report,
    prove: Callable[[], None],
    pace: Pace,
    *,
    offline: bool,
) -> None:
    """Make it from nothing; what was there under this name before is removed. `prove` raises where what
    was unpacked does not work; nothing of it stays then. Else the packed files go, and the folder counts.

    Raises:
        LocalaiError: an archive cannot be had, is another, or holds what it must not.
        OSError: the disk is full, read-only or not ours.

    """
    remove(name)
    folder(name).mkdir(parents=True)
    try:
        packed = [fetched(one, report, pace, offline=offline) for one in files]
        for one, path in zip(files, packed, strict=True):
            report(Progress(f"unpacking {one.file}"))
            unpacking.unpack(path, folder(name))
        prove()
    except BaseException:
        remove(name)
        raise
    write_atomically(folder(name) / MARKER, _mark(files).encode())
    for path in packed:
        patience.unlink(path)


def remove(name: str) -> None:
    growing.remove(folder(name), MARKER)


def fetched(file: ReleaseFile, report: Report, pace: Pace, *, offline: bool) -> Path:
    """The archive on this disk, with the very bytes that were pinned.

    Raises:
        LocalaiError: it cannot be had, is another, or the disk is too small.

    """
    target = _packed(file)
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
        request = replace(request, bytes=stated_sizes.of(request))
    why = f"{file.file} is {size_words(request.bytes)} and grows when it is unpacked."
    disk.require(target.parent, request.bytes * (1 + UNPACKED_RATIO), why)
    transfer.fetch(request, report, pace)
    return target


def forget_packed(file: ReleaseFile) -> None:
    patience.unlink(_packed(file))


def _packed(file: ReleaseFile) -> Path:
    return folders.hashed(folders.folder("cache") / "releases", file.sha256, file.file)


def _mark(files: Sequence[ReleaseFile]) -> str:
    return "".join(f"{one.sha256}  {one.file}\n" for one in files)


def _request(file: ReleaseFile, target: Path) -> transfer.FileRequest:
    url = f"{addresses.releases()}/{file.repository}/releases/download/{file.tag}/{file.file}"
    part = target.with_name(target.name + ".part")
    return transfer.FileRequest(
        file.file,
        url,
        file.bytes,
        file.sha256,
        part,
        target,
        addresses.releases(),
        refusals=REFUSALS,
    )


#: HTTP status → (what it means, what to do)
REFUSALS = {
    401: ("it asks for a login", f"Check the mirror that {RELEASES_VARIABLE} names."),
    403: ("it refuses", f"A company's mirror can be named with {RELEASES_VARIABLE}."),
    404: ("it is not there", f"Name a mirror that has it with {RELEASES_VARIABLE}, or update localai."),
}  # fmt: skip
