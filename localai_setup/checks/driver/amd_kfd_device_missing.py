"""The AMD compute interface /dev/kfd exists.

Why: Without /dev/kfd the ROCm libraries cannot reach the card; a container or WSL may not have it.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature

PROBLEM = Problem(
    title="The AMD driver's compute interface does not exist on this system.",
    seen="ROCm programs say that a device file is missing.",
    why="Without /dev/kfd the ROCm libraries cannot reach the card; a container or WSL may not have it.",
    fixes=(
        Fix(
            "See whether the device is there and the driver is loaded.",
            ("ls -l /dev/kfd /dev/dri", "lsmod | grep amdgpu"),
            needs_root=False,
            reboot=False,
            proof="ls -l /dev/kfd",
        ),
    ),
    sources=(
        "https://github.com/hydrian/stable-diffusion-webui-rocm/issues/17",
        "https://github.com/IceWhaleTech/ZimaOS/issues/323",
        "https://github.com/l1na-forever/stable-diffusion-rocm-docker/issues/8",
        "https://github.com/AUTOMATIC1111/stable-diffusion-webui/issues/6837",
    ),
    confused_with=("amd-amdgpu-not-loaded", "amd-gpu-access-denied", "amd-container-gpu-blocked"),
)

SIGNATURES = (
    Signature(
        r"""/dev/kfd.{0,40}no such file or directory""",
        ("kfd", "no", "such", "file"),
        certainty=0.95,
    ),
    Signature(r"""kfd driver not loaded""", ("kfd", "driver", "loaded"), certainty=0.93),
    Signature(
        r"""gathering device information while adding custom device .{0,3}/dev/kfd""",
        ("gathering", "kfd"),
        certainty=0.96,
    ),
)
