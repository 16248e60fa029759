"""Linux lets the built-in AMD graphics use the memory that models need.

Why: The kernel's default limit for memory shared with the graphics unit is half of the system's.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where
from ..driver._fixes import START_IMAGE, by_family

#: Pages of 4 KiB: three quarters of what this computer has.
PAGES = "awk '/^MemTotal/ {n=int($2*3/16); printf \"options ttm pages_limit=%d page_pool_size=%d\\n\",n,n}' /proc/meminfo"
LIMIT = f"{PAGES} | sudo tee /etc/modprobe.d/localai-ttm.conf"
TOTAL = "cat /sys/class/drm/card*/device/mem_info_gtt_total"

PROBLEM = Problem(
    title="Linux caps what the built-in AMD graphics may use, at half of the memory.",
    seen="A computer with 128 GB offers models about 62 GB or less, and loading fails sooner than expected.",
    why="The kernel's default limit for memory shared with the graphics unit is half of the system's.",
    fixes=(
        *by_family(
            "Raise the kernel's limit to three quarters of the memory (drop amdgpu.gttsize from the boot line if it is there), and restart. Deleting the file takes it back.",
            {family: (LIMIT, image) for family, image in START_IMAGE.items()},
            proof=TOTAL,
        ),
        Fix(
            "Also give the graphics the least memory of their own in the firmware's setup (often called UMA or VRAM size); what is set aside there is missing from the shared part.",
            reboot=True,
            proof="cat /sys/class/drm/card*/device/mem_info_vram_total",
            where=Where(systems=("linux",), container=False),
        ),
        Fix(
            "The limit is the host's: inside a container it can only be read (bytes). Raise it there.",
            (TOTAL,),
            proof=TOTAL,
            where=Where(systems=("linux",), container=True),
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

#: graphics units that share the processor's memory, as engines name them
BUILT_IN = (
    r"gfx1151|gfx115[023]|gfx1103|gfx1035|gfx90c|Strix|\bGTT memory\b|[678][4689]0M|8050S|8060S"
)
#: separate cards; what runs out there is their own memory
OWN_MEMORY = r"gfx90[06]\b|gfx1030|gfx103[12]|gfx110[0-2]|gfx120[01]|\bRX \d{4}"


def _numbers(size: int) -> str:
    """The whole GB that may be shown for a nominal size: a little is kept back for the firmware."""
    return "|".join(str(shown) for shown in range(int(size * 0.93), size + 1))


SIGNATURES = (
    # what is shared is about half of the memory: nobody has raised the kernel's own limit
    *(
        Signature(
            rf"Current TTM pages limit: \d+ pages \((?:{_numbers(size // 2)})\.\d+ GB\)[\s\S]{{0,40}}?Total system memory: (?:{_numbers(size)})\.",
            ("current", "limit", "memory", "total"),
            certainty=0.85,
            lines=2,
        )
        for size in (8, 16, 24, 32, 48, 64, 96, 128)
    ),
    Signature(
        r"\b\d{1,7}M of GTT memory ready",
        ("memory", "ready", "gtt"),
        certainty=0.94,
        also=(
            r"ErrorOutOf\w{0,20}Memory|memory allocation of size \d{1,20} failed|(?:HIP|ROCm) error: out of",
        ),
        unless=(r"doesn't matter", OWN_MEMORY),
    ),
    Signature(
        r"exceeds resident system memory limit",
        ("exceeds", "resident", "limit"),
        certainty=0.9,
    ),
    Signature(
        r"(?:ROCm|HIP|CUDA) error:? out of memory",
        ("memory", "out", "of", "error"),
        certainty=0.925,
        also=(BUILT_IN,),
        unless=(OWN_MEMORY,),
    ),
    Signature(
        r"Device memory allocation of size \d{1,20} failed\b",
        ("allocation", "device", "memory"),
        certainty=0.9,
        also=(BUILT_IN,),
        unless=(OWN_MEMORY,),
    ),
    Signature(r"ROCm model arena alloc failed\b", ("alloc", "model", "arena"), certainty=0.93),
    Signature(
        r"\b\d{1,7}M of GTT memory ready",
        ("memory", "ready", "gtt"),
        certainty=0.96,
        also=(r"out of memory|alloc\w* failed|failed to allocate|cannot allocate",),
        unless=(r"doesn't matter", OWN_MEMORY),
    ),
    Signature(
        r"unknown parameter 'gtt_size' ignored",
        ("parameter", "gtt_size", "ignored"),
        certainty=0.85,
    ),
    Signature(
        r"Configuring gttsize via module parameter is deprecated\b",
        ("configuring", "deprecated", "parameter"),
        certainty=0.85,
    ),
    Signature(
        r"\bpages_limit\b.{0,80}(?:exceed|too (?:low|small)|not enough)",
        ("pages_limit",),
        certainty=0.85,
    ),
    Signature(
        r"\bGTT\b.{0,80}(?:exceed|exhaust|too small|not enough|failed|is full|limit)",
        ("gtt",),
        certainty=0.87,
    ),
    Signature(r"amdgpu_vm_validate\(\) failed\b", ("amdgpu_vm_validate", "failed"), certainty=0.88),
    Signature(
        r"Not enough memory for command submission\b",
        ("submission", "command", "enough"),
        certainty=0.88,
    ),
    Signature(
        r"ErrorOutOfDeviceMemory\b",
        ("erroroutofdevicememory",),
        certainty=0.9,
        also=(r"RADV|gfx1151|gfx1150|gfx1103|Strix|680M|760M|780M|860M|880M|890M|8050S|8060S",),
    ),
    Signature(
        r"(?:hipMalloc|cudaMalloc) failed: out of memory",
        ("memory", "out", "failed"),
        certainty=0.93,
        also=(r"gfx1151|gfx1103|gfx1150|gfx1035|Strix|\bGTT\b|680M|760M|780M|890M|8060S",),
    ),
    Signature(
        r"(?:amdgpu|ttm)\b.{0,80}(?:failed|Unable) to allocate\b",
        ("allocate", "to"),
        certainty=0.83,
        unless=(r"Failed to allocate (?:VRAM|page)",),
    ),
    Signature(
        r"(?:HIP|ROCm) out of memory\b",
        ("memory", "out", "of"),
        certainty=0.9,
        also=(r"gfx1151|gfx1103|gfx1150|Strix|\bGTT\b|780M|890M|8060S",),
    ),
    # PyTorch's word for what is shared, on a built-in unit: a little less than half of the memory
    Signature(
        r"HIP out of memory\. Tried to allocate .{1,30}\. GPU \d{1,2} has a total capacity of (?:7|11|15|23|31|47|62|63)\.\d{1,2} GiB",
        ("hip", "memory", "total", "capacity"),
        certainty=0.96,
        also=(r"gfx1151|gfx1150|gfx1103|Strix|8060S|890M|780M|\bAPU\b|\bBIOS\b|\bUMA\b|\bGTT\b",),
    ),
)
