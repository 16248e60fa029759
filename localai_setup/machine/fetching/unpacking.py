"""Release archives, unpacked with suspicion: plain files below one folder, and nothing else."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import ModuleType
from typing import IO

from ...model.errors import LocalaiError
from ..keeping import patience, plain_files

#: the largest archive of llama.cpp holds about 3 GB in some 200 files
MOST_BYTES = 16 * 1024**3
MOST_FILES = 5000
PIECE_BYTES = 1024 * 1024
#: How a Zstandard frame begins (RFC 8878).
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"


@dataclass(frozen=True)
class Member:
    """One entry. `link` is the name of the file beside it that it stands for, "" for a real file."""

    name: str
    bytes: int
    runs: bool = False
    link: str = ""


def unpack(archive: Path, folder: Path) -> None:
    """Put the files of a `.tar.gz`, `.tar.zst` or `.zip` into `folder`, without its own top folder.

    Raises:
        LocalaiError: it cannot be read, is too large, or an entry points elsewhere.

    """
    try:
        if zipfile.is_zipfile(archive):
            with zipfile.ZipFile(archive) as packed:
                _put_all(archive, _of_zip(archive, packed), folder)
        else:
            with _opened_tar(archive) as tar:
                _put_all(archive, _of_tar(archive, tar), folder)
    except (tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise _refused(archive, f"it cannot be read ({error})") from None


@contextmanager
def _opened_tar(archive: Path) -> Iterator[tarfile.TarFile]:
    with plain_files.opened(archive) as file:
        is_zstd = file.read(len(ZSTD_MAGIC)) == ZSTD_MAGIC
    if not is_zstd:
        with tarfile.open(archive, "r:gz") as tar:
            yield tar
        return
    zstd = _zstd()
    try:
        # read once from the start to the end: whoever seeks in it unpacks it again
        with zstd.ZstdFile(archive) as stream, tarfile.open(fileobj=stream, mode="r|") as tar:
            yield tar
    except zstd.ZstdError as error:
        raise tarfile.ReadError(str(error)) from None


def _zstd() -> ModuleType:
    """Python has had it since 3.14."""
    if sys.version_info >= (3, 14):
        from compression import zstd

        return zstd
    from backports import zstd as backport

    return backport


Entries = Iterator[tuple[Member, IO[bytes] | None]]


def _of_tar(archive: Path, tar: tarfile.TarFile) -> Entries:
    for one in tar:
        if one.isdir():
            continue
        if one.issym():
            yield Member(one.name, 0, link=one.linkname), None
        elif one.isfile():
            yield Member(one.name, one.size, runs=bool(one.mode & 0o100)), tar.extractfile(one)
        else:
            raise _refused(archive, f"{one.name} is neither a file nor a folder")


def _of_zip(archive: Path, packed: zipfile.ZipFile) -> Entries:
    for one in packed.infolist():
        mode = one.external_attr >> 16
        if one.is_dir():
            continue
        if mode and not stat.S_ISREG(mode) and stat.S_IFMT(mode):
            raise _refused(archive, f"{one.filename} is neither a file nor a folder")
        with packed.open(one) as source:
            yield Member(one.filename, one.file_size, runs=bool(mode & 0o100)), source


def _put_all(archive: Path, entries: Entries, folder: Path) -> None:
    count, size = 0, 0
    links: list[tuple[Path, str]] = []
    for member, source in entries:
        count, size = count + 1, size + member.bytes
        if count > MOST_FILES or size > MOST_BYTES:
            raise _refused(archive, "it holds far more than an engine does")
        target = folder.joinpath(*_below(archive, member.name))
        target.parent.mkdir(parents=True, exist_ok=True)
        if source is None:
            links.append((target, _neighbour(archive, member)))
        else:
            _write(source, target, member)
    _link_all(archive, links)


def _below(archive: Path, name: str) -> tuple[str, ...]:
    """The parts of a name below the archive's own top folder; only plain ones."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if any(one in ("..", "/") or ":" in one or "\0" in one for one in parts) or not parts:
        raise _refused(archive, f"{name!r} points out of its folder")
    return parts[1:] if len(parts) > 1 and "llama-" in parts[0] else parts


def _neighbour(archive: Path, member: Member) -> str:
    """Libraries carry their versions as links to the file beside them; no other link is taken."""
    if "/" in member.link or "\\" in member.link or member.link in ("", ".", ".."):
        raise _refused(archive, f"{member.name} is a link to {member.link!r}")
    return member.link


def _write(source: IO[bytes], target: Path, member: Member) -> None:
    """No more than the entry's own size; never through a link that stands there already."""
    if target.is_symlink():
        patience.unlink(target)
    left = member.bytes
    with target.open("wb") as out:
        while left and (piece := source.read(min(left, PIECE_BYTES))):
            out.write(piece)
            left -= len(piece)
    os.chmod(target, 0o755 if member.runs else 0o644)


def _link_all(archive: Path, links: list[tuple[Path, str]]) -> None:
    """Second names of the files that the links stand for, so that nothing can be led elsewhere later.

    Where the file system has none they are copies; CUDA's libraries have hundreds of megabytes.
    """
    waiting = list(links)
    while waiting:
        ready = [(t, n) for t, n in waiting if t.with_name(n).is_file()]
        if not ready:
            raise _refused(archive, f"{waiting[0][0].name} is a link to a file that is not in it")
        for target, name in ready:
            _second_name(target.with_name(name), target)
        waiting = [one for one in waiting if one not in ready]


def _second_name(file: Path, target: Path) -> None:
    patience.unlink(target)
    try:
        os.link(file, target)
    except OSError:
        shutil.copy2(file, target)


def _refused(archive: Path, why: str) -> LocalaiError:
    return LocalaiError(
        f"The archive {archive.name} is not unpacked: {why}.",
        "An engine's archive holds plain files below one folder.",
        "Nothing was changed. Report it, with the address it came from.",
    )
