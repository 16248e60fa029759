"""The NVIDIA driver is as new as the engine needs.

Why: The driver offers an older CUDA version than the one that the engine was made with.
"""

from __future__ import annotations

import re

from ...model.finding import Evidence, Fix, Problem, Signature, Symptom, Where
from ...probes.engines import Engines
from ...probes.gpus import Gpu, Gpus
from ..driver._fixes import NVIDIA_VERSION, UPDATE_NVIDIA, by_family, on_windows

#: Ollama's notes since release 0.30: driver branch for its CUDA 12 part, by compute capability
OLLAMA_SINCE = (0, 30)
OLLAMA_NEEDS, OLLAMA_NEEDS_PASCAL = 550, 570
PASCAL_AND_OLDER = 7.0

PROBLEM = Problem(
    title="The installed NVIDIA driver is older than the engine needs.",
    seen="After an engine update (or on an old server) the model runs on the processor although the card is listed.",
    why="The driver offers an older CUDA version than the one that the engine was made with.",
    fixes=(
        *by_family(
            "Update the driver (on Arch the whole system, which keeps driver and kernel together) and restart. Newer Ollama needs driver 550, and 570 for cards of the GTX 900 and 10 series.",
            UPDATE_NVIDIA,
            proof=NVIDIA_VERSION,
        ),
        Fix(
            "Update the driver from NVIDIA's page (nvidia.com/drivers) or with the NVIDIA app, and restart.",
            (NVIDIA_VERSION,),
            needs_root=True,
            reboot=True,
            proof=NVIDIA_VERSION,
            where=Where(systems=("windows",)),
        ),
        on_windows(),
        Fix(
            "The driver belongs to the host of this container: update it there, or take an image with an older CUDA.",
            (NVIDIA_VERSION,),
            proof=NVIDIA_VERSION,
            where=Where(systems=("linux",), container=True),
        ),
        Fix(
            "If the card cannot take a newer driver, stay with an older engine release (Ollama before 0.30, such as this one) or use a Vulkan build.",
            ("curl -fsSL https://ollama.com/install.sh | OLLAMA_VERSION=0.24.0 sh",),
            needs_root=True,
            proof="ollama --version",
            where=Where(systems=("linux",), container=False),
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/16415",
        "https://github.com/ollama/ollama/issues/17290",
        "https://github.com/ollama/ollama/issues/7666",
        "https://github.com/ollama/ollama/issues/16449",
        "https://github.com/ollama/ollama/pull/10569",
        "https://github.com/ollama/ollama/issues/11776",
        "https://github.com/ollama/ollama/issues/11269",
        "https://github.com/ollama/ollama/issues/5493",
    ),
    likelihood=0.7,
    confused_with=("nvidia-driver-rejects-engine-kernels", "nvidia-driver-half-updated"),
)

SIGNATURES = (
    Signature(
        r"cudaGetDeviceCount\W{0,3} (?:returned|failed)\W{0,3} 35\b",
        ("cudagetdevicecount", "35"),
        certainty=0.95,
    ),
    Signature(
        r"unsupported display driver / cuda driver combination",
        ("unsupported", "display", "combination"),
        certainty=0.86,
    ),
    Signature(
        r"built for NVIDIA Driver Release \d{3}[\s\S]{0,160}?(?:version \S{1,16} was detected|UNAVAILABLE)",
        ("built", "nvidia", "driver", "release"),
        certainty=0.95,
        lines=2,
    ),
    Signature(
        r"old CUDA driver detected|CUDA driver (?:is |version )?(?:out of date|outdated)",
        ("cuda", "driver"),
        certainty=0.95,
    ),
    Signature(
        r"CUDA driver version is insufficient for CUDA runtime version",
        ("driver", "version", "insufficient"),
        certainty=0.97,
    ),
    Signature(r"cudaErrorInsufficientDriver", ("cudaerrorinsufficientdriver",), certainty=0.97),
    Signature(r"(?:cudart init failure|CUDA (?:runtime )?error):? ?35\b", ("35",), certainty=0.96),
    Signature(
        r"(?:NVIDIA|CUDA)\b.{0,30}\bdriver\b.{0,60}\btoo old\b",
        ("driver", "too", "old"),
        certainty=0.97,
    ),
    Signature(r"driver=\S+ required_driver=.{0,40}", ("driver", "required_driver"), certainty=0.97),
    Signature(
        r"unsatisfied condition: (?:cuda|driver|brand)\s?(?:>=|=|<)",
        ("unsatisfied",),
        certainty=0.97,
    ),
    Signature(
        r"nvidia-container-cli: requirement error", ("requirement", "nvidia"), certainty=0.95
    ),
    Signature(
        r"symbol lookup for cu\w+ failed|undefined symbol: cu(?:Ctx|Mem|Device|Get|Graph|Kernel|Library)\w+",
        ("symbol",),
        certainty=0.95,
    ),
    Signature(
        r"forward compatibility was attempted on non supported HW",
        ("forward", "compatibility", "attempted"),
        certainty=0.96,
    ),
    *(
        Signature(rf"\b{name}\b", (name,), certainty=0.93)
        for name in (
            "cuda_error_compat_not_supported_on_device",
            "cuda_error_system_driver_mismatch",
            "cudaerrorcompatnotsupportedondevice",
        )
    ),
    Signature(
        r"(?:requires?|needs?) (?:an? )?(?:NVIDIA |CUDA )*driver (?:version )?(?:of at least |>= ?|\d{3}(?:\.\d+)* or (?:newer|later|higher))",
        ("driver",),
        certainty=0.93,
        unless=(r"amdgpu|Intel",),
    ),
    Signature(
        r"(?:update|upgrade) your (?:NVIDIA )?(?:GPU |graphics )?driver.{0,120}(?:CUDA|NVIDIA)",
        ("driver",),
        certainty=0.9,
        unless=(r"Radeon|Adrenalin|Intel\(R\)",),
    ),
)


def check(gpus: Gpus, engines: Engines) -> Symptom | None:
    ollama = next((one for one in engines.engines if one.name == "Ollama"), None)
    release = re.match(r"(\d+)\.(\d+)", (ollama.version or "") if ollama else "")
    if not release or (int(release[1]), int(release[2])) < OLLAMA_SINCE:
        return None
    for gpu in gpus.gpus:
        branch, needed = _branch(gpu), _needed(gpu)
        if gpu.vendor == "nvidia" and branch is not None and branch < needed:
            what = f"The driver is {gpu.driver}; Ollama {release[0]} needs {needed} or newer for {gpu.name or 'this card'}."
            source = gpu.sources[0] if gpu.sources else "gpus"
            return Symptom(what, (Evidence(source, f"driver {gpu.driver}"),), 0.9)
    return None


def _branch(gpu: Gpu) -> int | None:
    """The number that NVIDIA's Linux branches go by; Windows drivers have numbers of their own."""
    found = re.match(r"(\d{3})\.", gpu.driver or "")
    return int(found[1]) if found else None


def _needed(gpu: Gpu) -> int:
    try:
        old = gpu.compute_capability and float(gpu.compute_capability) < PASCAL_AND_OLDER
    except ValueError:
        old = False
    return OLLAMA_NEEDS_PASCAL if old else OLLAMA_NEEDS
