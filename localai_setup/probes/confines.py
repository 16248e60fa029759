"""What firmware, a virtual machine and limits allow: Secure Boot, hypervisor, locked memory, NUMA."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..model.reading import Readings
from ..model.shown import Shown
from ..model.source import File, Source
from . import _secure_boot

CPUINFO = File("/proc/cpuinfo")
MAKER, PRODUCT = File("/sys/class/dmi/id/sys_vendor"), File("/sys/class/dmi/id/product_name")
LIMITS = File("/proc/self/limits")
NUMA = File("/sys/devices/system/node/online")
SOURCES: tuple[Source, ...] = (
    *_secure_boot.SOURCES, CPUINFO, MAKER, PRODUCT, LIMITS, NUMA,
)  # fmt: skip
#: words of the firmware → the hypervisor that wrote them
HYPERVISORS = (
    ("KVM", r"kvm"), ("QEMU", r"qemu"), ("VMware", r"vmware"), ("VirtualBox", r"virtualbox|innotek"),
    ("Hyper-V", r"microsoft corporation\s+virtual machine"), ("Xen", r"\bxen\b"),
    ("Parallels", r"parallels"), ("Amazon EC2", r"amazon ec2"), ("Google Compute", r"google compute"),
    ("Firecracker", r"firecracker"),
)  # fmt: skip


@dataclass(frozen=True)
class Confines:
    """None is not known. `hypervisor` names it, "unnamed" where only the processor tells of one.

    `locked_memory_limit_mib` is None also where there is no limit: see `locked_memory_unlimited`.
    `os_enables_avx`: Linux lists `avx` among the flags only where it saves the registers (XCR0).
    """

    secure_boot: bool | None = None
    virtual_machine: bool | None = None
    hypervisor: str | None = None
    locked_memory_limit_mib: float | None = None
    locked_memory_unlimited: bool | None = None
    numa_nodes: int | None = None
    os_enables_avx: bool | None = None


SHOWN = Shown(name="confines", fact=Confines, place=90)


def parse(readings: Readings) -> Confines:
    text = readings.text(CPUINFO) or ""
    flags = re.search(r"(?m)^flags\s*:(.*)$", text)
    words = set(flags[1].split()) if flags else None
    hypervisor = _hypervisor(readings, words)
    limit = re.search(r"(?m)^Max locked memory\s+(\S+)", readings.text(LIMITS) or "")
    nodes = (readings.text(NUMA) or "").strip()
    return Confines(
        _secure_boot.enabled(readings),
        True if hypervisor else False if words is not None else None,
        hypervisor,
        int(limit[1]) / 1024**2 if limit and limit[1].isdecimal() else None,
        limit[1] == "unlimited" if limit else None,
        _count(nodes)
        if re.fullmatch(r"\d{1,4}(?:-\d{1,4})?(?:,\d{1,4}(?:-\d{1,4})?)*", nodes)
        else None,
        "avx" in words if words is not None else None,
    )


def _hypervisor(readings: Readings, flags: set[str] | None) -> str | None:
    firmware = f"{readings.text(MAKER) or ''} {readings.text(PRODUCT) or ''}"
    for name, words in HYPERVISORS:
        if re.search(words, firmware, re.IGNORECASE):
            return name
    return "unnamed" if flags and "hypervisor" in flags else None


def _count(ranges: str) -> int:
    pairs = (part.split("-") for part in ranges.split(","))
    return sum(int(pair[-1]) - int(pair[0]) + 1 for pair in pairs)
