"""What is pushed to machines that have no network: packages in one file, and models as they are."""

from __future__ import annotations

import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ...model.errors import Exit, LocalaiError


@dataclass(frozen=True)
class Pushed:
    """Absolute paths on this computer; empty where nothing is pushed."""

    wheels: str = ""
    models: tuple[str, ...] = ()


@contextmanager
def packed(folder: Path | None) -> Iterator[Pushed]:
    """`wheels/*.whl` and `models/*.gguf` of the folder, for as long as the context lasts.

    Raises:
        LocalaiError: neither is there.

    """
    if folder is None:
        yield Pushed()
        return
    wheels = sorted((folder / "wheels").glob("*.whl"))
    models = tuple(str(one.resolve()) for one in sorted((folder / "models").glob("*.gguf")))
    if not (wheels or models):
        raise LocalaiError(
            f"There is nothing to push in {folder}.",
            "It must hold packages in `wheels` (*.whl) or models in `models` (*.gguf).",
            f"`pip wheel --wheel-dir {folder}/wheels localai-setup pip` fetches localai and what it needs.",
            Exit.USAGE,
        )
    with tempfile.TemporaryDirectory(prefix="localai-fleet-") as scratch:
        yield Pushed(_archive(wheels, Path(scratch)) if wheels else "", models)


def _archive(wheels: list[Path], scratch: Path) -> str:
    """The same bytes for the same wheels, so that nothing is sent a second time."""
    target = scratch / "wheels.tar"
    with tarfile.open(target, "w") as archive:
        for one in wheels:
            archive.add(one, one.name, filter=_without_dates)
    return str(target)


def _without_dates(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.mtime, member.uid, member.gid, member.mode = 0, 0, 0, 0o600
    member.uname = member.gname = ""
    return member
