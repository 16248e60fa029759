"""The NVIDIA driver answers containers in time.

Why: Without a program that keeps the driver awake, it starts anew at each use, which can take long.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature

PROBLEM = Problem(
    title="The NVIDIA driver takes so long to wake up that containers give up.",
    seen="Starting a container with the card times out.",
    why="Without a program that keeps the driver awake, it starts anew at each use, which can take long.",
    fixes=(
        Fix(
            "Keep the driver awake.",
            ("sudo nvidia-smi -pm 1",),
            needs_root=True,
            reboot=False,
            proof="nvidia-smi -q -d PERFORMANCE",
        ),
    ),
    sources=(
        "https://github.com/NVIDIA/nvidia-container-toolkit/issues/202",
        "https://github.com/NVIDIA/nvidia-docker/issues/723",
        "https://github.com/NVIDIA/nvidia-docker/issues/1279",
        "https://github.com/GoogleCloudPlatform/ai-infra-cluster-provisioning/issues/227",
    ),
    confused_with=("ollama-gpu-probe-too-slow",),
)

SIGNATURES = (
    Signature(
        r"""nvidia-container-cli: initialization error: driver (?:rpc )?error: timed out""",
        ("nvidia", "initialization", "timed", "out"),
        certainty=0.97,
    ),
)
