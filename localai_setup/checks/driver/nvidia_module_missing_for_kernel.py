"""The NVIDIA module exists for the running kernel.

Why: Each kernel needs its own copy of the module; the new kernel has none.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature

PROBLEM = Problem(
    title="The NVIDIA driver was not built for the running kernel.",
    seen="After a kernel update `nvidia-smi` cannot reach the driver.",
    why="Each kernel needs its own copy of the module; the new kernel has none.",
    fixes=(
        Fix(
            "Install the kernel's headers and build the module again (Debian, Ubuntu).",
            (
                "sudo apt install linux-headers-$(uname -r)",
                "sudo dkms autoinstall",
                "sudo modprobe nvidia",
            ),
            needs_root=True,
            reboot=False,
            proof="nvidia-smi",
        ),
    ),
    sources=(
        "https://github.com/NVIDIA/nvidia-docker/issues/365",
        "https://github.com/CachyOS/linux-cachyos/issues/118",
        "https://github.com/GoogleCloudPlatform/compute-gpu-installation/pull/18",
        "https://github.com/qixuema/envs/issues/4",
    ),
    confused_with=(
        "nvidia-driver-not-installed",
        "nvidia-module-unsigned-secure-boot",
        "nvidia-nouveau-holds-gpu",
    ),
)

SIGNATURES = (
    Signature(
        r"""modprobe: FATAL: Module nvidia\S* not found""",
        ("modprobe", "fatal", "module", "found"),
        certainty=0.95,
    ),
)
