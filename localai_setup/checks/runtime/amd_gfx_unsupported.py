"""The engine's ROCm build supports this model of AMD card.

Why: The math libraries that come with the engine hold no kernels for this chip.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where
from ..engine._settings import settings

PROBLEM = Problem(
    title="The engine's ROCm build has no support for this model of AMD card.",
    seen="ROCm sees the card, but the engine calls it unsupported, or dies, and the processor does the work.",
    why="The math libraries that come with the engine hold no kernels for this chip.",
    fixes=(
        *settings(
            "Use the Vulkan part of the engine instead; it needs no list of chips.",
            {"OLLAMA_VULKAN": "1", "OLLAMA_LLM_LIBRARY": "vulkan"},
            "vulkan",
            systems=("linux", "windows"),
        ),
        *settings(
            "Or treat the card as its nearest supported relative: this is for RX 6000; for RX 7000 write 11.0.0. Other series have none.",
            {"HSA_OVERRIDE_GFX_VERSION": "10.3.0"},
            "amd",
            systems=("linux",),
        ),
        Fix(
            "Or give the container that variable (10.3.0 is for RX 6000; for RX 7000 write 11.0.0).",
            (
                "docker rm -f ollama",
                "docker run -d --device /dev/kfd --device /dev/dri -e HSA_OVERRIDE_GFX_VERSION=10.3.0 -v ollama:/root/.ollama -p 127.0.0.1:11434:11434 --name ollama ollama/ollama:rocm",
            ),
            loses="Files that were written inside the old container, outside its volume, are lost.",
            proof="docker exec ollama ollama ps",
            where=Where(systems=("linux",), container=False),
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/8772",
        "https://github.com/ollama/ollama/issues/15482",
        "https://github.com/ollama/ollama/pull/2885",
        "https://github.com/ollama/ollama/issues/3189",
        "https://github.com/ollama/ollama/issues/738",
        "https://github.com/ollama/ollama/issues/9184",
    ),
    likelihood=0.7,
    confused_with=("amd-hsa-override-wrong", "amd-kernels-do-not-fit-gpu"),
)

#: a second chip that is left out is no trouble where another one works
WORKS = (r"inference compute.{0,200}library=\"?(?:rocm|hip)",)

SIGNATURES = (
    Signature(
        r"amdgpu is not supported\b.{0,200}\bgpu_type=gfx\w+",
        ("amdgpu", "not", "supported"),
        certainty=0.96,
        unless=WORKS,
    ),
    Signature(
        r"amdgpu is not supported \(supported types:\s?\[[^\]]{0,600}gfx",
        ("amdgpu", "not", "supported"),
        certainty=0.97,
        unless=WORKS,
    ),
    Signature(
        r"amdgpu\b.{0,60}\bgfx\w+ is not supported by",
        ("amdgpu", "not", "supported"),
        certainty=0.97,
        unless=WORKS,
    ),
    Signature(
        r"dropping ROCm device.{1,5}no rocblas support for gfx target.{0,200}",
        ("dropping", "rocm", "rocblas"),
        certainty=0.97,
        unless=WORKS,
    ),
    Signature(
        r"amdgpu (?:\[\d+\] )?too old gfx\w+",
        ("amdgpu", "too", "old"),
        certainty=0.96,
        unless=WORKS,
    ),
    Signature(
        r"unsupported Radeon iGPU detected,? skipping",
        ("radeon", "igpu", "skipping"),
        certainty=0.9,
        also=(r"no compatible (?:amdgpu|GPUs)|library=\"?cpu\b",),
    ),
    Signature(
        r"rocBLAS error: Cannot read .{0,300}TensileLibrary\S*(?:\s.{0,60}for GPU arch\s?:\s?gfx\w+)?",
        ("rocblas", "error", "read"),
        certainty=0.95,
    ),
    Signature(
        r"TensileLibrary\S*: (?:Illegal seek|No such file or directory)",
        ("tensilelibrary",),
        certainty=0.94,
        lines=2,
    ),
    Signature(
        r"TensileLibrary\S{0,80}\s{0,40}(?:not found|No such file or directory)[\s\S]{0,60}gfx\w+",
        ("tensilelibrary",),
        certainty=0.93,
        lines=2,
    ),
    Signature(
        r"List of available TensileLibrary Files",
        ("available", "tensilelibrary", "files"),
        certainty=0.93,
    ),
    Signature(
        r"gfx\d\w{2,4}\b.{0,80}(?:is not|not) (?:currently )?supported",
        ("not", "supported"),
        certainty=0.88,
        unless=(r"supported types:\s?\[\]", *WORKS),
    ),
    Signature(r"hipErrorNoBinaryForGpu", ("hiperrornobinaryforgpu",), certainty=0.9),
    Signature(
        r"Unable to find code object for all current devices",
        ("code", "object", "devices"),
        certainty=0.9,
    ),
    Signature(
        r"failure during GPU discovery.{0,250}rocm.{0,250}error=.{0,4}runner crashed",
        ("failure", "discovery", "crashed"),
        certainty=0.85,
    ),
    Signature(
        r"no compatible amdgpu devices detected",
        ("compatible", "amdgpu", "detected"),
        certainty=0.8,
    ),
)
