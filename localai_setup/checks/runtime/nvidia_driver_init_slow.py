"""The NVIDIA driver answers containers in time.

Why: Without a running client the driver forgets its state, and every start prepares all cards
anew (worst with many cards and in clouds).
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where

PROOF = "nvidia-smi --query-gpu=persistence_mode --format=csv"

PROBLEM = Problem(
    title="The NVIDIA driver takes so long to wake up that containers give up.",
    seen="Starting a container with the cards fails after a while; `nvidia-smi` itself takes many seconds; a second try may work.",
    why="Without a running client the driver forgets its state, and every start prepares all cards anew (worst with many cards and in clouds).",
    fixes=(
        Fix(
            "Let the driver stay awake.",
            ("sudo systemctl enable --now nvidia-persistenced",),
            needs_root=True,
            proof=PROOF,
            where=Where(systems=("linux",), systemd=True, container=False, wsl=False),
        ),
        Fix(
            "Where that service is absent, switch it on until the next restart.",
            ("sudo nvidia-smi -pm 1",),
            needs_root=True,
            proof=PROOF,
            where=Where(systems=("linux",), container=False),
        ),
        Fix(
            "The driver belongs to the host of this container; let it stay awake there.",
            ("nvidia-smi --query-gpu=persistence_mode --format=csv",),
            proof=PROOF,
            where=Where(systems=("linux",), container=True),
        ),
    ),
    sources=(
        "https://github.com/NVIDIA/nvidia-container-toolkit/issues/202",
        "https://github.com/NVIDIA/nvidia-docker/issues/723",
        "https://github.com/NVIDIA/nvidia-docker/issues/1279",
        "https://github.com/GoogleCloudPlatform/ai-infra-cluster-provisioning/issues/227",
    ),
    likelihood=0.4,
    systems=("linux",),
    confused_with=("ollama-gpu-probe-too-slow",),
)

SIGNATURES = (
    Signature(
        r"nvidia-container-cli:\s+initialization\s+error:\s+driver\s+(?:rpc\s+)?error:\s+timed\s+out",
        ("nvidia", "initialization", "timed"),
        certainty=0.98,
        lines=2,
    ),
    Signature(
        r"(?:driver|nvml|rpc)\b.{0,20}\berror: (?:timed out|timeout)",
        ("error",),
        certainty=0.95,
        also=(r"nvidia",),
    ),
    Signature(
        r"nvidia-(?:container|docker|smi).{0,150}(?:timed out|timeout|context deadline exceeded)",
        ("nvidia",),
        certainty=0.9,
        unless=(r"ollama.{0,80}source=|pull|registry|TLS handshake",),
    ),
    Signature(
        r"\breal\s+(?:\d+m)?(?:[1-9]\d)[.,]\d+s?\b|\breal\s+[1-9]\d*m\d",
        ("real",),
        certainty=0.85,
        also=(r"nvidia-smi",),
    ),
    Signature(
        r"nvidia-smi.{0,60}(?:takes|took) .{0,20}(?:\d{2,} ?s(?:ec)?|minutes?)",
        ("nvidia", "smi"),
        certainty=0.88,
    ),
)
