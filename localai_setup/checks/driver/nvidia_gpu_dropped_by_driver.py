"""The installed NVIDIA driver still supports the card.

Why: NVIDIA moves older cards to legacy branches; newer drivers ignore them.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature

PROBLEM = Problem(
    title="The installed NVIDIA driver no longer supports this card.",
    seen="After an update of the driver the card is gone.",
    why="NVIDIA moves older cards to legacy branches; newer drivers ignore them.",
    fixes=(
        Fix(
            "See which branch the kernel log names, and install that one.",
            ("sudo dmesg | grep -i legacy",),
            needs_root=True,
            reboot=False,
            proof="nvidia-smi",
        ),
    ),
    sources=(
        "https://github.com/NixOS/nixos-hardware/issues/1880",
        "https://github.com/siderolabs/talos/issues/8764",
        "https://github.com/fgci-org/ansible-role-cuda/issues/16",
        "https://github.com/omacom/omarchy/pull/4314",
    ),
    confused_with=("nvidia-open-module-on-pre-turing", "nvidia-module-load-loop"),
)

SIGNATURES = (
    Signature(
        r"""supported through the NVIDIA \S+ Legacy drivers""",
        ("nvidia", "legacy", "supported"),
        certainty=0.97,
    ),
)
