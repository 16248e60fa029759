"""Ollama's models folder: `blobs/sha256-HEX` and `manifests/HOST/NAMESPACE/MODEL/TAG`.

Ollama verifies nothing after a pull and writes manifests in place; here every file is written beside
its place and moved there, and a blob counts only when its hash was taken.
"""

from __future__ import annotations

import os
import stat
import sys
import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ..keeping import linking, model_files, patience, plain_files, verified
from ..keeping.linking import NoLinkError
from ..keeping.writing import write_atomically
from . import manifests
from .manifests import DamagedManifestError, Layer, Manifest
from .names import ModelName

#: Readable by a service of another user, as Ollama's own files are.
MODE = 0o644
#: Smaller ones are hashed whenever they are asked for.
SMALL_BYTES = 1024 * 1024
#: how deep below `manifests` a manifest lies
MANIFEST_LEVELS = 4


@dataclass(frozen=True)
class Store:
    """One models folder, by its absolute path."""

    folder: Path

    @property
    def blobs(self) -> Path:
        return self.folder / "blobs"

    def blob(self, sha256: str) -> Path:
        return self.blobs / f"sha256-{sha256}"

    def manifest_path(self, name: ModelName) -> Path:
        return self.folder / "manifests" / name.file

    def is_readable(self) -> bool:
        """Whether blobs and manifests can be looked at: those of a service may be its user's alone."""
        return os.access(self.folder / "manifests", os.R_OK | os.X_OK) and os.access(
            self.blobs, os.R_OK | os.X_OK
        )

    def is_writable(self) -> bool:
        """Whether a file can be made there, tried by making one."""
        try:
            self.blobs.mkdir(parents=True, exist_ok=True)
            (self.folder / "manifests").mkdir(exist_ok=True)
            with tempfile.TemporaryFile(dir=self.blobs):
                return os.access(self.folder / "manifests", os.W_OK)
        except OSError:
            return False

    def manifest(self, name: ModelName) -> Manifest | None:
        """The manifest of a model; None where there is none.

        Raises:
            DamagedManifestError: it is empty or broken.
            OSError: it cannot be read.

        """
        try:
            return manifests.read(plain_files.read_bytes(self.manifest_path(name)))
        except (FileNotFoundError, NotADirectoryError):
            return None

    def all_manifests(self) -> Iterator[tuple[Path, Manifest]]:
        """Those that can be read, with their files."""
        for path in sorted((self.folder / "manifests").glob("*/*/*/*")):
            with suppress(OSError, DamagedManifestError):
                if path.is_file():
                    yield path, manifests.read(plain_files.read_bytes(path))

    def sound(self, layer: Layer, seen: Callable[[int], None] = lambda _: None) -> bool:
        """Whether the bytes of a blob are those of its name; read again only where they were touched.

        Its size decides nothing: registries declare wrong ones.
        """
        path = self.blob(layer.sha256)
        try:
            if verified.knows(path, layer.sha256):
                return True
            good = model_files.sha256_of(path, seen) == layer.sha256
            if good and path.stat().st_size >= SMALL_BYTES:
                verified.remember(path, layer.sha256)
        except OSError:
            return False
        return good

    def unsound(
        self, files: Sequence[Layer], seen: Callable[[int], None] = lambda _: None
    ) -> tuple[Layer, ...]:
        """Those that are missing or damaged."""
        return tuple(one for one in files if not self.sound(one, seen))

    def present(self, layer: Layer) -> int:
        """Bytes of a blob that take up the disk already; one that still arrives is a sparse file."""
        for path in (self.blob(layer.sha256), Path(f"{self.blob(layer.sha256)}-partial")):
            with suppress(OSError):
                found = path.stat()
                return min(found.st_size, getattr(found, "st_blocks", 0) * 512)
        return 0

    def discard(self, layer: Layer) -> bool:
        """Remove a damaged blob, so that it is fetched again; whether there was one.

        Raises:
            OSError: the folder is not ours to write to.

        """
        blob = self.blob(layer.sha256)
        there = blob.exists()
        patience.unlink(blob)
        return there

    def write(self, content: bytes) -> None:
        """A small blob, under its hash.

        Raises:
            OSError: the disk is full, or the folder not ours to write to.

        """
        path = self.blob(manifests.digest_of(content)[7:])
        write_atomically(path, content, MODE)
        self._give_to_owner(path)

    def link(self, file: Path, layer: Layer, *, symbolic: bool) -> linking.Way:
        """Give a verified file a second name among the blobs; the file itself stays as it is.

        Raises:
            NoLinkError: no kind of link can be made there, or the folder's owner could not read it.

        """
        self.blobs.mkdir(parents=True, exist_ok=True)
        if not self._owner_reads(file):
            raise NoLinkError(0, "who owns the models folder may not read it", str(file))
        return linking.link(file, self.blob(layer.sha256), symbolic=symbolic)

    def _owner_reads(self, file: Path) -> bool:
        """Whether the rights on a file let the server read it, which runs as the folder's owner."""
        found, owner = file.stat(), self.blobs.stat().st_uid
        return owner in (0, found.st_uid) or bool(found.st_mode & stat.S_IROTH)

    def _give_to_owner(self, path: Path) -> None:
        """What root writes into the folder of a service's user belongs to that user, folders included."""
        if sys.platform == "win32" or os.geteuid():
            return
        owner = self.folder.stat()
        with suppress(OSError):
            while path != self.folder:
                os.chown(path, owner.st_uid, owner.st_gid)
                path = path.parent

    def write_manifest(self, name: ModelName, manifest: Manifest) -> None:
        """Last of all: from now on there is a model of this name.

        Raises:
            OSError: as `write`.

        """
        path = self.manifest_path(name)
        write_atomically(path, manifest.document(), MODE)
        self._give_to_owner(path)

    def remove(self, name: ModelName) -> bool:
        """Remove one model, and the blobs that no other one names; whether there was one.

        Raises:
            OSError: as `write`.

        """
        path = self.manifest_path(name)
        try:
            files = manifests.read(plain_files.read_bytes(path)).files
        except DamagedManifestError:
            files = ()
        except (FileNotFoundError, NotADirectoryError):
            return False
        patience.unlink(path)
        self._remove_empty_folders(path.parent)
        self.drop_unnamed(files, ())
        return True

    def drop_unnamed(self, files: Sequence[Layer], stay: Collection[str]) -> None:
        """Of these files those that no model names any more; the hashes `stay` stay. All do where a manifest
        cannot be read: it may name them. Ollama holds it likewise, and clears them away at a later start.

        Raises:
            OSError: as `write`.

        """
        used = self._named()
        if used is None:
            return
        for one in files:
            if one.sha256 not in used and one.sha256 not in stay:
                patience.unlink(self.blob(one.sha256))

    def _named(self) -> set[str] | None:
        """The hashes of all files that models name; None where one of them cannot be read."""
        try:
            models = [
                manifests.read(plain_files.read_bytes(path)) for path in self._manifest_files()
            ]
        except (OSError, DamagedManifestError):
            return None
        return {layer.sha256 for model in models for layer in model.files}

    def _manifest_files(self) -> list[Path]:
        """HOST/NAMESPACE/MODEL/TAG, each of them.

        Raises:
            OSError: a folder above one cannot be listed, or a link leads nowhere.

        """
        found = [self.folder / "manifests"]
        for _ in range(MANIFEST_LEVELS):
            found = [one for folder in found if _is_folder(folder) for one in folder.iterdir()]
        # no tag begins with a dot: those are a system's own, or were being written
        return [one for one in found if one.name[0] != "." and not _is_folder(one)]

    def _remove_empty_folders(self, folder: Path) -> None:
        with suppress(OSError):
            while folder != self.folder / "manifests":
                folder.rmdir()
                folder = folder.parent


def _is_folder(path: Path) -> bool:
    """As `Path.is_dir`, which takes what nobody may look at for none.

    Raises:
        OSError: it cannot be looked at.

    """
    return stat.S_ISDIR(path.stat().st_mode)
