"""The whole model is on the graphics card.

Why: Weights, context memory and fixed buffers together exceed the card's free memory.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature
from ..engine._settings import settings

PROBLEM = Problem(
    title="The model does not fit on the card, so the processor does part of the work.",
    seen="The card is found but mostly idle, and only a few words come each second.",
    why="Weights, context memory and fixed buffers together exceed the card's free memory.",
    fixes=(
        *settings(
            "Use a smaller model or quantisation, or less memory for the context as here: shorter (4096 is an example), one request at a time, compressed.",
            {
                "OLLAMA_CONTEXT_LENGTH": "4096",
                "OLLAMA_NUM_PARALLEL": "1",
                "OLLAMA_FLASH_ATTENTION": "1",
                "OLLAMA_KV_CACHE_TYPE": "q8_0",
            },
            "context",
        ),
        Fix(
            "Close other programs that use the card, then load the model again; the column PROCESSOR tells how it is divided.",
            ("ollama ps",),
            loses="A program that is closed loses what it has not saved.",
            proof="ollama ps",
        ),
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
    # llama.cpp cuts the model to the card, unless a shorter context alone makes it fit
    Signature(
        r"cannot meet free memory target of \d+ MiB",
        ("cannot", "meet", "target"),
        certainty=0.82,
        unless=(r"can be fit by reducing context|offloaded (\d{1,4})/\1 layers",),
    ),
    Signature(
        r"\b\d{1,4} layers \( {0,3}[1-9]\d{0,3} overflowing\)",
        ("layers", "overflowing"),
        certainty=0.85,
    ),
    Signature(
        r"parameters are on the meta device because they were offloaded to the (?:cpu|disk)",
        ("parameters", "meta", "offloaded"),
        certainty=0.93,
    ),
    Signature(
        r"modules are dispatched on the CPU or the disk",
        ("modules", "dispatched", "disk"),
        certainty=0.93,
    ),
    Signature(r"\b\d+%/\d+% CPU/GPU\b", ("cpu", "gpu"), certainty=0.95),
    Signature(r"\b100% CPU\b", ("cpu", "100"), certainty=0.9, also=(r"CONTEXT|PROCESSOR|UNTIL",)),
    Signature(
        r"offloaded (?!(\d+)/\1\b)\d+/\d+ layers to GPU",
        ("offloaded", "layers", "gpu"),
        certainty=0.92,
    ),
    Signature(
        r"offloading (?!(\d+)/\1\b)\d+/\d+ layers to GPU",
        ("offloading", "layers", "gpu"),
        certainty=0.92,
    ),
    Signature(
        r"gpu has too little memory to allocate any layers\b",
        ("allocate", "little", "memory"),
        certainty=0.93,
    ),
    Signature(
        r"insufficient VRAM to load any model layers\b",
        ("insufficient", "layers", "model"),
        certainty=0.95,
    ),
    Signature(
        r"not enough vram available, falling back to CPU only\b",
        ("available", "falling", "enough"),
        certainty=0.95,
    ),
    Signature(
        r"layers\.requested=-1 layers\.model=(\d+) layers\.offload=(?!\1\b)\d+",
        ("requested", "offload", "layers"),
        certainty=0.93,
    ),
    Signature(
        r"failed to fit params to free device memory\b",
        ("device", "params", "memory"),
        certainty=0.85,
    ),
    Signature(
        r"new model will fit only partially\b", ("partially", "model", "only"), certainty=0.9
    ),
    Signature(
        r"entering low vram mode\b",
        ("entering", "vram", "mode"),
        certainty=0.8,
        also=(r'total vram"?=?"?\s*"?[0-7](?:\.\d)? GiB',),
        unless=(r'id=cpu|MIG|library=cpu|total vram"?="?0 B',),
    ),
    Signature(r"unable to load full model on GPU\b", ("unable", "model", "full"), certainty=0.93),
    Signature(
        r"is too large to (?:fit|load) (?:entirely |fully )?(?:in|into|on) (?:the )?(?:GPU|VRAM)\b",
        ("large", "too", "to"),
        certainty=0.88,
    ),
    Signature(r"predicted usage exceeds VRAM\b", ("predicted", "exceeds", "usage"), certainty=0.85),
)
