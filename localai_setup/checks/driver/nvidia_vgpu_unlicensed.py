"""A virtual NVIDIA card has its licence.

Why: NVIDIA slows a virtual card (vGPU) down, some twenty minutes after its start, until it has one.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where
from ._fixes import LINUX

PROBLEM = Problem(
    title="The virtual NVIDIA card has no licence and is slowed down.",
    seen="In a virtual machine answers are fast for about twenty minutes after each start, then they trickle or time out.",
    why="NVIDIA slows a virtual card (vGPU) down after a grace period when it has no licence.",
    fixes=(
        Fix(
            "See the line License Status: only `Licensed` gives the full speed.",
            ("nvidia-smi -q",),
            proof="nvidia-smi -q",
        ),
        Fix(
            "Put the licence token that your administrator gives you in its place, and start the licence service anew.",
            (
                "ls /etc/nvidia/ClientConfigToken",
                "sudo systemctl restart nvidia-gridd",
            ),
            needs_root=True,
            proof="nvidia-smi -q",
            where=Where(systems=LINUX, systemd=True),
        ),
        Fix(
            "On Windows put the token into C:\\Program Files\\NVIDIA Corporation\\vGPU Licensing\\ClientConfigToken, then, in PowerShell as administrator:",
            ("Restart-Service NVDisplay.ContainerLocalSystem",),
            needs_root=True,
            proof="nvidia-smi -q",
            where=Where(systems=("windows",)),
        ),
        Fix(
            "Or have the whole card passed through to the virtual machine: that needs no licence.",
            proof="nvidia-smi -q",
        ),
    ),
    sources=("https://github.com/ollama/ollama/issues/8023",),
    status="warn",
    likelihood=0.3,
    confused_with=("nvidia-power-or-thermal-cap",),
)

SIGNATURES = (
    Signature(
        r"License Status\s*:\s*(?:Unlicensed|Expired)", ("license", "status"), certainty=0.97
    ),
    Signature(r"license_status>(?:Unlicensed|Expired)", ("license_status",), certainty=0.97),
    Signature(r"Unlicensed \((?:Unr|R)estricted\)", ("unlicensed",), certainty=0.97),
    Signature(
        r"nvidia-gridd.{0,60}(?:Failed to|Invalid|Unable to|error|denied|not found|expired)",
        ("nvidia", "gridd"),
        certainty=0.94,
    ),
    Signature(
        r"features and performance will be (?:restricted|degraded)",
        ("and", "be", "features", "performance", "will"),
        certainty=0.96,
    ),
    Signature(
        r"Valid GRID license not found",
        ("found", "grid", "license", "not", "valid"),
        certainty=0.96,
    ),
    Signature(r"GPU features and performance will be", ("features", "performance"), certainty=0.93),
    Signature(
        r"(?:GRID|vGPU).{0,60}license (?:expired|not (?:found|acquired))",
        ("license",),
        certainty=0.9,
    ),
    Signature(r"(?:GRID|vGPU).{0,60}unlicensed", ("unlicensed",), certainty=0.92),
    *(
        Signature(
            rf"\b{maker} [A-Z]{{1,8}}\d{{1,5}}[A-Z]{{0,6}}-\d{{1,2}}[QCA]\b",
            (maker.lower(),),
            certainty=0.86,
            also=(
                r"timed out waiting for llama runner|very slow|slow after|context deadline|slowdown",
            ),
            unless=(r"License Status\s*: Licensed", r"license_status>Licensed"),
        )
        for maker in ("NVIDIA", "GRID")
    ),
)
