"""The running kernel is not one whose AMD driver is known to be faulty.

Why: single kernel releases broke computing on AMD cards: Ubuntu's 5.15.0-133 to 136, 6.12 before
6.12.21 and 6.13 (older cards and the 780M), 6.17 before 6.17.8 (newer cards).
"""

from __future__ import annotations

import re

from ...model.finding import Evidence, Fix, Problem, Signature, Symptom, Where
from ...probes.drivers import Drivers
from ...probes.logs import TOGETHER, Logs
from ._fixes import LINUX, by_family, on_host, vulkan_instead

PROBLEM = Problem(
    title="A kernel update broke the AMD graphics driver.",
    seen="Everything worked before the update; since then each request on the AMD card crashes.",
    why="Single kernel releases carry a faulty AMD driver: 5.15.0-133 to 136 on Ubuntu and Mint, 6.12 before 6.12.21, 6.13, and 6.17 before 6.17.8.",
    fixes=(
        Fix(
            "Start the previous kernel (boot menu, Advanced options) and see whether the engine works with it.",
            ("uname -r",),
            reboot=True,
            loses="Unsaved work in open programs is lost.",
            proof="uname -r",
            where=Where(systems=LINUX, container=False),
        ),
        *by_family(
            "Move on to a repaired kernel (5.15.0-137, 6.12.21, 6.14 or 6.17.8, or later), and restart.",
            {
                "debian": ("sudo apt update", "sudo apt full-upgrade"),
                "rhel": ("sudo dnf upgrade --refresh kernel",),
                "arch": ("sudo pacman -Syu",),
                "suse": ("sudo zypper update kernel-default",),
            },
            proof="uname -r",
        ),
        Fix(
            "Keep the kernel that works until then; no repair of the kernel comes in before you run `apt-mark unhold` for the same packages.",
            (
                "sudo apt-mark hold $(dpkg -l 'linux-*' | awk '/^ii/ && $2 ~ /^linux-(image-|headers-)?(generic|amd64|lowlatency|oem)/ {print $2}')",
            ),
            needs_root=True,
            proof="apt-mark showhold",
            where=Where(systems=LINUX, families=("debian",), container=False),
        ),
        on_host("uname -r"),
        vulkan_instead(),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/9302",
        "https://github.com/ollama/ollama/issues/8262",
        "https://github.com/likelovewant/ollama-for-amd/issues/78",
        "https://github.com/robertrosenbusch/gfx803_rocm/issues/8",
        "https://github.com/ollama/ollama/issues/12893",
    ),
    likelihood=0.45,
    systems=LINUX,
    confused_with=("amd-kernels-do-not-fit-gpu",),
)
#: A faulty kernel, as `uname -r`, `uname -a` or the first line of the kernel log prints it.
FAULTY = (
    r"\b(?:5\.15\.0-13[3-6]\b|5\.15\.17[3-6]\b|6\.12\.(?:\d|1\d|20)\b|6\.13\.\d+|6\.17\.[0-7]\b)"
)
#: How a crash on the card reads, with a word that stands in each such line.
CRASHES = (
    (r"ROCm error: ", ("rocm", "error")),
    (r"Memory access fault by GPU", ("memory", "access", "fault")),
    (r"killed entity", ("killed", "entity")),
    (r"SIGSEGV", ("sigsegv",)),
    (r"signal arrived during cgo", ("signal", "arrived", "during", "cgo")),
    (r"segfault at ", ("segfault",)),
    (r"segmentation (?:fault|violation)", ("segmentation",)),
    (r"GCVM_L2_PROTECTION_FAULT_STATUS", ("gcvm_l2_protection_fault_status",)),
)
CRASH = "|".join(pattern for pattern, _ in CRASHES)

SIGNATURES = (
    Signature(
        r"ROCm error: invalid argument",
        ("argument", "error", "invalid", "rocm"),
        certainty=0.9,
        also=(r"get_memory|hipMemGetInfo",),
    ),
    Signature(
        r"hipMemGetInfo\(free, total\)",
        ("free", "hipmemgetinfo", "total"),
        certainty=0.9,
        also=(r"get_memory|hipMemGetInfo",),
    ),
    *(
        Signature(
            pattern,
            words,
            certainty=0.9,
            also=(FAULTY, r"rocm|amdgpu|\bhip|gfx\d{3}|\bAMD\b|Radeon"),
            unless=(r"NVRM|nvidia",),
        )
        for pattern, words in CRASHES
    ),
    Signature(
        r"segfault at \S+ .{0,160}lib(?:hsa-runtime64|amdhip64|rocblas)",
        ("segfault",),
        certainty=0.8,
    ),
    Signature(
        r"kernel.{0,40}\b6\.1[237]\b",
        ("kernel",),
        certainty=0.75,
        also=(CRASH, r"rocm|amdgpu|gfx\d{3}"),
    ),
    *(
        Signature(
            rf"5\.15\.0-{build}-generic",
            ("5", "15", build, "generic"),
            certainty=0.75,
            also=(CRASH, r"rocm|amdgpu|gfx\d{3}"),
        )
        for build in ("133", "134", "135", "136")
    ),
)


def is_faulty(kernel: str, release: tuple[int, ...]) -> bool:
    ubuntu = re.match(r"5\.15\.0-(\d+)\b", kernel)
    if ubuntu:
        return ubuntu[1] in {"133", "134", "135", "136"}
    broken = (((6, 12), (6, 12, 21)), ((6, 13), (6, 14)), ((6, 17), (6, 17, 8)))
    return any(first <= release < mended for first, mended in broken)


def check(drivers: Drivers, logs: Logs) -> Symptom | None:
    if not is_faulty(drivers.kernel, drivers.release):
        return None
    words = logs.texts.get(TOGETHER) or "\n".join(logs.texts.values())
    crash = re.search(rf"(?m)^.*(?:{CRASH}).*$", words)
    if not crash or not re.search(r"rocm|amdgpu|hip|gfx\d{3}", words, re.IGNORECASE):
        return None
    return Symptom(
        f"Kernel {drivers.kernel} carries a faulty AMD driver, and the engine crashed on the card.",
        (Evidence("command:uname -r", drivers.kernel), Evidence("log", crash[0].strip()[:300])),
        certainty=0.94,
    )
