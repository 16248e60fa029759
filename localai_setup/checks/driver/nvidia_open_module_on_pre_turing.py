"""The NVIDIA module's flavour fits the card.

Why: The open module needs a processor inside the card that cards before the GTX 16 and RTX 20 series lack.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature

PROBLEM = Problem(
    title="This older NVIDIA card got the open kernel module, which cannot drive it.",
    seen="The driver loads but no card appears.",
    why="The open module needs a processor inside the card that cards before the GTX 16 and RTX 20 series lack.",
    fixes=(
        Fix(
            "Install the proprietary flavour of the driver (Ubuntu: the package without -open).",
            ("ubuntu-drivers list",),
            needs_root=False,
            reboot=False,
            proof="nvidia-smi",
        ),
    ),
    sources=("https://github.com/negativo17/nvidia-driver/issues/158",),
    confused_with=("nvidia-gpu-dropped-by-driver", "nvidia-proprietary-module-on-blackwell"),
)

SIGNATURES = (
    Signature(
        r"""not supported by open\s+(?:NVRM:\s*)?nvidia\.ko""", ("nvrm", "open"), certainty=0.96
    ),
    Signature(
        r"""does not include the required GPU""", ("nvrm", "include", "required"), certainty=0.96
    ),
)
