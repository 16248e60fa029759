"""The NVIDIA driver can load the engine's code.

Why: The driver is too old for (or not matched with) the code in the engine's CUDA part.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where
from ..driver._fixes import NVIDIA_VERSION, UPDATE_NVIDIA, by_family, on_windows

PROBLEM = Problem(
    title="The NVIDIA driver cannot load the engine's new code.",
    seen="Right after an engine update, loading a model aborts on a card that used to work.",
    why="The driver is too old for (or not matched with) the code in the engine's CUDA part.",
    fixes=(
        *by_family(
            "Update the driver to the branch that the engine asks for (on Arch the whole system, which keeps driver and kernel together), and restart.",
            UPDATE_NVIDIA,
            proof=NVIDIA_VERSION,
        ),
        Fix(
            "Update the NVIDIA driver in Windows (nvidia.com/drivers) and restart; under WSL also run `wsl --shutdown`.",
            (NVIDIA_VERSION,),
            needs_root=True,
            reboot=True,
            proof=NVIDIA_VERSION,
            where=Where(systems=("windows",)),
        ),
        on_windows(),
        Fix(
            "The driver belongs to the host of this container; update it there.",
            (NVIDIA_VERSION,),
            proof=NVIDIA_VERSION,
            where=Where(systems=("linux",), container=True),
        ),
        Fix(
            "Or go back to the last engine release that worked (here Ollama 0.24.0).",
            ("curl -fsSL https://ollama.com/install.sh | OLLAMA_VERSION=0.24.0 sh",),
            needs_root=True,
            proof="ollama --version",
            where=Where(systems=("linux",), container=False),
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/16449",
        "https://github.com/ollama/ollama/issues/6997",
        "https://github.com/ollama/ollama/issues/16533",
    ),
    likelihood=0.6,
    confused_with=("nvidia-driver-behind-engine", "nvidia-gpu-too-old-for-build"),
)

AMD = (r"ROCm error|HIP error|hipGetLastError|found \d+ ROCm|amdgpu|gfx\d",)

SIGNATURES = (
    *(
        Signature(rf"\b{name}\b", (name,), certainty=0.93)
        for name in (
            "cuda_error_jit_compiler_not_found",
            "cudaerrorjitcompilernotfound",
            "cudaerrorinvalidptx",
        )
    ),
    Signature(
        r"device kernel image is invalid",
        ("kernel", "image", "invalid"),
        certainty=0.96,
        unless=AMD,
    ),
    Signature(
        r"provided PTX was compiled with an unsupported toolchain",
        ("ptx", "toolchain"),
        certainty=0.97,
    ),
    Signature(
        r"CUDA_ERROR_UNSUPPORTED_PTX_VERSION",
        ("cuda_error_unsupported_ptx_version",),
        certainty=0.97,
    ),
    Signature(
        r"cudaErrorUnsupportedPtxVersion", ("cudaerrorunsupportedptxversion",), certainty=0.97
    ),
    Signature(r"CUDA_ERROR_INVALID_IMAGE", ("cuda_error_invalid_image",), certainty=0.95),
    Signature(r"cudaErrorInvalidKernelImage", ("cudaerrorinvalidkernelimage",), certainty=0.95),
    Signature(r"CUDA error:? (?:222|218|200)\b", ("cuda", "error"), certainty=0.95),
    Signature(
        r"PTX JIT compilation failed",
        ("ptx",),
        certainty=0.95,
    ),
    Signature(r"CUDA_ERROR_INVALID_PTX", ("cuda_error_invalid_ptx",), certainty=0.95),
    Signature(
        r"ptxas\b.{0,120}Unsupported \.version \d", ("unsupported", "version"), certainty=0.93
    ),
    Signature(
        r"PTX JIT compiler library not found",
        ("jit",),
        certainty=0.9,
    ),
)
