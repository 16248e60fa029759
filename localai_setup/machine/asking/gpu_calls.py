"""NVML, GPUtil and DXGI, each in a process of its own: a driver that hangs or crashes costs that process."""

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

# COM by hand: a function of an interface is found by its place in the interface's table (dxgi.h). The
# driver's version is that of its Direct3D part, which Windows tells for IDXGIDevice.
DXGI = """
import ctypes as c, json, uuid
U32, SIZE, POINTER = c.c_uint32, c.c_size_t, c.c_void_p
class Description(c.Structure):
    _fields_ = [("name", c.c_wchar * 128), ("vendor_id", U32), ("device_id", U32), ("subsystem", U32),
                ("revision", U32), ("dedicated_bytes", SIZE), ("system_bytes", SIZE),
                ("shared_bytes", SIZE), ("luid", c.c_int64), ("flags", U32)]
    _pack_ = 4 if c.sizeof(POINTER) == 4 else 8
def guid(text):
    return (c.c_byte * 16)(*uuid.UUID(text).bytes_le)
def call(thing, place, *arguments):
    table = c.cast(thing, c.POINTER(c.POINTER(POINTER))).contents
    kinds = [U32 if isinstance(one, int) else POINTER for one in arguments]
    given = [one if isinstance(one, int) else c.cast(one, POINTER) for one in arguments]
    return c.WINFUNCTYPE(c.c_int32, POINTER, *kinds)(table[place])(thing, *given)
def version(adapter):
    found = c.c_int64()
    if call(adapter, 9, guid("54ec77fa-1377-44e6-8c32-88fd5f44c84c"), c.pointer(found)) < 0:
        return None
    return ".".join(str(found.value >> shift & 0xFFFF) for shift in (48, 32, 16, 0))
def told(adapter):
    one = Description()
    if call(adapter, 10, c.pointer(one)) < 0:
        return None
    names = ("name", "vendor_id", "device_id", "dedicated_bytes", "shared_bytes", "luid", "flags")
    return {**{name: getattr(one, name) for name in names}, "driver": version(adapter)}
factory, adapter, found = POINTER(), POINTER(), []
key = guid("770aae78-f26f-4dba-a829-253c83d1b387")
code = c.WinDLL("dxgi").CreateDXGIFactory1(key, c.byref(factory))
if code < 0:
    raise OSError(f"CreateDXGIFactory1 answered {code & 0xFFFFFFFF:#x}")
while call(factory, 12, len(found), c.pointer(adapter)) >= 0 and len(found) < 64:
    found.append(told(adapter))
print(json.dumps([one for one in found if one]))
"""


def nvml() -> Any:
    """Driver, CUDA and cards as NVIDIA's management library tells them."""
    return json.loads(bounded.printed_by_python(NVML, LIMIT_SECONDS))


def gputil() -> Any:
    """Cards as GPUtil reads them from nvidia-smi."""
    return json.loads(bounded.printed_by_python(GPUTIL, LIMIT_SECONDS))


def dxgi() -> Any:
    """Windows' own list of the graphics adapters that are there now, with their memory in bytes."""
    return json.loads(bounded.printed_by_python(DXGI, LIMIT_SECONDS))
