"""The NVIDIA card stays reachable while it works.

Why: power, heat, the slot, a riser or a defect cut the card's connection; only a restart (often
only switching off) brings it back.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where
from ._fixes import LINUX, LOSES, boot_line, on_host

PROBLEM = Problem(
    title="The NVIDIA card stopped answering on its bus.",
    seen="The engine stops in the middle of work and `nvidia-smi` says that the card is lost.",
    why="Power, heat, the slot or a defect cut the card's connection; only a restart brings it back.",
    fixes=(
        Fix(
            "Switch the computer off and on again; then check the power plugs, the slot (or riser), the temperature, and the firmware's version.",
            ("sudo poweroff",),
            needs_root=True,
            reboot=True,
            loses=LOSES,
            proof="nvidia-smi",
            where=Where(systems=LINUX, container=False),
        ),
        Fix(
            "To test whether power is the cause, cap the clock for a while (here at most 1500 MHz; `sudo nvidia-smi -rgc` lifts it).",
            ("sudo nvidia-smi -lgc 300,1500",),
            needs_root=True,
            proof="journalctl -k -b --no-pager -g Xid",
            where=Where(systems=LINUX, container=False),
        ),
        *boot_line(
            "Switch the bus's power saving off: add pcie_aspm=off to the boot line (with GRUB), and restart.",
            add="pcie_aspm=off",
        ),
        Fix(
            "On Windows too: switch the computer off and on again; then check plugs, slot and temperature.",
            ("shutdown /s /t 0",),
            reboot=True,
            loses=LOSES,
            proof="nvidia-smi",
            where=Where(systems=("windows",)),
        ),
        on_host("nvidia-smi"),
    ),
    sources=(
        "https://github.com/NVIDIA/open-gpu-kernel-modules/issues/507",
        "https://github.com/ollama/ollama/issues/6149",
        "https://github.com/NVIDIA/NVSentinel/issues/155",
        "https://github.com/leptonai/gpud/pull/1209",
        "https://github.com/pop-os/pop/issues/3363",
        "https://github.com/NVIDIA/open-gpu-kernel-modules/issues/888",
    ),
    likelihood=0.55,
    confused_with=("nvidia-driver-hung", "nvidia-laptop-gpu-switched-off"),
)

SIGNATURES = (
    Signature(r"fallen off the bus", ("fallen", "bus"), certainty=0.97),
    Signature(r"NVRM: Xid \([^)]*\): 79\b", ("nvrm", "xid", "79"), certainty=0.97),
    Signature(
        r"Unable to determine the device handle for GPU.{0,80}GPU is lost",
        ("gpu", "lost"),
        certainty=0.97,
    ),
    Signature(r"GPU is lost\b", ("gpu", "is", "lost"), certainty=0.96),
    Signature(r"NVML_ERROR_GPU_IS_LOST", ("nvml_error_gpu_is_lost",), certainty=0.97),
    Signature(r"nvml\w{0,40} ?\w{0,20} (?:init failure|err|failed): 15\b", ("15",), certainty=0.93),
    Signature(
        r"Unable to determine the device handle for GPU.{0,60}(?:Unknown Error|Not Found)",
        ("unable", "determine", "device", "handle"),
        certainty=0.8,
        unless=(r"GSP|requires use of",),
    ),
    Signature(r"Xid \([^)]*\): 154,", ("154", "xid"), certainty=0.8),
    Signature(
        r"GPU recovery action changed", ("action", "changed", "gpu", "recovery"), certainty=0.8
    ),
    Signature(
        r"osInitNvMapping failed", ("failed", "osinitnvmapping"), certainty=0.75, also=(r"nvrm",)
    ),
    Signature(r"Cannot attach gpu", ("attach", "cannot", "gpu"), certainty=0.75, also=(r"nvrm",)),
    Signature(
        r"PCIe Bus Error: .{0,80}(?:Uncorrect\w+|Fatal)",
        ("pcie", "bus", "error"),
        certainty=0.75,
        also=(r"nvidia|NVRM|10de",),
    ),
    Signature(
        r"\bAER: .{0,80}(?:Uncorrect\w+|Fatal)",
        ("aer",),
        certainty=0.75,
        also=(r"nvidia|NVRM|10de",),
    ),
    Signature(r"(?<!Version: )\bERR!", ("err",), certainty=0.75, also=(r"NVIDIA-SMI",)),
    Signature(
        r"Unable to determine the device handle for GPU",
        ("unable", "determine", "device", "handle"),
        certainty=0.95,
        also=(r"NVIDIA .*\(rev ff\)",),
    ),
    Signature(
        r"GPU lost from the bus",
        ("gpu", "lost", "from", "the", "bus"),
        certainty=0.96,
    ),
    Signature(r"NV_ERR_GPU_IS_LOST", ("nv_err_gpu_is_lost",), certainty=0.94),
    Signature(
        r"rpcSendMessage failed with status 0x0{1,7}f\b",
        ("rpcsendmessage", "failed", "with", "status"),
        certainty=0.86,
    ),
    Signature(
        r"pciehp: Slot\([\w-]+\): (?:Link Down|Card not present)",
        ("pciehp", "slot"),
        certainty=0.86,
        also=(r"nvidia|NVRM|10de",),
    ),
    Signature(
        r"GPU requires re(?:set|start)\b",
        ("gpu", "requires"),
        certainty=0.82,
    ),
    Signature(r"NVML_ERROR_RESET_REQUIRED", ("nvml_error_reset_required",), certainty=0.82),
    Signature(
        r"A GPU crash dump has been created",
        ("a", "gpu", "crash", "dump", "has", "been", "created"),
        certainty=0.72,
        also=(r"nvrm",),
        unless=(r"Xid \([^)]*\): (?:119|120)",),
    ),
)
