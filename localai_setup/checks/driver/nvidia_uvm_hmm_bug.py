"""CUDA starts with NVIDIA's memory module as it is.

Why: one feature of the memory module (HMM) is broken in some pairs of driver and kernel; CUDA then
starts nowhere, although `nvidia-smi` works.
"""

from __future__ import annotations

import re

from ...model.finding import Evidence, Fix, Problem, Signature, Symptom, Where
from ...probes.drivers import Drivers
from ...probes.logs import Logs
from ._fixes import LINUX, by_family, module_option, on_host

PROBLEM = Problem(
    title="A defect of NVIDIA's memory module keeps CUDA from starting on this card.",
    seen="`nvidia-smi` works, but every CUDA program says that the driver is not initialized (seen with RTX 5090 pairs, RTX PRO 6000, and new kernels).",
    why="The shared-memory feature (HMM) of NVIDIA's memory module is broken in this pair of driver and kernel.",
    fixes=(
        *module_option(
            "Switch the feature off and restart.",
            "options nvidia_uvm uvm_disable_hmm=1",
            "nvidia-uvm-hmm.conf",
            proof="cat /sys/module/nvidia_uvm/parameters/uvm_disable_hmm",
        ),
        Fix(
            "Without a restart: stop what uses the card and load the module with the feature off.",
            (
                "sudo systemctl stop ollama",
                "sudo rmmod nvidia_uvm",
                "sudo modprobe nvidia_uvm uvm_disable_hmm=1",
                "sudo systemctl start ollama",
            ),
            needs_root=True,
            loses="Whatever computes on the card is ended.",
            proof="cat /sys/module/nvidia_uvm/parameters/uvm_disable_hmm",
            where=Where(systems=LINUX, systemd=True, container=False),
        ),
        *by_family(
            "Or install a newer driver, and restart.",
            {
                "debian": ("sudo apt update", "sudo apt full-upgrade"),
                "rhel": ("sudo dnf upgrade --refresh",),
                "arch": ("sudo pacman -Syu",),
                "suse": ("sudo zypper update",),
            },
            proof="nvidia-smi",
        ),
        on_host("nvidia-smi"),
    ),
    sources=("https://github.com/ollama/ollama/issues/11593",),
    likelihood=0.4,
    systems=LINUX,
    confused_with=("nvidia-uvm-missing-at-boot", "nvidia-uvm-lost-after-suspend"),
)
#: Error 3 of CUDA, as Ollama, PyTorch, llama.cpp and CUDA's own programs print it.
ERROR_3 = r"(?:init(?:ialization)? (?:failure|err(?:or)?)|cu\w{1,40}(?:\(\))? (?:err(?:or)?|returned|failed(?: with)?)|cuInit\S{0,40} (?:returned|failed with))[:= ]*\(?3\b(?![\d.])"
ELSEWHERE = (
    r"PM: suspend|suspend (?:entry|exit)|resum(?:e|ed|ing)\b|hibernat|after sleep",
    r"nvidia-uvm\S{0,40} no such file|lxc|proxmox",
)

SIGNATURES = (
    Signature(ERROR_3, ("3",), certainty=0.86, unless=ELSEWHERE),
    Signature(ERROR_3, ("3",), certainty=0.6),
    Signature(
        r"CUDA_ERROR_NOT_INITIALIZED",
        ("cuda_error_not_initialized",),
        certainty=0.85,
        unless=ELSEWHERE,
    ),
    Signature(
        r"CUDA driver initialization failed, you might not have a CUDA gpu",
        ("cuda", "driver", "initialization", "failed"),
        certainty=0.8,
    ),
    Signature(
        r"failed to initialize CUDA: initialization error|CUDA error: initialization error",
        ("cuda", "initialization", "error"),
        certainty=0.84,
        unless=ELSEWHERE,
    ),
    Signature(
        r"options nvidia[_-]uvm uvm_disable_hmm=1", ("options", "uvm_disable_hmm"), certainty=0.85
    ),
    Signature(
        r"Error 3: initialization error",
        ("error", "3", "initialization"),
        certainty=0.86,
        unless=ELSEWHERE,
    ),
    Signature(
        r"cudaErrorInitializationError",
        ("cudaerrorinitializationerror",),
        certainty=0.84,
        unless=ELSEWHERE,
    ),
)


def check(drivers: Drivers, logs: Logs) -> Symptom | None:
    if not drivers.there.get("/dev/nvidia-uvm"):
        return None
    failed = re.search(rf"(?m)^.*{ERROR_3}.*$", "\n".join(logs.texts.values()), re.IGNORECASE)
    if not failed:
        return None
    return Symptom(
        "CUDA is not initialized (error 3) although the memory module's device file is there.",
        (Evidence("stat:/dev/nvidia-uvm", "exists"), Evidence("log", failed[0].strip()[:300])),
        certainty=0.9,
    )
