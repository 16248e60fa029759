"""The container was started with access to the NVIDIA driver.

Why: The driver library belongs to the host and is put into the container only when a graphics
card is requested at start; on a machine without NVIDIA driver it does not exist at all.
"""

from __future__ import annotations

import re

from ...model.finding import Evidence, Fix, Problem, Signature, Symptom, Where
from ...probes.gpus import Gpus
from ...probes.host import Host
from ...probes.logs import Logs
from ...probes.runtimes import Runtimes
from ...probes.services import Services

PROBLEM = Problem(
    title="The container (or program) was started without access to the NVIDIA driver.",
    seen="A CUDA image stops at once with a message of the program loader, or works on the processor.",
    why="The driver library belongs to the host and is put into the container only when a graphics card is requested at start; on a machine without NVIDIA driver it does not exist at all.",
    fixes=(
        Fix(
            "Start your container again with `--gpus all`, as in this example.",
            ("docker run --rm --gpus all ghcr.io/ggml-org/llama.cpp:server-cuda --list-devices",),
            proof="docker run --rm --gpus all ubuntu nvidia-smi",
            where=Where(systems=("linux", "windows"), container=False),
        ),
        Fix(
            "With Podman start it again with `--device nvidia.com/gpu=all`, as in this example.",
            (
                "podman run --rm --device nvidia.com/gpu=all ghcr.io/ggml-org/llama.cpp:server-cuda --list-devices",
            ),
            proof="podman run --rm --device nvidia.com/gpu=all ubuntu nvidia-smi",
            where=Where(systems=("linux",), container=False),
        ),
        Fix(
            "In a Compose file request the card below `deploy: resources: reservations: devices:` (driver nvidia, count all, capabilities [gpu]), then create the container again.",
            ("docker compose up -d --force-recreate",),
            loses="Files that were written inside the old container, outside its volumes, are lost.",
            proof="docker compose exec ollama nvidia-smi",
            where=Where(systems=("linux", "windows"), container=False),
        ),
        Fix(
            "This container has no card; leave it and start it from the host with `--gpus all`.",
            ("ls /dev/nvidia*",),
            proof="nvidia-smi",
            where=Where(systems=("linux",), container=True),
        ),
        Fix(
            "On a machine without an NVIDIA card take the image for the processor (as here) or for Vulkan (server-vulkan, with `--device /dev/dri`).",
            ("docker run --rm ghcr.io/ggml-org/llama.cpp:server --version",),
            proof="docker run --rm ghcr.io/ggml-org/llama.cpp:server --version",
        ),
        Fix(
            "Under WSL tell the loader where Windows' driver libraries are.",
            ("export LD_LIBRARY_PATH=/usr/lib/wsl/lib:$LD_LIBRARY_PATH",),
            proof="nvidia-smi",
            where=Where(systems=("linux",), wsl=True),
        ),
    ),
    sources=(
        "https://github.com/leejet/stable-diffusion.cpp/issues/1352",
        "https://github.com/ggml-org/llama.cpp/issues/7822",
        "https://github.com/abetlen/llama-cpp-python/issues/1169",
        "https://github.com/xorbitsai/inference/issues/2865",
    ),
    likelihood=0.6,
    confused_with=("nvidia-driver-not-installed", "docker-nvidia-runtime-missing"),
)

CONTAINER = r"docker|container|podman|kubectl|/app/|compose|ghcr\.io"

#: a start of an image for NVIDIA's cards in which none is asked for
ASKED_FOR_NO_CARD = (
    r"(?:docker|podman) run (?![^\n]{0,300}(?:--gpus|--runtime|nvidia\.com/gpu|--device))"
    r"[^\n]{0,300}(?:cuda|vllm-openai|\bcu1[123]|nvcr\.io|sglang)"
)

#: the container has the driver or is told to do without; then it is another trouble
LOOKED_IN_VAIN = (
    r"(?i)too old|init failure|nvcuda failed|CUDA_VISIBLE_DEVICES:\S|skipping CUDA|dropping"
)

