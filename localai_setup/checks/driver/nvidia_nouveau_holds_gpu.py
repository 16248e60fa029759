"""The NVIDIA card is held by NVIDIA's own driver.

Why: One card can have one driver; nouveau was first, so NVIDIA's cannot take it.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature

PROBLEM = Problem(
    title="Another graphics driver (nouveau) holds the NVIDIA card.",
    seen="NVIDIA's driver is installed but finds no card.",
    why="One card can have one driver; nouveau was first, so NVIDIA's cannot take it.",
    fixes=(
        Fix(
            "Keep nouveau from loading and restart (Debian, Ubuntu).",
            (
                "echo 'blacklist nouveau' | sudo tee /etc/modprobe.d/blacklist-nouveau.conf",
                "sudo update-initramfs -u",
                "sudo reboot",
            ),
            needs_root=True,
            reboot=True,
            proof="nvidia-smi",
            loses="Unsaved work in open programs is lost.",
        ),
    ),
    sources=(
        "https://github.com/mattshma/bigdata/issues/133",
        "https://github.com/Oneflow-Inc/oneflow/issues/3106",
    ),
    confused_with=(
        "nvidia-module-missing-for-kernel",
        "nvidia-module-unsigned-secure-boot",
        "nvidia-driver-not-installed",
    ),
)

SIGNATURES = (
    Signature(
        r"""NVRM: The NVIDIA probe routine was not called""",
        ("nvrm", "probe", "routine"),
        certainty=0.95,
    ),
    Signature(r"""NVRM: nouveau, rivafb""", ("nvrm", "nouveau"), certainty=0.95),
    Signature(
        r"""NVRM: No NVIDIA (?:graphics adapter|devices) probed""",
        ("nvrm", "probed"),
        certainty=0.7,
    ),
)
