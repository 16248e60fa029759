"""The whole model is on the graphics card.

Why: Weights, context memory and fixed buffers together exceed the card's free memory.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature

PROBLEM = Problem(
    title="The model does not fit on the card, so the processor does part of the work.",
    seen="The card is found but mostly idle, and only a few words come each second.",
    why="Weights, context memory and fixed buffers together exceed the card's free memory.",
    fixes=(
        Fix(
            "See how the model is divided.",
            (
                "ollama ps",
                "nvidia-smi",
            ),
            proof="ollama ps",
        ),
        Fix(
            "Use a smaller model or quantisation, less context, one request at a time, or a compressed context memory.",
            (
                "OLLAMA_CONTEXT_LENGTH=4096 OLLAMA_NUM_PARALLEL=1 OLLAMA_FLASH_ATTENTION=1 OLLAMA_KV_CACHE_TYPE=q8_0 ollama serve",
            ),
            proof="ollama ps",
        ),
        Fix("Close other programs that use the card.", proof="nvidia-smi"),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/9181",
        "https://github.com/ollama/ollama/issues/3301",
        "https://github.com/ollama/ollama/issues/10848",
        "https://github.com/ollama/ollama/issues/5843",
        "https://github.com/ollama/ollama/issues/3078",
        "https://github.com/ollama/ollama/issues/11162",
        "https://github.com/ollama/ollama/issues/10823",
        "https://github.com/ollama/ollama/issues/618",
        "https://github.com/ollama/ollama/issues/10765",
    ),
    status="warn",
    likelihood=0.6,
    systems=(),
    confused_with=("mem-vram-used-by-others",),
)

SIGNATURES = (
    Signature(
        r"\d+%/\d+% CPU/GPU",
        (
            "cpu",
            "gpu",
        ),
        certainty=0.93,
    ),
    Signature(
        r"\b100% CPU\b",
        (
            "100",
            "cpu",
        ),
        certainty=0.88,
        also=(r"CONTEXT|PROCESSOR|UNTIL",),
    ),
    Signature(
        r"offload(?:ed|ing) (?!(\d+)/\1\b)\d+/\d+ layers to GPU",
        (
            "layers",
            "to",
            "gpu",
        ),
        certainty=0.9,
        unless=(r"offloaded (\d+)/\1 layers",),
    ),
    Signature(
        r"gpu has too little memory to allocate any layers",
        (
            "gpu",
            "has",
            "too",
            "little",
            "memory",
            "to",
            "allocate",
            "any",
            "layers",
        ),
        certainty=0.85,
    ),
    Signature(
        r"insufficient VRAM to load any model layers",
        (
            "insufficient",
            "vram",
            "to",
            "load",
            "any",
            "model",
            "layers",
        ),
        certainty=0.88,
    ),
    Signature(
        r"layers\.requested=-1 layers\.model=(\d+) layers\.offload=(?!\1\b)\d+",
        (
            "layers",
            "offload",
        ),
        certainty=0.85,
    ),
    Signature(
        r"new model will(?: not)? fit (?:only partially|in available VRAM)?.{0,40}(?:partial|cpu)",
        ("fit",),
        certainty=0.88,
    ),
    Signature(
        r"entering low vram mode",
        (
            "entering",
            "low",
            "vram",
            "mode",
        ),
        certainty=0.8,
        also=(r'total vram"?=?"?\s*"?[0-7](?:\.\d)? GiB',),
        unless=(r"id=cpu|MIG|library=cpu",),
    ),
)
