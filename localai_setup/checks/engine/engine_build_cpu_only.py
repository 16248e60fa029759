"""The engine can use a graphics device.

Why: It was built for the processor only, or the library with the graphics part is not beside the
program.
"""

from __future__ import annotations

import re

from ...model.finding import Cleared, Evidence, Fix, Problem, Signature, Symptom, Where
from ...probes.gpus import Gpus
from ...probes.logs import Logs

PROBLEM = Problem(
    title="This build of the engine has no graphics support.",
    seen="Layers are given to the card, but the answers come at processor speed and the card stays idle.",
    why="It was built for the processor only, or the library with the graphics part is not beside the program.",
    fixes=(
        Fix(
            "Take the CUDA, HIP or Vulkan variant of the same release (github.com/ggml-org/llama.cpp/releases), unpack all of it into one folder, and start it there.",
            ("./llama-server --list-devices",),
            proof="./llama-server --list-devices",
            where=Where(systems=("linux",)),
        ),
        Fix(
            "Or build it for Vulkan, which drives every maker's cards (GGML_CUDA instead for NVIDIA, where its toolkit is installed).",
            (
                "git clone --depth 1 https://github.com/ggml-org/llama.cpp",
                "cmake -S llama.cpp -B llama.cpp/build -DGGML_VULKAN=ON",
                "cmake --build llama.cpp/build --config Release -j 4",
            ),
            proof="llama.cpp/build/bin/llama-server --list-devices",
            where=Where(systems=("linux",)),
        ),
        Fix(
            "Install the variant with Vulkan (for CUDA take the archive and its cudart archive from github.com/ggml-org/llama.cpp/releases, unpacked into one folder).",
            ("winget install --id ggml.llamacpp",),
            proof="llama-server --list-devices",
            where=Where(systems=("windows",)),
        ),
        Fix(
            "Install the build with Metal.",
            ("brew install llama.cpp",),
            proof="llama-server --list-devices",
            where=Where(systems=("macos",)),
        ),
        Fix(
            "In a container take the image for the card: the ending is server-cuda, server-rocm, server-vulkan or server-intel; `server` alone has the processor only.",
            ("docker pull ghcr.io/ggml-org/llama.cpp:server-vulkan",),
            proof="docker run --rm --device /dev/dri ghcr.io/ggml-org/llama.cpp:server-vulkan --list-devices",
            where=Where(systems=("linux",)),
        ),
    ),
    sources=(
        "https://github.com/mozilla-ai/llamafile/issues/226",
        "https://github.com/open-webui/desktop/issues/236",
    ),
    likelihood=0.6,
    systems=(),
    confused_with=(
        "vulkan-container-image-regressed",
        "nvidia-driver-not-installed",
        "python-llamacpp-cpu-only-wheel",
    ),
)

#: The user asks for the card.
WANTED = r"-ngl\b|--(?:n-)?gpu-layers\b"
#: A graphics part is loaded, or failed for a reason of its own.
HAS_GRAPHICS = r"\b(?:CUDA|ROCm|Vulkan|SYCL|MTL)\d|found [1-9]\d? (?:CUDA|ROCm|Vulkan)|CUDA : |ggml_metal|ggml_cuda_init|no CUDA-capable|offload(?:ed|ing) [1-9]|n_gpu_layers|llama[_-]cpp[_-]python"

