"""Linux lets the built-in AMD graphics use the memory that models need.

Why: The kernel's default limit for memory shared with the graphics unit is half of the system's.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where

PROBLEM = Problem(
    title="Linux caps what the built-in AMD graphics may use, at half of the memory.",
    seen="A computer with 128 GB offers models about 62 GB or less, and loading fails sooner than expected.",
    why="The kernel's default limit for memory shared with the graphics unit is half of the system's.",
    fixes=(
        Fix(
            "See the limits now in force.",
            (
                "cat /sys/class/drm/card*/device/mem_info_gtt_total",
                "cat /proc/cmdline",
            ),
            proof="cat /sys/class/drm/card*/device/mem_info_gtt_total",
            where=Where(systems=("linux",)),
        ),
        Fix(
            "Set the firmware's graphics memory to the least and raise the kernel's limit; do not combine it with amdgpu.gttsize.",
            (
                "echo 'options ttm pages_limit=25165824 page_pool_size=25165824' | sudo tee /etc/modprobe.d/localai-ttm.conf",
                "sudo update-initramfs -u",
                "sudo systemctl reboot",
            ),
            needs_root=True,
            reboot=True,
            loses="Unsaved work in open programs is lost.",
            proof="cat /sys/class/drm/card*/device/mem_info_gtt_total",
            where=Where(systems=("linux",)),
        ),
    ),
    sources=(
        "https://github.com/noamsto/nix-amd-ai/issues/42",
        "https://github.com/ROCm/legacy-rocm-build/issues/5595",
        "https://github.com/ROCm/legacy-rocm-build/issues/5444",
        "https://github.com/rjmalagon/ollama-linux-amd-apu/issues/4",
        "https://github.com/noamsto/nix-amd-ai/pull/96",
        "https://github.com/antirez/ds4/issues/475",
    ),
    likelihood=0.5,
    systems=("linux",),
    confused_with=(
        "amd-apu-vram-only-counted",
        "mem-vram-used-by-others",
    ),
)

SIGNATURES = (
    Signature(
        r"ROCm model arena alloc failed",
        (
            "rocm",
            "model",
            "arena",
            "alloc",
            "failed",
        ),
        certainty=0.9,
    ),
    Signature(
        r"\d+M of GTT memory ready",
        (
            "of",
            "gtt",
            "memory",
            "ready",
        ),
        certainty=0.9,
        also=(r"out of memory|alloc\w* failed|failed to allocate|cannot allocate",),
        unless=(r"doesn't matter",),
    ),
    Signature(
        r"(?:ttm|amdgpu).{0,60}(?:pages_limit|gttsize|GTT).{0,80}(?:exceed|limit|too|not enough|failed)",
        ("amdgpu",),
        certainty=0.85,
    ),
    Signature(
        r"amdgpu: amdgpu_vm_validate\(\) failed|Not enough memory for command submission",
        ("amdgpu",),
        certainty=0.85,
        also=(r"amdgpu",),
    ),
    Signature(
        r"Not enough memory for command submission",
        (
            "not",
            "enough",
            "memory",
            "for",
            "command",
            "submission",
        ),
        certainty=0.85,
    ),
    Signature(
        r"ErrorOutOfDeviceMemory",
        ("erroroutofdevicememory",),
        certainty=0.8,
        also=(r"RADV|gfx1151|Strix|780M|890M|8060S|Radeon Graphics",),
    ),
    Signature(
        r"(?:hipMalloc|cudaMalloc) failed: out of memory",
        (
            "failed",
            "out",
            "of",
            "memory",
        ),
        certainty=0.8,
        also=(r"gfx1151|gfx1103|gfx1150|Strix|GTT|780M|890M|8060S",),
    ),
    Signature(
        r"\[?drm\]?.{0,40}(?:amdgpu|ttm).{0,60}(?:failed to allocate|Unable to allocate) .{0,40}",
        ("drm",),
        certainty=0.8,
    ),
)
