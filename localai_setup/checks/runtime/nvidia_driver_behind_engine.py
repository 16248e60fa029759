"""The NVIDIA driver is as new as the engine needs.

Why: Each CUDA version needs a minimum driver; this one is older.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature

PROBLEM = Problem(
    title="The installed NVIDIA driver is older than the engine needs.",
    seen="The engine falls back to the processor or refuses to start.",
    why="Each CUDA version needs a minimum driver; this one is older.",
    fixes=(
        Fix(
            "See the driver's version, then install a newer driver with your system's own tool.",
            ("nvidia-smi",),
            needs_root=False,
            reboot=False,
            proof="nvidia-smi",
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/16415",
        "https://github.com/ollama/ollama/issues/17290",
        "https://github.com/ollama/ollama/issues/7666",
        "https://github.com/ollama/ollama/issues/16449",
    ),
    confused_with=("nvidia-driver-rejects-engine-kernels", "nvidia-driver-half-updated"),
)

SIGNATURES = (
    Signature(
        r"""CUDA driver version is insufficient for CUDA runtime version""",
        ("driver", "version", "insufficient", "runtime"),
        certainty=0.95,
    ),
    Signature(r"""NVIDIA driver too old""", ("nvidia", "driver", "too", "old"), certainty=0.96),
    Signature(
        r"""The NVIDIA driver on your system is too old""",
        ("nvidia", "driver", "too", "old"),
        certainty=0.96,
    ),
    Signature(
        r"""unsatisfied condition: cuda\s?>=""", ("unsatisfied", "condition"), certainty=0.95
    ),
    Signature(
        r"""undefined symbol: cuCtxCreate_v3""",
        ("undefined", "symbol", "cuctxcreate_v3"),
        certainty=0.93,
    ),
)
