"""NVML and GPUtil, each in a process of its own: a driver that hangs or crashes costs that process."""

from __future__ import annotations

import json
from typing import Any

from ..running import bounded

#: Below the limit of any external program, so that this ends first.
LIMIT_SECONDS = 2.4

NVML = """
import json, pynvml as n
n.nvmlInit()
def ask(f, *a):
    try:
        v = f(*a)
        return v.decode() if isinstance(v, bytes) else v
    except n.NVMLError:
        return None
def card(i):
    h = n.nvmlDeviceGetHandleByIndex(i)
    memory, pci = ask(n.nvmlDeviceGetMemoryInfo, h), ask(n.nvmlDeviceGetPciInfo, h)
    bus = pci.busId.decode() if pci and isinstance(pci.busId, bytes) else pci and pci.busId
    mig = ask(n.nvmlDeviceGetMigMode, h)
    return {"index": i, "name": ask(n.nvmlDeviceGetName, h), "bus": bus,
            "device_id": pci and pci.pciDeviceId, "total_bytes": memory and memory.total,
            "used_bytes": memory and memory.used, "mig": bool(mig and mig[0]),
            "capability": ask(n.nvmlDeviceGetCudaComputeCapability, h)}
print(json.dumps({"driver": ask(n.nvmlSystemGetDriverVersion),
                  "cuda": ask(n.nvmlSystemGetCudaDriverVersion_v2),
                  "cards": [card(i) for i in range(n.nvmlDeviceGetCount())]}))
"""

GPUTIL = """
import json, GPUtil
print(json.dumps([{"index": g.id, "name": g.name, "total_mib": g.memoryTotal,
                   "used_mib": g.memoryUsed, "driver": g.driver} for g in GPUtil.getGPUs()]))
"""


def nvml() -> Any:
    """Driver, CUDA and cards as NVIDIA's management library tells them."""
    return json.loads(bounded.printed_by_python(NVML, LIMIT_SECONDS))


def gputil() -> Any:
    """Cards as GPUtil reads them from nvidia-smi."""
    return json.loads(bounded.printed_by_python(GPUTIL, LIMIT_SECONDS))
