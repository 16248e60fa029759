"""What a release must hold before anybody can install it. `python .ci/check_release.py DIST [TAG]`"""

from __future__ import annotations

import re
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "localai_setup"
SHIPPED, COMPILED = f"{PACKAGE}/recipes/shipped", f"{PACKAGE}/data/problems.json"
#: what may lie among the recipes: they themselves, and lists of packages with their hashes
DATA = (".yaml", ".txt")
MANUAL = "share/man/man1"
#: A wheel of text; something large has slipped in.
MAX_WHEEL_BYTES = 5 * 1024 * 1024


def version() -> str:
    """The project's own version."""
    text = (ROOT / PACKAGE / "__init__.py").read_text("utf-8")
    return re.search(r'__version__ = "([^"]+)"', text)[1]


def expected() -> set[str]:
    """The names that the wheel must hold: every file of the package, the recipes (and
    what lies among them) inside it, the man pages, and in place of the problem pages the one file that the build compiles of them.
    """
    pages = set((ROOT / PACKAGE / "problems").glob("*/*.yaml"))
    own = (path for path in (ROOT / PACKAGE).rglob("*") if path.is_file() and path not in pages)
    files = {path.relative_to(ROOT).as_posix() for path in own if "__pycache__" not in path.parts}
    recipes = (path for path in (ROOT / "recipes").rglob("*") if path.suffix in DATA)
    shipped = {f"{SHIPPED}/{path.relative_to(ROOT / 'recipes').as_posix()}" for path in recipes}
    manual = {f"{MANUAL}/{path.name}" for path in (ROOT / "docs" / "man").glob("*.1")}
    data = {f"{PACKAGE}-{version()}.data/data/{name}" for name in manual}
    return files | shipped | data | ({COMPILED} if pages else set())


def wheel_faults(wheel: Path) -> list[str]:
    """What is missing in the wheel, or should not be in it."""
    names = set(zipfile.ZipFile(wheel).namelist())
    information = {name for name in names if re.match(rf"{PACKAGE}-[^/]+\.dist-info/", name)}
    faults = [f"{name} is missing" for name in sorted(expected() - names)]
    faults += [f"{name} does not belong in it" for name in sorted(names - information - expected())]
    for needed in ("METADATA", "entry_points.txt", "licenses/LICENSE"):
        if not any(name.endswith(f".dist-info/{needed}") for name in information):
            faults.append(f"its {needed} is missing")
    if wheel.stat().st_size > MAX_WHEEL_BYTES:
        faults.append(f"it has {wheel.stat().st_size:,} bytes; {MAX_WHEEL_BYTES:,} is the most")
    return faults


def tag_faults(tag: str) -> list[str]:
    """Tag, version and changelog name the same release, and the changelog its day."""
    faults = [] if tag == f"v{version()}" else [f"the tag {tag} is not v{version()}"]
    heading = rf"^## {re.escape(version())} \(\d{{4}}-\d{{2}}-\d{{2}}\)$"
    if not re.search(heading, (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE):
        faults.append(f"CHANGELOG.md has no line `## {version()} (YYYY-MM-DD)`")
    return faults


def main(folder: str, tag: str = "") -> int:
    """0 where all is well, else 1; each fault on a line."""
    wheels, archives = sorted(Path(folder).glob("*.whl")), sorted(Path(folder).glob("*.tar.gz"))
    faults = tag_faults(tag) if tag else []
    if len(wheels) != 1 or len(archives) != 1:
        faults.append(
            f"{folder} holds {len(wheels)} wheels and {len(archives)} archives, not one each"
        )
    for wheel in wheels:
        if f"-{version()}-py3-none-any" not in wheel.name:
            faults.append(f"{wheel.name} is not of version {version()} for every system")
        faults += [f"{wheel.name}: {fault}" for fault in wheel_faults(wheel)]
    print("\n".join(faults) or f"{version()} is ready")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
