"""The NVIDIA kernel module and the driver's libraries are of one version.

Why: an update replaced the libraries on disk while the old kernel module stayed loaded. The two
refuse to talk to each other, so no program can use the card until the new module is loaded.
"""

from __future__ import annotations

import re

from ...model.finding import Evidence, Fix, Problem, Signature, Symptom, Where
from ...probes.drivers import Drivers
from ._fixes import LINUX, by_family, on_windows, restart

PROBLEM = Problem(
    title="The NVIDIA driver was updated but the old one is still running.",
    seen="`nvidia-smi` reports a version mismatch and engines fall back to the processor.",
    why="The libraries on disk are newer than the kernel module in memory; they refuse to work together.",
    fixes=(
        restart(
            "Restart the computer, so that the new kernel module is loaded.", proof="nvidia-smi"
        ),
        Fix(
            "Without a restart, on a machine whose screen the card does not drive: stop what uses it, and load the new module.",
            (
                "sudo systemctl stop ollama",
                "sudo systemctl stop 'nvidia-persistenced*'",
                "sudo modprobe -r nvidia_uvm nvidia_drm nvidia_modeset nvidia",
                "sudo modprobe -a nvidia nvidia_uvm",
                "sudo systemctl start ollama",
            ),
            needs_root=True,
            loses="Whatever computes on the card is ended.",
            proof="nvidia-smi",
            where=Where(systems=LINUX, systemd=True, wsl=False, container=False),
        ),
        *by_family(
            "If it survives a restart, two installations are mixed: see which packages there are, and remove what NVIDIA's own installer put beside them.",
            {
                "debian": ("dpkg -l | grep -i nvidia", "sudo nvidia-uninstall"),
                "rhel": ("rpm -qa | grep -i nvidia", "sudo nvidia-uninstall"),
                "arch": ("pacman -Qs nvidia", "sudo nvidia-uninstall"),
                "suse": ("rpm -qa | grep -i nvidia", "sudo nvidia-uninstall"),
            },
            proof="nvidia-smi",
        ),
        on_windows(),
        Fix(
            "Restart the host that this container runs on, then the container.",
            proof="nvidia-smi",
            where=Where(container=True),
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/15918",
        "https://github.com/ollama/ollama/issues/1413",
        "https://github.com/abysssol/ollama-flake/issues/4",
        "https://github.com/NVIDIA/nvidia-container-toolkit/issues/394",
        "https://github.com/lyulyul/shine-cluster/issues/50",
        "https://github.com/qixuema/envs/issues/8",
        "https://github.com/illinois-scicomp/machine-shop-maintenance/issues/60",
    ),
    likelihood=0.9,
    systems=LINUX,
    confused_with=("nvidia-driver-behind-engine", "nvidia-driver-not-installed"),
)

SIGNATURES = (
    Signature(r"driver/library version mismatch", ("version", "mismatch"), certainty=0.98),
    Signature(r"NVRM: API mismatch", ("nvrm", "api", "mismatch"), certainty=0.98),
    Signature(
        r"API mismatch: the (?:client|NVIDIA kernel module) has (?:the )?version",
        ("api", "mismatch", "version"),
        certainty=0.97,
    ),
    Signature(
        r"NVML_ERROR_LIB_RM_VERSION_MISMATCH",
        ("nvml_error_lib_rm_version_mismatch",),
        certainty=0.97,
    ),
    Signature(r"nvml\w{0,40} ?\w{0,20} (?:init failure|err|failed): 18\b", ("18",), certainty=0.95),
    Signature(
        r"unsupported display driver ?/ ?cuda driver combination",
        ("unsupported", "display", "driver", "combination"),
        certainty=0.88,
    ),
    Signature(
        r"(?:init(?:ialization)? failure|cuInit (?:err|failed)): 803\b", ("803",), certainty=0.9
    ),
    Signature(
        r"CUDA_ERROR_SYSTEM_DRIVER_MISMATCH", ("cuda_error_system_driver_mismatch",), certainty=0.96
    ),
    Signature(r"cudaErrorSystemDriverMismatch", ("cudaerrorsystemdrivermismatch",), certainty=0.96),
    Signature(
        r"kernel version \S+ does not match DSO version",
        ("kernel", "version", "does", "not", "match", "dso"),
        certainty=0.96,
    ),
    Signature(
        r"NVML/RM version mismatch",
        ("nvml", "rm", "version", "mismatch"),
        certainty=0.97,
    ),
    Signature(
        r"\b(?:error|code)[: (]{1,3}803\b", ("803",), certainty=0.9, also=(r"cuda|nvidia|\bgpu",)
    ),
)


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
