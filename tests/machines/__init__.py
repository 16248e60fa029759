"""Whole recordings of machines that people have, and what `doctor` and `plan` say on them.

Each folder holds `recording.json`, and beside it the accepted `doctor.txt` and `plan.txt`, which
`python -m tests.accept` writes anew. The recordings are made up from the vendors' data sheets and the
formats that the programs print; `synthetic` and `note` in them say so.
"""

from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).parent
#: Recordings that other people made are judged too where a checkout lies beside them.
OTHERS = FOLDER.parents[2] / "shared" / "captures" / "machines"


def own() -> list[Path]:
    """The recordings of this repository."""
    return sorted(FOLDER.glob("*/recording.json"))


def recordings() -> list[Path]:
    """All recordings that are at hand."""
    return [*own(), *sorted(OTHERS.glob("*.json*"))]


def name(recording: Path) -> str:
    """What a machine is called in tables."""
    own = recording.name == "recording.json"
    return (
        recording.parent.name if own else recording.name.removesuffix(".gz").removesuffix(".json")
    )
