"""The AMD card's slot offers PCIe atomics.

Why: ROCm needs atomic operations over PCIe on this card; the slot or the mainboard does not pass them.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature

PROBLEM = Problem(
    title="The slot of the AMD card lacks a feature that ROCm needs.",
    seen="The card shows pictures but ROCm does not list it.",
    why="ROCm needs atomic operations over PCIe on this card; the slot or the mainboard does not pass them.",
    fixes=(
        Fix(
            "Put the card in the slot nearest to the processor, or use Vulkan instead.",
            (),
            needs_root=False,
            reboot=False,
            proof="rocminfo",
        ),
    ),
    sources=(
        "https://github.com/ROCm/legacy-rocm-build/issues/1214",
        "https://github.com/ROCm/legacy-rocm-build/issues/722",
        "https://github.com/ROCm/legacy-rocm-build/issues/910",
        "https://github.com/ROCm/legacy-rocm-build/issues/364",
    ),
    confused_with=("amd-gfx-unsupported",),
)

SIGNATURES = (
    Signature(
        r"""kfd: (?:amdgpu: )?skipped device \S+, PCI rejects atomics""",
        ("skipped", "rejects", "atomics"),
        certainty=0.97,
    ),
    Signature(
        r"""PCIE atomic ops is not supported""", ("atomic", "ops", "supported"), certainty=0.75
    ),
)
