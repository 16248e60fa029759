"""Which control groups are our own: from the root of the hierarchy down to the one we run in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..model.reading import Readings
from ..model.source import Like

OWN = "file:/proc/self/cgroup"
CPUSET = "file:/proc/self/cpuset"
MOUNTS = "file:/proc/mounts"
#: where distributions mount the hierarchies
ROOTS = (
    "/sys/fs/cgroup",
    "/sys/fs/cgroup/unified",
    "/sys/fs/cgroup/memory",
    "/sys/fs/cgroup/cpuset",
)

#: how deep below a hierarchy's root a recording may hold a group's files
DEPTH = 12


def recorded(name: str) -> tuple[Like, ...]:
    """A file of any group, wherever the hierarchy is mounted: asked of recordings only."""
    return tuple(Like(f"file:/{'*/' * depth}{name}") for depth in range(1, DEPTH))


def groups(readings: Readings) -> list[tuple[str, str]]:
    """(controllers, path) of our own group in each hierarchy; version 2 has no controllers."""
    found = []
    for line in (readings.text(OWN) or "").splitlines():
        parts = line.strip().split(":", 2)
        if len(parts) == 3 and ".." not in parts[2] and "*" not in parts[2]:  # noqa: PLR2004
            found.append((parts[1], parts[2]))
    own = (readings.text(CPUSET) or "").strip()
    return [*found, ("cpuset", own)] if own.startswith("/") and ".." not in own else found


def upwards(path: str) -> Iterator[str]:
    """`/a/b` → `/a/b`, `/a`; the root is not among them."""
    parts = [part for part in path.split("/") if part]
    yield from ("/" + "/".join(parts[:count]) for count in range(len(parts), 0, -1))


def is_own(readings: Readings, key: str) -> bool:
    """Whether a file of a group is of ours, of one above it, or of the root. Not told: it is."""
    own = {group for _, path in groups(readings) for group in upwards(path)}
    folder = key.removeprefix("file:").rpartition("/")[0]
    mounted = re.findall(r"(?m)^\S+ (\S+) cgroup2? ", readings.text(MOUNTS) or "")
    if not own or folder in ROOTS or folder in mounted:
        return True
    return any(folder.endswith(group) for group in own)
