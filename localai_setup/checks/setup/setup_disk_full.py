"""The disk of localai's folder has room.

Why: on a full disk nothing can be saved, a download stops half-way, and the server cannot write its
log.
"""

from __future__ import annotations

from ...model.finding import Evidence, Fix, Problem, Symptom, Where
from ...probes.setup import SetUpState

#: A saved set-up, a log and an update of the engine fit into this.
LITTLE_MIB = 512
#: Less than this and even small files fail.
NOTHING_MIB = 32

PROBLEM = Problem(
    title="The disk of localai's folder is full.",
    seen="Downloads and updates fail; `No space left on device`.",
    why="Models are large, and the system itself needs room to work.",
    fixes=(
        Fix(
            "See what takes the room there, and delete what you do not need.",
            ('du -xh -d 2 "${LOCALAI_HOME:-$HOME}" | sort -h | tail',),
            proof="localai doctor --only setup-disk-full",
            where=Where(systems=("linux", "macos")),
        ),
        Fix(
            "Or keep localai's things on a larger disk (/mnt/large stands for it; the first line undoes the set-up here, write the second into ~/.profile); it starts anew there.",
            ("localai uninstall", "export LOCALAI_HOME=/mnt/large/localai", "localai init"),
            loses="The models that localai downloaded here are deleted, and downloaded again there.",
            proof="localai doctor --only setup-disk-full",
            where=Where(systems=("linux", "macos")),
        ),
        Fix(
            "Empty the bin and temporary files, or keep localai's things on another drive (D: stands for it): open a new terminal then, and run localai init.",
            ("setx LOCALAI_HOME D:\\localai",),
            proof="localai doctor --only setup-disk-full",
            where=Where(systems=("windows",)),
        ),
    ),
    status="warn",
)


def check(setup: SetUpState) -> Symptom | None:
    disk = setup.examined.disk
    free = disk.free_mib
    if free is None or free >= LITTLE_MIB:
        return None
    return Symptom(
        f"The disk of {disk.folder} has {free} MiB free.",
        (Evidence("call:localai.examine", f"{free} MiB free"),),
        status="fail" if free < NOTHING_MIB else "warn",
    )
