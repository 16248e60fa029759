"""An update replaced the libraries on disk while the old kernel module stayed loaded. The two
refuse to talk to each other, so no program can use the card until the new module is loaded.
"""

from __future__ import annotations

import re

from ...model.finding import Evidence, Symptom
from ...probes.drivers import Drivers


def check(drivers: Drivers) -> Symptom | None:
    on_disk = (drivers.nvidia_module or {}).get("version", "")
    loaded = re.search(r"(?:Kernel Module|for \w+)\D*?(\d{2,4}(?:\.\d+)+)", drivers.nvidia_version)
    if not on_disk or not loaded or loaded[1] == on_disk:
        return None
    return Symptom(
        f"Version {loaded[1]} of the NVIDIA module is loaded, version {on_disk} lies on the disk.",
        (
            Evidence("file:/proc/driver/nvidia/version", loaded[0]),
            Evidence("command:modinfo nvidia", f"version: {on_disk}"),
        ),
        certainty=0.95,
    )
