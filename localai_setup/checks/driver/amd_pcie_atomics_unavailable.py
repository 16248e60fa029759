"""The AMD card's slot passes PCI Express atomic operations.

Why: ROCm on these cards computes only where the whole way to the processor passes atomic
operations; chipset slots, risers and PCIe 2.0 boards do not.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where
from ._fixes import LINUX, on_host, vulkan_instead

PROBLEM = Problem(
    title="The slot of the AMD card lacks a feature that ROCm needs.",
    seen="The card shows pictures, but ROCm does not list it (older cards in old boards, chipset slots or risers).",
    why="Computing on this card needs atomic operations over PCI Express on the whole way to the processor; this slot or board does not pass them.",
    fixes=(
        Fix(
            "Move the card to a slot that is wired to the processor, without a riser. In the list `AtomicOpsCap: 32bit+ 64bit+` on the way shows that it passes them.",
            ("sudo lspci -vvv | grep -i atomicops",),
            needs_root=True,
            proof="rocminfo",
            where=Where(systems=LINUX, container=False),
        ),
        on_host("rocminfo"),
        vulkan_instead(),
    ),
    sources=(
        "https://github.com/ROCm/legacy-rocm-build/issues/1214",
        "https://github.com/ROCm/legacy-rocm-build/issues/722",
        "https://github.com/ROCm/legacy-rocm-build/issues/910",
        "https://github.com/ROCm/legacy-rocm-build/issues/364",
        "https://github.com/ROCm/legacy-rocm-build/issues/827",
        "https://github.com/ROCm/legacy-rocm-build/issues/939",
        "https://github.com/ROCm/legacy-rocm-build/issues/192",
    ),
    likelihood=0.4,
    systems=LINUX,
    confused_with=("amd-gfx-unsupported",),
)

SIGNATURES = (
    Signature(
        r"skipped device [0-9a-f]{4}:[0-9a-f]{4}, PCI rejects atomics",
        ("skipped", "rejects", "atomics"),
        certainty=0.97,
    ),
    Signature(r"PCI rejects atomics", ("rejects", "atomics"), certainty=0.95),
    Signature(
        r"PCIE atomic ops is not supported",
        ("atomic", "ops", "supported"),
        certainty=0.8,
        unless=(r"kfd: (?:amdgpu: )?added device",),
    ),
    Signature(
        r"PCI-?E? atomics? (?:is|are|not) (?:not )?(?:supported|available)",
        ("pci",),
        certainty=0.8,
        unless=(r"kfd: (?:amdgpu: )?added device",),
    ),
    Signature(
        r"PCIe atomics not enabled, hostcall not supported",
        ("pcie", "atomics", "enabled", "hostcall"),
        certainty=0.93,
    ),
    Signature(
        r"AtomicOpsCap: 32bit- 64bit-",
        ("atomicopscap", "32bit", "64bit"),
        certainty=0.74,
        also=(r"amdgpu|AMD/ATI|rocm",),
        unless=(r"kfd: (?:amdgpu: )?added device", r"AtomicOpsCap: 32bit\+", r"\bgfx\d{3}"),
    ),
)
