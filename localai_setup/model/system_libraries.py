"""Shared libraries of the system that engines load, and the package that holds each, by distribution.

The names are those that the loader searches for (ELF `DT_NEEDED`, a DLL's import table). Packages: the
distributions' own package lists (packages.debian.org, packages.fedoraproject.org, archlinux.org,
pkgs.alpinelinux.org, software.opensuse.org).
"""

from __future__ import annotations

from collections.abc import Iterable

OPENMP, CPLUSPLUS = "libgomp.so.1", "libstdc++.so.6"
#: Of Microsoft's C++ runtime; one installer brings them all.
MICROSOFT = ("MSVCP140.dll", "VCOMP140.DLL", "VCRUNTIME140.dll", "VCRUNTIME140_1.dll")
#: system, as Python names it → every library that a build of ours may need from it
KNOWN: dict[str, tuple[str, ...]] = {"Linux": (OPENMP, CPLUSPLUS), "Windows": MICROSOFT}

#: family → what installs a package there
INSTALL = {
    "debian": "sudo apt install",
    "rhel": "sudo dnf install",
    "suse": "sudo zypper install",
    "arch": "sudo pacman -S",
    "alpine": "sudo apk add",
}
#: library → family → its package
PACKAGES = {
    OPENMP: {
        "debian": "libgomp1",
        "rhel": "libgomp",
        "suse": "libgomp1",
        "arch": "gcc-libs",
        "alpine": "libgomp",
    },
    CPLUSPLUS: {
        "debian": "libstdc++6",
        "rhel": "libstdc++",
        "suse": "libstdc++6",
        "arch": "gcc-libs",
        "alpine": "libstdc++",
    },
}
MICROSOFT_COMMAND = "winget install Microsoft.VCRedist.2015+.x64"


def command(libraries: Iterable[str], family: str | None) -> str:
    """What installs these libraries, ready to be pasted; empty where nobody knows."""
    names = list(libraries)
    if names and all(name in MICROSOFT for name in names):
        return MICROSOFT_COMMAND
    packages = [PACKAGES.get(name, {}).get(family or "") for name in names]
    found = dict.fromkeys(one for one in packages if one)
    if not found or None in packages or family not in INSTALL:
        return ""
    return f"{INSTALL[family]} {' '.join(found)}"