SIGNATURES = (
    Signature(
        r"gpu-layers \d+ was passed but no GPUs were found",
        ("passed", "gpus", "found"),
        certainty=0.85,
    ),
    Signature(
        r"support for --gpu \S+ was explicitly requested", ("support", "gpu", "requested"), 0.97
    ),
    Signature(r"^\W*BLAS = 0\W*$", ("blas", "0"), certainty=0.8),
    Signature(
        r"no usable GPU found, --?[\w-]{1,40} option will be ignored",
        ("ignored", "option", "usable"),
        certainty=0.93,
        unless=(r"LLAMA_CPP_PROCESS_ERROR|janhq|jan\.ai",),
    ),
    Signature(
        r"compiled without (?:GPU offload|GPU|CUDA|ROCm|Vulkan|Metal) support",
        ("compiled", "without", "support"),
        certainty=0.93,
    ),
    Signature(
        r"not compiled with GPU offload support",
        ("compiled", "support", "offload"),
        certainty=0.92,
        unless=(r"bad CPU type|llama[_-]cpp[_-]python",),
    ),
    Signature(
        r"llama\.cpp was compiled without (?:support for GPU offload|cuBLAS|CUDA|GPU)",
        ("compiled", "without", "llama"),
        certainty=0.92,
    ),
    Signature(
        r"see main README\.md for information on enabling GPU BLAS support",
        ("information", "enabling", "support"),
        certainty=0.85,
    ),
    Signature(
        r"GPU offload not supported on this platform; GPU related options will be ignored",
        ("supported", "platform", "related"),
        certainty=0.9,
    ),
    Signature(
        r"support for --gpu \w+ was explicitly requested, but it wasn.t available",
        ("explicitly", "available", "requested"),
        certainty=0.9,
    ),
    Signature(
        r"(?:CuBLAS|CLBlast|hipBLAS|Vulkan) library file not found\. (?:Non-BLAS|CPU) library will be used",
        ("library", "found", "used"),
        certainty=0.85,
    ),
    Signature(
        r"Available devices:\s*\n\s*\(none\)",
        ("available", "devices", "none"),
        certainty=0.9,
        lines=2,
    ),
    Signature(r"Available devices:\s*\Z", ("available", "devices"), certainty=0.8, lines=2),
    Signature(
        r"offload(?:ing|ed)? (?:was )?requested.{0,60}no GPU backend",
        ("backend", "gpu"),
        certainty=0.8,
    ),
    Signature(
        r"no (?:GPU )?backends? (?:is |are )?(?:compiled in|available) for (?:GPU )?offload",
        ("for", "no"),
        certainty=0.8,
    ),
    Signature(r"invalid device: (?:CUDA|Vulkan|ROCm|SYCL|HIP|MTL)\w*", ("invalid", "device"), 0.85),
    Signature(
        r"system_info: .{0,400}\bBLAS = 0 \|",
        ("system_info", "blas", "0"),
        certainty=0.8,
        also=(WANTED,),
        unless=(HAS_GRAPHICS,),
    ),
    Signature(
        r"load_tensors: layer +\d+ assigned to device CPU\b",
        ("assigned", "device", "cpu"),
        certainty=0.8,
        also=(WANTED,),
        unless=(HAS_GRAPHICS,),
    ),
    Signature(
        r"offloaded 0/\d+ layers to GPU",
        ("offloaded", "layers", "gpu"),
        certainty=0.86,
        also=(r"(?:-ngl|--(?:n-)?gpu-layers)[ =](?:[1-9]|all\b|auto\b)",),
        unless=(HAS_GRAPHICS,),
    ),
    Signature(
        r"whisper_backend_init_gpu: no GPU found",
        ("whisper_backend_init_gpu", "no", "gpu", "found"),
        certainty=0.85,
    ),
)


def check(gpus: Gpus, logs: Logs) -> Symptom | Cleared | None:
    """The engine lists no device on a machine that has a card."""
    listed = {k: t for k, t in logs.texts.items() if "--list-devices" in k}
    empty = [key for key, text in listed.items() if re.fullmatch(r"\s*Available devices:\s*", text)]
    if not empty:
        return None
    card = next((gpu for gpu in gpus.gpus if gpu.vendor in ("nvidia", "amd", "apple")), None)
    if card is None:
        return (
            Cleared("no card is known on this machine") if len(logs.texts) == len(listed) else None
        )
    what = f"The engine lists no device, and this machine has {card.name or 'a card'}."
    return Symptom(what, (Evidence(empty[0], "Available devices: (none)"),), 0.93)
