"""localai's folder can be written to.

Why: nothing can be set up, saved or repaired on a disk that takes no writes.
"""

from __future__ import annotations

from ...model.finding import Evidence, Fix, Problem, Symptom, Where
from ...probes.setup import SetUpState

PROBLEM = Problem(
    title="localai's folder lies on a disk that takes no writes.",
    seen="`Read-only file system`, whatever is tried.",
    why="The disk was mounted for reading only. Linux does that by itself where a disk has errors.",
    fixes=(
        Fix(
            "See whether the kernel found errors on the disk; then save what is on it first.",
            ("sudo dmesg | grep -iE 'i/o error|remount|ext4|btrfs'",),
            needs_root=True,
            where=Where(systems=("linux",)),
        ),
        Fix(
            "Or keep localai's things on a disk that can be written to (/mnt/other stands for it; write the first line into ~/.profile).",
            ("export LOCALAI_HOME=/mnt/other/localai", "localai init"),
            proof="localai doctor --only setup-folder-read-only",
            where=Where(systems=("linux", "macos")),
        ),
        Fix(
            "Keep localai's things on another drive (D: stands for it), open a new terminal, and run localai init.",
            ("setx LOCALAI_HOME D:\\localai",),
            proof="localai doctor --only setup-folder-read-only",
            where=Where(systems=("windows",)),
        ),
    ),
)


def check(setup: SetUpState) -> Symptom | None:
    disk = setup.examined.disk
    if disk.writable is not False:
        return None
    what = f"{disk.folder} lies on a file system that is mounted read-only."
    return Symptom(what, (Evidence("call:localai.examine", "read-only"),), 0.95)
