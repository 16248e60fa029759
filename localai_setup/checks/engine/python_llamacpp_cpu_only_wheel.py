"""The llama-cpp-python package can use the card.

Why: pip took a package for the processor, or used an earlier build of that kind again, and no
build options were given.
"""

from __future__ import annotations

from ...model.finding import Evidence, Fix, Problem, Signature, Symptom, Where
from ...probes.gpus import Gpus
from ...probes.logs import Logs

BUILD = "python -m pip install llama-cpp-python --force-reinstall --no-cache-dir --no-binary llama-cpp-python --verbose"
#: says True where it can use a card
PROOF = 'python -c "import llama_cpp; print(llama_cpp.llama_supports_gpu_offload())"'

PROBLEM = Problem(
    title="The Python package of llama.cpp was installed without graphics support.",
    seen="The number of graphics layers changes nothing, the card is idle, and no error shows.",
    why="pip took a package for the processor, or used an earlier build of that kind again, and no build options were given.",
    fixes=(
        *(
            Fix(text, (f"{before}{BUILD}",), proof=PROOF, where=Where(systems=(system,)))
            for system, text, before in (
                (
                    "linux",
                    "Build it anew with CUDA; the CUDA toolkit must be installed. (For AMD and Intel: GGML_VULKAN.)",
                    'CMAKE_ARGS="-DGGML_CUDA=on" ',
                ),
                ("macos", "Build it anew with Metal.", 'CMAKE_ARGS="-DGGML_METAL=on" '),
                (
                    "windows",
                    "Build it anew with CUDA; the CUDA toolkit and Visual Studio's C++ tools must be installed. Run this in PowerShell. (For AMD and Intel: GGML_VULKAN.)",
                    '$env:CMAKE_ARGS="-DGGML_CUDA=on"; ',
                ),
            )
        ),
        Fix(
            "Or take a ready-made package with CUDA, without building (cu124 stands for CUDA 12.4; choose what the driver can do).",
            (
                "python -m pip install llama-cpp-python --force-reinstall --no-cache-dir --only-binary=llama-cpp-python --extra-index-url https://abetlen.github.io/llama-cpp-python/whl/cu124",
            ),
            proof=PROOF,
            where=Where(systems=("linux", "windows")),
        ),
    ),
    sources=(
        "https://github.com/abetlen/llama-cpp-python/issues/787",
        "https://github.com/abetlen/llama-cpp-python/issues/300",
        "https://github.com/abetlen/llama-cpp-python/issues/357",
        "https://github.com/abetlen/llama-cpp-python/issues/514",
        "https://github.com/abetlen/llama-cpp-python/issues/1315",
        "https://github.com/abetlen/llama-cpp-python/issues/1723",
        "https://github.com/langchain-ai/langchain/issues/5187",
        "https://github.com/gokayfem/ComfyUI_VLM_nodes/issues/71",
        "https://github.com/openinterpreter/openinterpreter/issues/114",
    ),
    likelihood=0.5,
    systems=(),
    confused_with=("engine-build-cpu-only",),
)

#: The script asks for the card; what loaded says that there is a graphics part after all.
WANTED = r"\bn_gpu_layers\"?\s?[=:]\s?(?:-1|[1-9])"
HAS_GRAPHICS = r"\b(?:CUDA|ROCm|Vulkan|SYCL|MTL)\d|CUDA : |found [1-9]\d? (?:CUDA|ROCm|Vulkan) devices|Metal : |ggml_metal|ggml_cuda_init|BLAS = 1"

SIGNATURES = (
    Signature(
        r"offloaded 0/\d+ layers to GPU",
        ("offloaded", "layers", "gpu"),
        certainty=0.9,
        also=(r"\bn_gpu_layers\s?=\s?(?:-1|[1-9])|\bfrom llama_cpp\b",),
        unless=(r"(?:CUDA|ROCm|Vulkan|SYCL|MTL)\d|found [1-9]\d? (?:CUDA|ROCm|Vulkan) devices",),
    ),
    Signature(
        r"llama_supports_gpu_offload\b[()\s:='\"]{0,20}(?:False|0)\b",
        ("llama_supports_gpu_offload",),
        certainty=0.95,
        lines=3,
    ),
    Signature(
        r'llama_supports_gpu_offload\(\)\)?["\s]{0,6}\nFalse\b',
        ("llama_supports_gpu_offload", "false"),
        certainty=0.95,
        lines=2,
    ),
    Signature(
        r"Using cached llama_cpp_python-\S+\.whl",
        ("llama_cpp_python", "cached", "using"),
        certainty=0.85,
    ),
    Signature(
        r"Created wheel for llama-cpp-python: filename=llama_cpp_python-\S+",
        ("llama_cpp_python", "filename", "created"),
        certainty=0.7,
        also=(r"BLAS = 0",),
    ),
    Signature(
        r"not compiled with GPU offload support",
        ("compiled", "support", "offload"),
        certainty=0.8,
        also=(r"llama[_-]cpp[_-]python|Llama\.generate|n_gpu_layers|from llama_cpp",),
    ),
    Signature(r"^\W*BLAS = 0\W*$", ("blas", "0"), certainty=0.85),
    Signature(r"^AVX = \d \|.{0,400}\bBLAS = 0 \|", ("blas", "avx", "0"), certainty=0.85),
    Signature(
        r"\bBLAS = 0\b",
        ("blas", "0"),
        certainty=0.8,
        also=(r"llama_cpp|llama-cpp-python|n_gpu_layers|langchain|python",),
    ),
    Signature(
        r"layer\s+\d+ assigned to device CPU\b",
        ("assigned", "device", "layer"),
        certainty=0.7,
        also=(r"llama_cpp|llama-cpp-python",),
        unless=(r"CUDA|Vulkan|Metal",),
    ),
    *(
        Signature(message, needs, certainty=0.84, also=(WANTED,), unless=(HAS_GRAPHICS,))
        for message, needs in (
            (r"\bCPU : (?:SSE3|NEON|AVX) = 1 \|", ("cpu", "1")),
            (r"layer +\d+ assigned to device CPU\b", ("assigned", "device", "cpu")),
            (r"layer +\d+: dev = CPU\b", ("layer", "dev", "cpu")),
            (r"\bCPU(?:_Mapped|_REPACK)? model buffer size", ("model", "buffer", "size")),
        )
    ),
)


def check(gpus: Gpus, logs: Logs) -> Symptom | None:
    """The package itself says that it cannot use a card."""
    if not any(gpu.vendor in ("nvidia", "amd", "apple") for gpu in gpus.gpus):
        return None
    for source, text in logs.texts.items():
        if "llama_supports_gpu_offload" in source and text.strip() == "False":
            what = (
                "The installed llama-cpp-python says that it was built without support for a card."
            )
            return Symptom(what, (Evidence(source, "False"),), 0.97)
    return None
