"""Ollama uses the slice of a partitioned card.

Why: From 0.13.2 the second test of a device names the parent card, which CUDA refuses when the
card is partitioned.
"""

from __future__ import annotations

import re

from ...model.finding import Evidence, Fix, Problem, Signature, Symptom, Where
from ...probes.logs import Logs
from ._settings import SERVICE, drop_in

PROBLEM = Problem(
    title="Ollama passes over the slice (MIG) of the NVIDIA card.",
    seen="On a partitioned A100 or H100 everything runs on the processor since an upgrade.",
    why="From 0.13.2 the second test of a device names the parent card, which CUDA refuses when the card is partitioned.",
    fixes=(
        Fix(
            "Name the slice itself to the service (here the first of `nvidia-smi -L`).",
            drop_in(
                "Environment=CUDA_VISIBLE_DEVICES='$(nvidia-smi -L | grep -o \"MIG-[^)]*\" | head -n 1)'",
                "cuda-devices",
            ),
            needs_root=True,
            proof="systemctl show ollama -p Environment",
            where=SERVICE,
        ),
        Fix(
            "If that does not help, use 0.13.1, the last release without this test; newer models may need a newer one.",
            ("curl -fsSL https://ollama.com/install.sh | OLLAMA_VERSION=0.13.1 sh",),
            needs_root=True,
            proof="ollama --version",
            where=Where(systems=("linux",), container=False),
        ),
        Fix(
            "In a container use that release as image (add your own options).",
            (
                "docker rm -f ollama",
                "docker run -d --gpus all -v ollama:/root/.ollama -p 127.0.0.1:11434:11434 --name ollama ollama/ollama:0.13.1",
            ),
            loses="Files that were written inside the old container, outside its volumes, are lost.",
            proof="docker exec ollama ollama ps",
            where=Where(systems=("linux",), container=False),
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/14031",
        "https://github.com/ollama/ollama/pull/13851",
        "https://github.com/ollama/ollama/issues/4814",
        "https://github.com/ollama/ollama/issues/1500",
        "https://github.com/ollama/ollama/issues/15178",
    ),
    likelihood=0.5,
    systems=("linux",),
    confused_with=("gpu-hidden-by-cuda-visible-devices",),
)

SIGNATURES = (
    Signature(
        r"Insufficient Permissions",
        ("insufficient", "permissions"),
        certainty=0.8,
        also=(r"MIG devices:|\bMIG-|\bMIG \dg\.",),
    ),
    Signature(
        r"MIG \d+g\.\d+gb(?:\+\w+)?\s+Device",
        ("device", "mig"),
        certainty=0.93,
        also=(r'id=cpu|library="?cpu|no compatible GPUs|low vram|CPU-only|filter|no CUDA-capable',),
    ),
    Signature(
        r"\bMIG-[0-9a-f][0-9a-f-]{7,}",
        ("mig",),
        certainty=0.85,
        also=(
            r'(?:filter|skip|ignor).{0,80}(?:device|GPU)|id=cpu|library="?cpu|no compatible GPUs|did.?n.t fully initialize|did not fully initialize|no CUDA',
        ),
    ),
    Signature(
        r"filtering device which didn.t fully initialize",
        ("initialize", "filtering", "device"),
        certainty=0.85,
        unless=(r"gfx\d|ROCm",),
    ),
    Signature(r"didn.t fully initialize.{0,200}MIG", ("fully",), certainty=0.9),
    Signature(
        r"\| MIG devices:",
        ("mig", "devices"),
        certainty=0.88,
        also=(r'id=cpu|library="?cpu|no compatible GPUs|no CUDA-capable',),
    ),
)


def check(logs: Logs) -> Symptom | None:
    listed = logs.texts.get("command:nvidia-smi -L", "")
    slices = [line.strip() for line in listed.splitlines() if line.strip().startswith("MIG ")]
    served = logs.engine()
    if not slices or not re.search(r"inference compute.*id=cpu|library=cpu", served):
        return None
    return Symptom(
        f"The card offers {slices[0]!r}, but Ollama lists the processor alone.",
        (Evidence("command:nvidia-smi -L", slices[0]),),
        certainty=0.97,
    )
