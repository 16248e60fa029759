"""The NVIDIA card stays reachable while it works.

Why: Power, heat, the slot or a defect cut the card's connection; only a restart brings it back.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature

PROBLEM = Problem(
    title="The NVIDIA card stopped answering on its bus.",
    seen="The engine stops in the middle of work and `nvidia-smi` says that the card is lost.",
    why="Power, heat, the slot or a defect cut the card's connection; only a restart brings it back.",
    fixes=(
        Fix(
            "Switch the computer off and on again, then check the power cables and the slot.",
            ("sudo poweroff",),
            needs_root=True,
            reboot=True,
            proof="nvidia-smi",
            loses="Unsaved work in open programs is lost.",
        ),
    ),
    sources=(
        "https://github.com/NVIDIA/open-gpu-kernel-modules/issues/507",
        "https://github.com/ollama/ollama/issues/6149",
        "https://github.com/NVIDIA/NVSentinel/issues/155",
        "https://github.com/leptonai/gpud/pull/1209",
    ),
    confused_with=("nvidia-driver-hung", "nvidia-laptop-gpu-switched-off"),
)

SIGNATURES = (
    Signature(r"""GPU has fallen off the bus""", ("fallen", "bus"), certainty=0.97),
    Signature(
        r"""fallen off the bus and is not responding""",
        ("fallen", "bus", "responding"),
        certainty=0.97,
    ),
    Signature(
        r"""Unable to determine the device handle for GPU.{0,80}GPU is lost""",
        ("gpu", "lost"),
        certainty=0.96,
    ),
)
