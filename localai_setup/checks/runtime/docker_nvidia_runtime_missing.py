"""Docker can hand NVIDIA cards to containers.

Why: NVIDIA's container toolkit is not installed, or Docker was not told of it.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature

PROBLEM = Problem(
    title="Docker cannot hand the NVIDIA card to containers.",
    seen="`docker run --gpus all` ends with an error at once.",
    why="NVIDIA's container toolkit is not installed, or Docker was not told of it.",
    fixes=(
        Fix(
            "Install nvidia-container-toolkit, then tell Docker.",
            ("sudo nvidia-ctk runtime configure --runtime=docker", "sudo systemctl restart docker"),
            needs_root=True,
            reboot=False,
            proof="docker run --rm --gpus all ubuntu nvidia-smi",
        ),
    ),
    sources=(
        "https://github.com/eduidl/ElasticFusion-Dockerfile/issues/11",
        "https://github.com/open-webui/open-webui/issues/17623",
        "https://github.com/NVIDIA/nvidia-container-toolkit/issues/854",
        "https://github.com/phildougherty/sesame_csm_openai/issues/2",
    ),
    confused_with=("container-started-without-gpu",),
)

SIGNATURES = (
    Signature(
        r"""could not select device driver .{0,20}with capabilities: \[\[.{0,30}gpu""",
        ("select", "device", "driver", "capabilities", "gpu"),
        certainty=0.97,
    ),
    Signature(
        r"""unknown or invalid runtime name: nvidia|Unknown runtime specified nvidia""",
        ("runtime", "nvidia", "unknown"),
        certainty=0.97,
    ),
)
