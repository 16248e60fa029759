"""With Secure Boot the kernel takes only modules signed with an enrolled key. A module that was
built on this machine is signed with a key of its own, which must be enrolled once.
"""

from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.drivers import Drivers


def check(drivers: Drivers) -> Symptom | None:
    """The module is there, the firmware checks signatures, and the module is not loaded."""
    silent = "communicate with the NVIDIA driver" in drivers.nvidia_smi
    built = drivers.kernel in drivers.built_for or bool(
        (drivers.nvidia_module or {}).get("version")
    )
    if not drivers.secure_boot or not silent or not built or drivers.is_loaded("nvidia"):
        return None
    signer = (drivers.nvidia_module or {}).get("signer", "nobody")
    return Symptom(
        f"Secure Boot is on, and the NVIDIA module (signed by {signer}) is not loaded.",
        (Evidence("secure boot", "enabled"), Evidence("command:nvidia-smi", "no driver")),
        certainty=0.9,
    )
