from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.disks import Disks
from ...probes.services import Services


def check(disks: Disks, services: Services) -> Symptom | None:
    """The models' folder lies on a FAT file system."""
    for source, folder in services.everywhere("OLLAMA_MODELS"):
        mount = disks.holding(folder)
        if mount and mount.kind in ("vfat", "msdos"):
            what = f"{folder} lies on {mount.path}, which is FAT: no file there can exceed 4 GB."
            evidence = (
                Evidence(source, folder),
                Evidence(mount.source, f"{mount.path} {mount.kind}"),
            )
            return Symptom(what, evidence, 0.96)
    return None
