"""The NVIDIA kernel module and the driver's libraries are of one version.

Why: an update replaced the libraries on disk while the old kernel module stayed loaded. The two
refuse to talk to each other, so no program can use the card until the new module is loaded.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where

PROBLEM = Problem(
    title="The NVIDIA driver was updated but the old one is still running.",
    seen="`nvidia-smi` reports a version mismatch and engines fall back to the processor.",
    why="The libraries on disk are newer than the kernel module in memory; they refuse to work together.",
    fixes=(
        Fix(
            "Restart the computer, so that the new kernel module is loaded.",
            ("sudo reboot",),
            needs_root=True,
            reboot=True,
            loses="Unsaved work in open programs is lost.",
            proof="nvidia-smi",
            where=Where(container=False),
        ),
        Fix(
            "Restart the host that this container runs on, then the container.",
            proof="nvidia-smi",
            where=Where(container=True),
        ),
    ),
    sources=("https://github.com/NVIDIA/nvidia-docker/issues/584",),
    likelihood=0.9,
    systems=("linux",),
)

SIGNATURES = (
    Signature(r"driver/library version mismatch", ("version", "mismatch"), certainty=0.98),
    Signature(
        r"NVRM: API mismatch.{0,200}?kernel module", ("nvrm", "mismatch"), certainty=0.97, lines=4
    ),
)
