"""Where the problem pages lie: compiled in the wheel, as pages in a checkout, and the user's own."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from ... import __file__ as package_file
from ...model.known import KnownProblem, KnownProblems
from . import compiled_pages, folders, plain_files

PACKAGE = Path(package_file).parent
#: made when the wheel is built; a checkout has the pages instead
COMPILED = PACKAGE / "data" / "problems.json"
PAGES = PACKAGE / "problems"
#: what is larger is no page, and reading it could take for ever
MAX_PAGE_BYTES = 1024**2


@cache
def known_problems() -> KnownProblems:
    """All problems that localai ships, and those of the user's own pages."""
    own = list(_own_pages())
    if not own:
        return KnownProblems(shipped_problems())
    from ...problems.adding import with_own_pages

    return with_own_pages(shipped_problems(), own)


def shipped_problems() -> dict[str, KnownProblem]:
    """Those of localai itself, by id."""
    if not COMPILED.is_file():
        return compiled_pages.problems(PAGES)
    from ...problems.compiled import loaded

    return loaded(COMPILED.read_text(encoding="utf-8"))


def own_folder() -> Path:
    return folders.folder("config") / "problems"


def _own_pages() -> Iterator[tuple[str, str]]:
    """(path, text) of each page in the config folder; an unreadable one is an empty text."""
    for path in sorted(own_folder().rglob("*.yaml")):
        yield str(path), _text(path)


def _text(path: Path) -> str:
    try:
        if path.is_file() and path.stat().st_size <= MAX_PAGE_BYTES:
            return plain_files.read_text(path, errors="replace")
    except OSError:
        pass
    return ""