SIGNATURES = (
    Signature(
        r"root@[0-9a-f]{12}:[^\n]{0,80}nvidia-smi\s{1,4}\S{0,20}\W{0,2}nvidia-smi: command not found",
        ("root", "nvidia", "smi", "command"),
        certainty=0.93,
        lines=2,
    ),
    Signature(
        r"nvidia-smi: (?:command )?not found",
        ("nvidia", "smi", "found"),
        certainty=0.92,
        also=(r"(?:docker|podman) (?:exec|run)|kubectl exec",),
    ),
    # The runtime library says so too where it finds no driver at all.
    Signature(
        r"CUDA driver version is insufficient for CUDA runtime version",
        ("driver", "version", "insufficient"),
        certainty=0.975,
        also=(ASKED_FOR_NO_CARD,),
    ),
    Signature(
        r"no CUDA-capable device is detected|no usable GPU found|No CUDA GPUs are available",
        ("no",),
        certainty=0.93,
        also=(ASKED_FOR_NO_CARD,),
        unless=(r"\bWSL|/usr/lib/wsl|:(?:server|full|light)-(?:vulkan|rocm)",),
    ),
    Signature(
        r"No platform detected, vLLM is running on UnspecifiedPlatform",
        ("platform", "detected", "unspecifiedplatform"),
        certainty=0.85,
        also=(CONTAINER,),
    ),
    Signature(
        r"\"?DeviceRequests\"?: ?(?:null|\[\])",
        ("devicerequests",),
        certainty=0.85,
        also=(
            r"library=\"?cpu\b|no compatible GPUs|100% CPU|no CUDA-capable|no usable GPU",
            r"NVIDIA|GeForce|Tesla|\bRTX\b",
        ),
    ),
    Signature(
        r"(?:Torch not compiled with CUDA enabled|CUDA is not available|CUDA available: False)",
        ("cuda",),
        certainty=0.75,
        also=(ASKED_FOR_NO_CARD,),
    ),
    Signature(
        r"ggml_(?:cuda_init|init_cublas): (?:no|found 0) CUDA devices",
        ("cuda", "devices"),
        certainty=0.62,
    ),
    Signature(
        r"libcuda\.so(?:\.1)?: cannot open shared object file", ("libcuda", "open"), certainty=0.97
    ),
    Signature(r"libcuda\.so\.1 => not found", ("libcuda", "found"), certainty=0.95),
    Signature(
        r"The NVIDIA Driver was not detected\.\s+GPU functionality will not be available",
        ("nvidia", "detected", "functionality"),
        certainty=0.98,
        lines=2,
    ),
    Signature(
        r"Use (?:the NVIDIA Container Toolkit|'?nvidia-docker run'?|Docker with NVIDIA Container Toolkit) to start this container",
        ("start", "container", "nvidia"),
        certainty=0.97,
    ),
    Signature(
        r"exec: \"nvidia-smi\": executable file not found",
        ("nvidia", "smi", "executable"),
        certainty=0.95,
    ),
    Signature(
        r"Found no NVIDIA driver on your system",
        ("nvidia", "driver", "found"),
        certainty=0.94,
        also=(CONTAINER,),
    ),
    Signature(
        r"Found no NVIDIA driver on your system", ("nvidia", "driver", "found"), certainty=0.85
    ),
    Signature(
        r"Failed to infer device type",
        ("infer", "device"),
        certainty=0.85,
        also=(CONTAINER,),
    ),
    Signature(
        r"No CUDA GPUs are available", ("cuda", "available"), certainty=0.85, also=(CONTAINER,)
    ),
    Signature(
        r"cudart init failure: 100",
        ("cudart", "100"),
        certainty=0.8,
        also=(CONTAINER,),
        unless=(r"\bWSL|/usr/lib/wsl",),
    ),
    Signature(
        r"(?:library|lib)\S{0,40}\s.{0,60}libcuda\.so.{0,80}(?:not found|no such file)",
        ("libcuda",),
        certainty=0.9,
        unless=(r"stubs|/usr/lib/wsl",),
    ),
    Signature(
        r"no CUDA-capable device is detected",
        ("cuda", "detected"),
        certainty=0.8,
        also=(r"\bdocker\b|\bcontainer\b",),
        unless=(r"CUDA_VISIBLE_DEVICES=|\bWSL|/usr/lib/wsl|NVRM|Xid",),
    ),
)


def check(
    host: Host, runtimes: Runtimes, services: Services, gpus: Gpus, logs: Logs
) -> Symptom | None:
    wanted = services.shell.get("NVIDIA_VISIBLE_DEVICES", "")
    asked_for = host.container and wanted not in ("", "void", "none")
    if not asked_for or "/dev/nvidiactl" not in runtimes.absent or "/dev/dxg" in runtimes.there:
        return _seen_from_outside(gpus, logs)
    what = "This image asks for NVIDIA cards, and none was given to the container."
    evidence = (
        Evidence("env:NVIDIA_VISIBLE_DEVICES", wanted),
        Evidence("stat:/dev/nvidiactl", "not there"),
    )
    # images for the card also run on machines that have none, and then nothing is wrong
    return Symptom(what, evidence, 0.7, "info")


def _seen_from_outside(gpus: Gpus, logs: Logs) -> Symptom | None:
    """The host's driver shows the card, and the engine in the container works without."""
    card = next((gpu for gpu in gpus.gpus if gpu.vendor == "nvidia"), None)
    listed = "GPU 0: " in logs.texts.get("command:nvidia-smi -L", "")
    if card is None or card.usable is False or not (card.driver or listed):
        return None
    for key, text in logs.texts.items():
        told = re.findall(r"msg=\"inference compute\" [^\n]{0,300}", text)
        inside = key.startswith(("command:docker logs", "command:podman logs"))
        if not inside or not told or "library=cpu" not in told[-1]:
            continue
        if not re.search(LOOKED_IN_VAIN, text):
            what = f"The host has {card.name or 'an NVIDIA card'}; the engine in the container found none."
            return Symptom(what, (Evidence(key, told[-1]),), 0.88)
    return None
