"""The ROCm libraries in use were made for this card and driver.

Why: The library set was built for other chips or another HIP version than the driver offers
(exchanged rocBLAS files, a chip override, a driver update).
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where
from ..engine._settings import settings, without

PROBLEM = Problem(
    title="The ROCm libraries in use were made for another AMD card or driver.",
    seen="The model loads into the card's memory and the first word kills the engine.",
    why="The library set was built for other chips or another HIP version than the driver offers (exchanged rocBLAS files, a chip override, a driver update).",
    fixes=(
        *without("Take a chip override away, if one is set.", "HSA_OVERRIDE_GFX_VERSION", "amd")[
            :2
        ],
        Fix(
            "Update AMD's driver (Adrenalin), then install the newest engine again, without exchanged rocBLAS files.",
            ("winget install --id Ollama.Ollama --force",),
            proof="ollama --version",
            where=Where(systems=("windows",)),
        ),
        Fix(
            "Install Ollama afresh, so that its own libraries replace exchanged ones.",
            ("sudo rm -rf /usr/local/lib/ollama", "curl -fsSL https://ollama.com/install.sh | sh"),
            needs_root=True,
            loses="The folder with Ollama's libraries is deleted and downloaded again; models stay.",
            proof="ollama --version",
            where=Where(systems=("linux",), container=False),
        ),
        *settings(
            "Or use the engine's Vulkan part.",
            {"OLLAMA_VULKAN": "1", "OLLAMA_LLM_LIBRARY": "vulkan"},
            "vulkan",
            systems=("linux", "windows"),
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/11975",
        "https://github.com/likelovewant/ollama-for-amd/issues/37",
        "https://github.com/likelovewant/ROCmLibs-for-gfx1103-AMD780M-APU/issues/3",
        "https://github.com/likelovewant/ROCmLibs-for-gfx1103-AMD780M-APU/issues/19",
        "https://github.com/YellowRoseCx/koboldcpp-rocm/issues/115",
        "https://github.com/ROCm/legacy-rocm-build/issues/6120",
    ),
    likelihood=0.6,
    confused_with=("amd-hsa-override-wrong", "amd-gfx-unsupported"),
)

AMD = r"ROCm|\bHIP\b|hipblas|rocblas|amdgpu|Radeon|gfx\d"

SIGNATURES = (
    *(
        Signature(rf"\b{name}\b", (name,), certainty=0.93)
        for name in (
            "hsa_status_error_invalid_isa",
            "hsa_status_error_invalid_code_object",
            "hsa_status_error_invalid_isa_name",
            "hipblas_status_arch_mismatch",
            "rocblas_status_arch_mismatch",
        )
    ),
    Signature(
        r"(?:rocblaslt|hipblaslt)\W{0,3}error: ?(?:Cannot|Could not) (?:read|load|open)",
        ("error",),
        certainty=0.93,
    ),
    Signature(
        r"Memory access fault by GPU node-\d+", ("memory", "access", "fault", "gpu"), certainty=0.8
    ),
    Signature(
        r"(?:ROCm|HIP) error: (?:invalid device function|device kernel image is invalid|shared object initialization failed|named symbol not found|no kernel image is available)",
        ("error",),
        certainty=0.97,
    ),
    Signature(
        r"CUDA error: invalid device function|invalid device function",
        ("invalid", "device", "function"),
        certainty=0.93,
    ),
    Signature(
        r"hipErrorInvalidDeviceFunction",
        ("hiperrorinvaliddevicefunction",),
        certainty=0.95,
    ),
    Signature(
        r"hipErrorSharedObjectInitFailed", ("hiperrorsharedobjectinitfailed",), certainty=0.95
    ),
    Signature(r"hipErrorInvalidImage", ("hiperrorinvalidimage",), certainty=0.95),
    Signature(
        r"shared object initialization failed",
        ("shared", "object", "initialization"),
        certainty=0.93,
    ),
    Signature(
        r"device kernel image is invalid",
        ("kernel", "image", "invalid"),
        certainty=0.96,
        also=(AMD,),
    ),
    Signature(
        r"no kernel image is available for execution on the device",
        ("kernel", "image", "available"),
        certainty=0.96,
        also=(r"ROCm error|HIP error|hipGetLastError|found \d+ ROCm|ROCm0",),
    ),
    Signature(
        r"Cannot find CO in the bundle|Cannot find Symbol with name|Could not find code object",
        ("find",),
        certainty=0.9,
        also=(AMD,),
    ),
    Signature(
        r"rocBLAS error: (?:Could not load|Tensile solution|Could not initialize Tensile host: (?!No devices))",
        ("rocblas", "error"),
        certainty=0.9,
    ),
    # A chip without kernels is the likelier reading; exchanged library files print the same.
    Signature(
        r"rocBLAS error: Cannot read .{0,300}TensileLibrary\S*",
        ("rocblas", "error", "read"),
        certainty=0.7,
    ),
    Signature(
        r"rocblas_status_internal_error",
        ("rocblas_status_internal_error",),
        certainty=0.8,
    ),
    Signature(
        r"Memory access fault by GPU node-\d+.{0,160}",
        ("memory", "access", "fault", "gpu"),
        certainty=0.85,
        also=(r"HSA_OVERRIDE|gfx\d",),
    ),
)
