"""The system has switched on the wide registers that the processor has.

Why: The wide registers need the operating system's consent; a boot option (noxsave, clearcpuid) or
the hypervisor withholds it, and the engine looks only at the processor.
"""

from __future__ import annotations

import re

from ...model.finding import Evidence, Fix, Problem, Signature, Symptom, Where
from ...probes.cpu import Cpu
from ...probes.runtimes import BOOT_LINE, Runtimes
from ..driver._fixes import boot_line

#: kernel options that take the wide registers away (Documentation/admin-guide/kernel-parameters)
WITHHELD = re.compile(r"\b(?:noxsave\w*|clearcpuid=\S*)")
#: names of processors that all have AVX2 (Intel since 2013, AMD since 2017)
WIDE = re.compile(
    r"\bE[357]-\d{4}L? v[3-6]\b|\b(?:Platinum|Gold|Silver|Bronze) \d{4}|\bi[3579]-(?:[4-9]\d{3}|1\d{4})"
    r"|\bEPYC \d|\bRyzen\b|\bCore\(TM\) Ultra|\bThreadripper\b",
)

PROBLEM = Problem(
    title="The processor has AVX, but the system or the virtual machine has not switched it on.",
    seen="The program crashes although the processor model has AVX2; the guest system's processor file does not list it.",
    why="The wide registers need the operating system's consent; a boot option (noxsave, clearcpuid) or the hypervisor withholds it, and the engine looks only at the processor.",
    fixes=(
        *boot_line(
            "Remove noxsave and clearcpuid from the boot line (with GRUB), and restart.",
            remove=("noxsave", "clearcpuid"),
        ),
        Fix(
            "Set the virtual machine's processor type to host (libvirt: `<cpu mode='host-passthrough'/>`; Proxmox: `qm set ID --cpu host`), and switch it off and on again. VirtualBox that shows a turtle on Windows needs Hyper-V and Memory Integrity switched off there.",
            ("lscpu | grep -i hypervisor",),
            proof="grep -c -w avx2 /proc/cpuinfo",
            where=Where(systems=("linux",)),
        ),
        Fix(
            "Then the system itself must list avx and avx2, and the boot line must hold neither word.",
            (
                "grep -o -w -E 'xsave|avx|avx2' /proc/cpuinfo | sort -u",
                "cat /proc/cmdline",
            ),
            proof="grep -c -w avx2 /proc/cpuinfo",
            where=Where(systems=("linux",)),
        ),
    ),
    sources=(
        "https://github.com/ggml-org/llama.cpp/issues/28328",
        "https://github.com/ggml-org/llama.cpp/pull/28329",
        "https://github.com/ggml-org/llama.cpp/pull/20388",
        "https://github.com/ggml-org/llama.cpp/pull/20940",
        "https://github.com/google/highwayhash/pull/122",
    ),
    likelihood=0.3,
    systems=("linux",),
    confused_with=("cpu-instructions-unsupported", "cpu-avx-missing"),
)

ILLEGAL = r"illegal instruction|SIGILL|trap invalid opcode|exit code:? ?132|core dumped"

#: what must be saved and restored by the system before a program may use wide registers
NAMES = ("avx", "avx2", "ymm", "zmm", "xsave")

SIGNATURES = (
    Signature(r"\bOSXSAVE\s?[=:]\s?(?:0|no|false)\b", ("osxsave",), certainty=0.98),
    Signature(r"\bXCR0\s?[=:]\s?(?:0x)?0*[013]\b", ("xcr0",), certainty=0.97),
    *(
        Signature(rf"\b{option}\b", (option,), certainty=0.96)
        for option in ("noxsave", "noxsaveopt", "noxsaves")
    ),
    Signature(r"\bclearcpuid=\S*", ("clearcpuid",), certainty=0.95),
    Signature(r"Clearing CPUID bits:.{0,120}(?:avx|xsave)", ("clearing", "cpuid"), certainty=0.96),
    Signature(r"x86/fpu: x87 FPU will use FXSAVE", ("fpu", "fxsave"), certainty=0.93),
    *(
        Signature(
            rf"(?:\bOS|operating system|kernel|hypervisor|XCR0|XGETBV)\b.{{0,60}}(?:not|doesn't) (?:enable|save|support).{{0,64}}\b{name}\b",
            (name,),
            certainty=0.92,
        )
        for name in NAMES
    ),
    *(
        Signature(
            rf"\b{name}\b.{{0,30}}(?:disabled|masked|switched off|not enabled).{{0,30}}(?:OS|kernel|hypervisor|BIOS|firmware|VM)",
            (name,),
            certainty=0.9,
            unless=(r"LM ?Studio",),
        )
        for name in NAMES
    ),
    Signature(
        r"loaded CPU backend from \S*ggml-cpu-(?:haswell|skylakex|icelake|alderlake|zen4|cascadelake|cooperlake|sandybridge|ivybridge)",
        ("loaded", "backend"),
        certainty=0.93,
        also=(ILLEGAL,),
    ),
    Signature(r"received signal SIGILL", ("received", "sigill"), certainty=0.89),
    Signature(
        r"x86/fpu: Legacy x87 FPU detected", ("fpu", "legacy", "x87", "detected"), certainty=0.93
    ),
    Signature(r"Disabling AVX as mitigation", ("disabling", "avx", "mitigation"), certainty=0.96),
)


def check(cpu: Cpu, runtimes: Runtimes) -> Symptom | None:
    if cpu.arch != "x86_64" or not cpu.features or "avx" in cpu.features:
        return None
    option = WITHHELD.search(runtimes.boot_line or "")
    if option:
        what = f"The boot option {option[0]} keeps AVX switched off."
        return Symptom(what, (Evidence(BOOT_LINE.key, option[0]),), 0.95)
    if WIDE.search(cpu.model or ""):
        what = f"{cpu.model} has AVX2, but this system does not show it."
        return Symptom(what, (Evidence("/proc/cpuinfo", "no avx among its features"),), 0.93)
    return None
