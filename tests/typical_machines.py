"""Machines that people have, with all that decides a plan: memory, processor, GPU, driver. Made up from
the vendors' data sheets; `python -m tests.accept` writes what each use gets on them.
"""

from dataclasses import replace

from localai_setup.model.facts import Facts
from localai_setup.probes.cpu import Cpu
from localai_setup.probes.gpus import Gpu, Gpus
from localai_setup.probes.host import Host
from localai_setup.probes.memory import Memory

LINUX = Host(system="Linux", libc="glibc 2.39")
MAC = Host(system="Darwin", version="15.1")


def pc(memory_mib, cores, *gpus, level="x86-64-v3"):
    cpu = Cpu(arch="x86_64", physical_cores=cores, level=level, features=("avx2", "fma", "f16c"))
    return facts(memory_mib, cpu, LINUX, gpus)


def arm(memory_mib, cores, *gpus, host=LINUX):
    cpu = Cpu(arch="aarch64", physical_cores=cores, features=("asimd", "asimddp"))
    return facts(memory_mib, cpu, host, gpus)


def facts(memory_mib, cpu, host, gpus):
    memory = Memory(memory_mib, 0.85 * memory_mib, None, 0)
    return Facts({Memory: memory, Cpu: cpu, Host: host, Gpus: Gpus(gpus)})


def card(name, memory_mib, capability, gbs, used_mib=400):
    return Gpu("nvidia", name, memory_mib, memory_kind="dedicated", driver="580.65.06",
               compute_capability=capability, usable=True, used_mib=used_mib,
               bandwidth_gbs=gbs)  # fmt: skip


def inside(vendor, name, memory_mib, gbs, **more):
    kind = "unified" if vendor == "apple" else "shared"
    return Gpu(vendor, name, memory_mib, memory_kind=kind, integrated=True, usable=True,
               bandwidth_gbs=gbs, **more)  # fmt: skip


RTX_3090 = card("NVIDIA GeForce RTX 3090", 24576, "8.6", 936)
B580 = Gpu("intel", "Intel Arc B580", 12216, memory_kind="dedicated", usable=True, used_mib=0,
           bandwidth_gbs=456)  # fmt: skip
MACHINES = {
    "laptop, 8 GB, no GPU": pc(7800, 4),
    "MacBook Air M2, 16 GB": arm(16384, 4, inside("apple", "Apple M2", 10923, 100), host=MAC),
    "Ryzen 7840U with 780M, 32 GB": pc(
        29000, 8, inside("amd", "AMD Radeon 780M", 16500, 90, gfx="gfx1103"), level="x86-64-v4"
    ),
    "RTX 3060 12 GB, 32 GB": pc(32000, 6, card("NVIDIA GeForce RTX 3060", 12288, "8.6", 360)),
    "RTX 4090, 64 GB": pc(64000, 16, card("NVIDIA GeForce RTX 4090", 24564, "8.9", 1008)),
    "2 x RTX 3090, 64 GB": pc(64000, 16, RTX_3090, replace(RTX_3090, used_mib=0)),
    "Arc B580 12 GB, 32 GB": pc(32000, 8, B580),
    "Strix Halo, 128 GB": pc(
        126000, 16, inside("amd", "AMD Radeon 8060S", 110000, 256, gfx="gfx1151"),
        level="x86-64-v4",
    ),
    "Raspberry Pi 5, 8 GB": arm(7900, 4),
}  # fmt: skip
