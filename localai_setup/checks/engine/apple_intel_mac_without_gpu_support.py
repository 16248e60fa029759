"""The engine has graphics code for this Mac's chip.

Why: Ready-made builds carry graphics code for Apple chips only.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where

PROBLEM = Problem(
    title="On this Intel Mac the engine can only use the processor.",
    seen="An Intel iMac or MacBook, with AMD or Intel graphics, computes everything on the processor.",
    why="Ready-made builds carry graphics code for Apple chips only.",
    fixes=(
        Fix(
            "Stay on the processor and pick a small model, such as this one.",
            ("ollama run llama3.2:1b",),
            proof="ollama ps",
            where=Where(systems=("macos",)),
        ),
        Fix(
            "Or, for an AMD chip, build llama.cpp with Vulkan (needs Homebrew; 20 minutes or more).",
            (
                "brew install cmake git vulkan-headers vulkan-loader molten-vk shaderc spirv-headers",
                "git clone --depth 1 https://github.com/ggml-org/llama.cpp",
                "cmake -S llama.cpp -B llama.cpp/build -DGGML_METAL=OFF -DGGML_VULKAN=ON",
                "cmake --build llama.cpp/build --config Release",
            ),
            proof="llama.cpp/build/bin/llama-server --list-devices",
            where=Where(systems=("macos",)),
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/1016",
        "https://github.com/ollama/ollama/issues/10660",
        "https://github.com/ollama/ollama/issues/10715",
        "https://github.com/ollama/ollama/issues/8256",
        "https://github.com/ollama/ollama/issues/8694",
        "https://github.com/ollama/ollama/issues/12217",
    ),
    likelihood=0.5,
    systems=("macos",),
    confused_with=(
        "engine-build-cpu-only",
        "cpu-wrong-architecture-binary",
    ),
)

#: What a macOS machine writes: its folders, and its name.
MAC = r"/var/folders/|/Users/[^/\s]{1,40}/\.ollama|/Applications/Ollama\.app|\bmacOS\b|Mac OS X|\bMacBook|\biMac\b"
#: What an Apple chip writes, or another machine than the Mac itself.
ELSEWHERE = r"Apple M\d|\blibrary=\"?metal|\barm64\b|aarch64|docker|podman|/root/\.ollama"
INTEL = r"x86_64|Intel\(R\)|Radeon|Intel (?:Core|UHD|Iris|HD)"

SIGNATURES = (
    Signature(
        r"fork/exec \S+: bad CPU type in executable", ("executable", "type", "fork"), certainty=0.97
    ),
    Signature(
        r"bad CPU type in executable",
        ("executable", "type", "cpu"),
        certainty=0.9,
        also=(r"metal|runner|llama-server",),
    ),
    Signature(
        r"Chipset Model:\s+(?:AMD |Radeon|Intel )",
        ("chipset", "model"),
        certainty=0.8,
        unless=(r"Apple M\d",),
    ),
    Signature(
        r"not compiled with GPU offload support, --n-gpu-layers",
        ("compiled", "support", "offload"),
        certainty=0.85,
    ),
    Signature(
        r"Metal.{0,40}not supported on (?:this )?(?:Intel|x86_64|amd64)",
        ("supported", "on"),
        certainty=0.93,
    ),
    Signature(
        r"(?:Intel Macs?|x86_64 macOS|darwin[/_-]amd64)\b.{0,60}\bGPU\b.{0,40}(?:not supported|unsupported|disabled)",
        ("gpu",),
        certainty=0.9,
    ),
    Signature(
        r"MLX\b.{0,40}(?:requires|only (?:works|runs|supported) on) (?:an )?Apple Silicon",
        ("silicon", "mlx"),
        certainty=0.85,
    ),
    Signature(
        r"ggml_metal(?:_device)?_init: (?:picking default|found) device: (?:AMD|Intel|Radeon)",
        ("device",),
        certainty=0.93,
    ),
    Signature(
        r"ggml_metal(?:_device)?_init: GPU name: +(?:AMD|Intel|Radeon)",
        ("name", "gpu"),
        certainty=0.93,
    ),
    Signature(
        r"ggml_metal_init: error: ",
        ("ggml_metal_init", "error"),
        certainty=0.85,
        also=(r"Intel\(R\)|AMD Radeon",),
        unless=(r"Apple M\d",),
    ),
    # on an Apple chip the same line says library=metal
    Signature(
        r"inference compute\b.{0,80}\blibrary=\"?cpu\b",
        ("inference", "compute"),
        certainty=0.94,
        also=(MAC,),
        unless=(ELSEWHERE,),
    ),
    Signature(
        r"\b100% CPU\b",
        ("100", "cpu"),
        certainty=0.92,
        also=(r"ProductName:\s+mac|\bmacOS\b|Mac OS X|\bMacBook|\biMac\b", INTEL),
        unless=(ELSEWHERE,),
    ),
    Signature(
        r"mlx\b\S{0,40}macosx_\d+_\d+_arm64\.whl is not a supported wheel",
        ("whl", "supported", "wheel"),
        certainty=0.85,
    ),
    Signature(
        r"Intel(?:[- ]based)? (?:Macs?|processors?|chips?)\b.{0,60}(?:(?:not|no longer) supported|unsupported)",
        ("intel",),
        certainty=0.85,
    ),
    Signature(
        r"\bApple silicon (?:is )?required\b|\brequires? (?:an? )?Apple silicon\b",
        ("apple", "silicon"),
        certainty=0.85,
        unless=(r"Apple M\d",),
    ),
)
