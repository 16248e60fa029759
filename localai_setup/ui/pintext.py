"""Whether the pins of recipes hold, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ..model.pin import PinCheck
from . import console

_NEWEST = {
    "same": "with the same file",
    "other": "with another file of this name",
    "gone": "without this file",
    "unknown": "and does not tell its hash",
}


def show(hub: str, checks: Sequence[PinCheck], elsewhere: int, *, verbose: bool) -> None:
    console.show("\n".join(lines(hub, checks, elsewhere, verbose=verbose)))


def lines(hub: str, checks: Sequence[PinCheck], elsewhere: int, *, verbose: bool) -> list[str]:
    """What is wrong first, then what has moved on, then the count; with `verbose` every file."""
    wrong = [one for one in checks if one.state != "holds"]
    moved = [one for one in checks if one.state == "holds" and one.newest_revision]
    rest = [one for one in checks if one.state == "holds" and not one.newest_revision]
    files = [*wrong, *moved, *(rest if verbose else ())]
    return [*map(_line, files), *_summary(hub, checks, elsewhere)]


def _summary(hub: str, checks: Sequence[PinCheck], elsewhere: int) -> list[str]:
    """The last lines; `elsewhere` counts files that come from the package index alone."""
    states = Counter(one.state for one in checks)
    words = [f"{states[name]} {_COUNTED[name]}" for name in _COUNTED if states[name]]
    newer = sum(bool(one.newest_revision) for one in checks)
    counted = f"{', '.join(words)}; {newer} with a newer revision."
    summary = [f"{len(checks)} pinned files at {hub}: {counted}"] if checks else []
    if elsewhere:
        summary.append(f"{elsewhere} from the package index alone: not asked for here.")
    return summary


_COUNTED = {"holds": "hold", "gone": "gone", "altered": "altered", "unknown": "not known"}


def _line(one: PinCheck) -> str:
    state = f"{one.state}: {one.why}" if one.why else one.state
    newer = (
        f"; {one.pin.repository} is at {one.newest_revision[:7]} now, {_NEWEST[one.newest_file]}"
        if one.newest_revision
        else ""
    )
    return f"{one.pin.model}  {one.pin.file}  {state}{newer}"
