"""Write the generated pages (`python docs/generate.py`), or tell which are stale (`--check`)."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

DOCS = Path(__file__).parent


def pages() -> dict[Path, str]:
    """Path → text of every generated page, from each module of `generators/`."""
    sys.path[:0] = [str(DOCS), str(DOCS.parent)]
    names = sorted(path.stem for path in (DOCS / "generators").glob("[a-z]*.py"))
    modules = [importlib.import_module(f"generators.{name}") for name in names]
    return {DOCS / path: text for module in modules for path, text in module.pages().items()}


def main() -> int:
    requested = pages()
    stale = [p for p, t in requested.items() if not p.exists() or p.read_text("utf-8") != t]
    if "--check" in sys.argv:
        print("\n".join(f"stale: {path}" for path in stale) or "all pages are fresh")
        return int(bool(stale))
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(requested[path], encoding="utf-8")
    print(f"{len(stale)} pages written")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
