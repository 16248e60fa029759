"""One report of many recordings, or of what `doctor --json` printed on many machines."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from .. import __version__
from ..fleet import allowed, gathering
from ..fleet.answers import Answer
from ..model.errors import Exit, LocalaiError
from ..model.policy import Policy
from . import _fleet_judging, _fleet_report
from ._options import Options

ENDINGS = (".json", ".json.gz")
#: fewer files than these are judged here: to start another process takes as long
FEW = 20
#: files that a process takes at a time
AT_ONCE = 8


@dataclass(frozen=True)
class FilesRequest:
    """The flags. `places` are files and folders, `use` what the models are for."""

    places: tuple[Path, ...]
    use: str | None = None
    policy: Path | None = None
    html: Path | None = None


def fleet_report(options: Options, request: FilesRequest) -> Exit:
    """Judge each file as the machine that it answers for, and report."""
    policy = _fleet_report.policy(request.policy)
    files = _machines(request.places)
    if not files:
        raise LocalaiError(
            f"There are no recordings in {', '.join(map(str, request.places))}.",
            "A recording is a file that `localai record FILE` wrote; `localai doctor --json > FILE` serves too.",
            "Name a folder that holds some; they end in .json or .json.gz.",
            Exit.USAGE,
        )
    about = gathering.About("report", __version__, _fleet_report.now())
    found = _judged(files, request.use, policy)
    return _fleet_report.show(options, gathering.report(found, about), request.html)


def _machines(places: Sequence[Path]) -> dict[str, Path]:
    """By their names. Two files of one name are two machines, and get their paths for names; a file that is
    named twice is one machine.
    """
    found = {os.path.abspath(path): (name, path) for name, path in _files(places)}
    often = Counter(name for name, _ in found.values())
    return {name if often[name] == 1 else path.as_posix(): path for name, path in found.values()}


def _files(places: Sequence[Path]) -> Iterator[tuple[str, Path]]:
    """Name and file of each machine: the file's path below the folder that was named.

    Raises:
        LocalaiError: a place is not there.

    """
    for place in places:
        if not os.path.exists(place):
            raise _not_there(place)
        if not os.path.isdir(place):
            yield _name(Path(place.name)), place
            continue
        for file in sorted(place.rglob("*")):
            if file.name.endswith(ENDINGS) and file.is_file():
                yield _name(file.relative_to(place)), file


def _not_there(place: Path) -> LocalaiError:
    return LocalaiError(
        f"{place} is not there.",
        "Each place is a file of one machine, or a folder of such files.",
        "Look at the path.",
        Exit.USAGE,
    )


def _name(file: Path) -> str:
    """Without its ending; of a folder that holds a `recording.json`, the folder's."""
    stem = file.name.removesuffix(".gz").removesuffix(".json")
    is_inside = stem == "recording" and file.parent != Path()
    return (file.parent if is_inside else file.parent / stem).as_posix()


def _judged(files: dict[str, Path], use: str | None, policy: Policy | None) -> Iterator[Answer]:
    jobs = [_fleet_judging.Job(name, path, use) for name, path in files.items()]
    workers = min(os.cpu_count() or 1, len(jobs) // FEW)
    if workers < 2:  # noqa: PLR2004  one is this process
        yield from (allowed.judged(_fleet_judging.judge(one), policy) for one in jobs)
        return
    with ProcessPoolExecutor(workers) as pool:
        for answer in pool.map(_fleet_judging.judge, jobs, chunksize=AT_ONCE):
            yield allowed.judged(answer, policy)
