"""The engine can use a graphics device.

Why: It was built for the processor only, or the library with the graphics part is not beside the
program.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature

PROBLEM = Problem(
    title="This build of the engine has no graphics support.",
    seen="Layers are given to the card, but the answers come at processor speed and the card stays idle.",
    why="It was built for the processor only, or the library with the graphics part is not beside the program.",
    fixes=(
        Fix(
            "Ask the program which devices it knows.",
            ("llama-server --list-devices",),
            proof="llama-server --list-devices",
        ),
        Fix(
            "Take the CUDA, HIP or Vulkan variant of the same release, and keep its libraries in the program's folder.",
            ("ls -l $(dirname $(command -v llama-server))",),
            proof="llama-server --list-devices",
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

SIGNATURES = (
    Signature(
        r"no usable GPU found, --(?:gpu-layers|n-gpu-layers) option will be ignored",
        (
            "no",
            "usable",
            "gpu",
            "found",
            "option",
            "will",
            "be",
            "ignored",
        ),
        certainty=0.93,
        unless=(r"LLAMA_CPP_PROCESS_ERROR|jan",),
    ),
    Signature(
        r"compiled without (?:GPU|CUDA|GPU offload) support",
        (
            "compiled",
            "without",
            "support",
        ),
        certainty=0.93,
    ),
    Signature(
        r"not compiled with GPU offload support",
        (
            "not",
            "compiled",
            "with",
            "gpu",
            "offload",
            "support",
        ),
        certainty=0.9,
        unless=(r"bad CPU type|darwin|macOS|llama[_-]cpp[_-]python",),
    ),
    Signature(
        r"llama\.cpp was compiled without support for GPU offload",
        (
            "llama",
            "cpp",
            "was",
            "compiled",
            "without",
            "support",
            "for",
            "gpu",
            "offload",
        ),
        certainty=0.85,
    ),
    Signature(
        r"see main README\.md for information on enabling GPU BLAS support",
        (
            "see",
            "main",
            "readme",
            "md",
            "for",
            "information",
            "on",
            "enabling",
            "gpu",
            "blas",
            "support",
        ),
        certainty=0.85,
    ),
    Signature(
        r"^\s*Available devices:\s*$\s*(?:^\s*\(none\)\s*$)?\Z",
        (
            "available",
            "devices",
        ),
        certainty=0.8,
        lines=2,
    ),
    Signature(
        r"offload(?:ing|ed)? (?:was )?requested.{0,60}no GPU backend",
        (
            "gpu",
            "backend",
        ),
        certainty=0.8,
    ),
)
