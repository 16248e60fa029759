"""Files that lie beside a person's own model and belong to it, as publishers name them."""

from __future__ import annotations

from pathlib import Path

from ...fit.gguf import Header
from ...model.errors import LocalaiError
from .gguf_file import read_header

PROJECTOR = "mmproj"
#: more files with such a name in one folder are not looked at
MOST_FILES = 32


def projector(weights: Path, hidden: int) -> Path | None:
    """The projector by which the model understands pictures; None where there is none.

    Of several the one for vectors of `hidden` numbers, then the one whose name is most like the
    model's, then the smallest. The engine has the last word: it refuses one of another model.
    """
    found = [path for path in _named(weights, PROJECTOR) if _is_projector(_header(path))]
    return min(found, key=lambda path: _distance(path, weights, hidden), default=None)


def _named(weights: Path, word: str) -> list[Path]:
    files = sorted(weights.parent.glob("*.gguf"))
    return [path for path in files if word in path.name.lower() and path != weights][:MOST_FILES]


def _header(path: Path) -> Header | None:
    try:
        return read_header(path)
    except LocalaiError:
        return None


def _is_projector(header: Header | None) -> bool:
    return header is not None and header.metadata.get("general.architecture") == "clip"


def _distance(path: Path, weights: Path, hidden: int) -> tuple[bool, int, int]:
    header = _header(path)
    width = header.metadata.get("clip.vision.projection_dim") if header else None
    alike = len(_words(path) & _words(weights))
    return width != hidden, -alike, path.stat().st_size


def _words(path: Path) -> set[str]:
    return set(path.stem.lower().replace("_", "-").replace(".", "-").split("-"))
