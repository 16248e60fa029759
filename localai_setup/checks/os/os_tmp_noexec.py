from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.disks import Disks


def check(disks: Disks) -> Symptom | None:
    """Worth a warning: engines that unpack themselves there fail, others do not mind."""
    mount = disks.holding("/tmp/engine")
    if mount is None or "noexec" not in mount.options:
        return None
    what = f"{mount.path} is mounted so that no program may be started from it."
    return Symptom(what, (Evidence(mount.source, f"{mount.path} noexec"),), 0.75, "warn")
