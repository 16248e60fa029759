"""The graphics memory shown is not more than the computer has.

Why: In a processor with AMD graphics the reserved and the shared part come from the same memory;
adding them counts it twice.
"""

from __future__ import annotations

import re

from ...model.finding import Evidence, Fix, Problem, Signature, Symptom, Where
from ...probes.logs import Logs
from ...probes.readouts import Readouts
from ..engine._settings import settings

PROBLEM = Problem(
    title="The engine believes the graphics unit has more memory than the whole computer.",
    seen="The graphics memory shown exceeds the installed memory, and a large model runs out of it while loading.",
    why="In a processor with AMD graphics the reserved and the shared part come from the same memory; adding them counts it twice.",
    fixes=(
        *settings(
            "Ask for less: limit the context (8192 is an example), or take a smaller model, so that all fits in the memory that `free` shows.",
            {"OLLAMA_CONTEXT_LENGTH": "8192"},
            "context",
            systems=("linux",),
        ),
        Fix(
            "Lower the part that the firmware's setup sets aside for the graphics (UMA or VRAM size), so that less is counted twice.",
            reboot=True,
            proof="cat /sys/class/drm/card*/device/mem_info_vram_total",
            where=Where(systems=("linux",), container=False),
        ),
        Fix(
            "What can be used at most is the smaller of these two: the shared part (bytes) and the memory available.",
            ("cat /sys/class/drm/card*/device/mem_info_gtt_total", "free -b"),
            proof="free -h",
            where=Where(systems=("linux",)),
        ),
    ),
    sources=("https://github.com/ROCm/legacy-rocm-build/issues/6004",),
    likelihood=0.4,
    systems=("linux",),
    confused_with=("amd-apu-gtt-limit",),
)

SIGNATURES = (
    # more tens of GiB on the graphics unit than `free` counts in all
    *(
        Signature(
            rf'inference compute\b.{{0,400}}total="?{tens}\d(?:\.\d)? GiB',
            ("inference", "compute", "gib"),
            certainty=0.95,
            also=(
                r"inference compute.{0,300}(?:type=iGPU|gfx11(?:5\d|03))",
                rf"Mem:\s{{1,20}}(?:{'|'.join(str(less) for less in range(1, tens))})?\d(?:\.\d)?Gi\b",
            ),
        )
        for tens in range(2, 20)
    ),
    Signature(
        r'inference compute\b.{0,400}total="?(?:1[3-9]\d|2\d\d)(?:\.\d)? GiB',
        ("inference", "compute", "gib"),
        certainty=0.6,
        also=(r"gfx1151|gfx1150|gfx1103|Strix|Radeon 8060S|iGPU|integrated",),
    ),
    Signature(
        r'inference compute\b.{0,300}type=iGPU.{0,80}total="?(?:1[3-9]\d)(?:\.\d)? GiB',
        ("inference", "compute", "gib"),
        certainty=0.75,
    ),
    Signature(
        r'\bGTT\b[\s\S]{0,400}total="?(?:1[3-9]\d|2\d\d)(?:\.\d)? GiB',
        ("gtt", "gib"),
        certainty=0.85,
        lines=8,
    ),
)


def check(readouts: Readouts, logs: Logs) -> Symptom | None:
    shown = re.search(r'inference compute.*total="?([\d.]+) GiB', logs.engine())
    total = readouts.memory_gib
    if not shown or total is None or "id=cpu" in shown[0] or float(shown[1]) <= total * 1.02:
        return None
    return Symptom(
        f"The engine counts {shown[1]} GiB of graphics memory; the computer has {total:.1f} GiB.",
        (Evidence("file:/proc/meminfo", f"{total:.1f} GiB"),),
        certainty=0.96,
    )
