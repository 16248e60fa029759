"""Each kernel needs its own copy of the module. After a kernel update there is none where DKMS or
the kernel's headers are absent, or where the build went wrong.
"""

from __future__ import annotations

from ...model.finding import Cleared, Evidence, Symptom
from ...probes.drivers import Drivers
from ...probes.host import Host


def check(drivers: Drivers, host: Host) -> Symptom | Cleared | None:
    if drivers.lacks_nvidia and not host.wsl:
        return Cleared("no card of NVIDIA's is on the bus")
    others = drivers.built_for - {drivers.kernel}
    silent = "communicate with the NVIDIA driver" in drivers.nvidia_smi
    unloaded = drivers.is_loaded("nvidia") is False or silent
    if host.wsl or not drivers.kernel or not others or len(others) < len(drivers.built_for):
        return None
    if not unloaded:
        return None
    newest = max(others)
    return Symptom(
        f"NVIDIA's module was built for kernel {newest}; the running kernel is {drivers.kernel}.",
        (Evidence("command:uname -r", drivers.kernel), Evidence("modules", newest)),
        certainty=0.97,
    )
