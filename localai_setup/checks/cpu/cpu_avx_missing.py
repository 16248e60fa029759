"""The processor has the AVX instructions that programs insist on.

Why: The processor is too old, or the program runs in an x86 emulation (Rosetta, QEMU) that has no
AVX.
"""

from __future__ import annotations

from ...model.finding import Evidence, Fix, Problem, Signature, Symptom, Where
from ...probes.cpu import Cpu

PROBLEM = Problem(
    title="The processor (or its emulation) lacks the AVX instructions that this program insists on.",
    seen="llamafile, GPT4All or an older Ollama says which processor feature is missing, and stops or leaves the graphics card alone.",
    why="The processor is too old, or the program runs in an x86 emulation (Rosetta, QEMU) that has no AVX.",
    fixes=(
        Fix(
            "See which AVX features exist.",
            ("grep -o -w -E 'avx|avx2|avx512f' /proc/cpuinfo | sort -u",),
            proof="grep -c -w avx /proc/cpuinfo",
            where=Where(systems=("linux",)),
        ),
        Fix(
            "On Apple chips run the native version, from a terminal that is native too (it must say arm64).",
            ("uname -m", "arch -arm64 zsh"),
            proof="uname -m",
            where=Where(systems=("macos",)),
        ),
        Fix(
            "In a virtual machine give it the host's processor type (Proxmox: `qm set ID --cpu host`), switch it off and on again.",
            ("lscpu | grep -i -E 'hypervisor|model name'",),
            proof="grep -c -w avx /proc/cpuinfo",
            where=Where(systems=("linux",)),
        ),
        Fix(
            "Otherwise use an engine that also runs without AVX: current Ollama, or a llama.cpp build with all processor variants.",
            ("ollama --version",),
            proof="ollama run llama3.2:1b hello",
        ),
    ),
    sources=(
        "https://github.com/nomic-ai/gpt4all/pull/1499",
        "https://github.com/mozilla-ai/llamafile/issues/488",
    ),
    likelihood=0.4,
    confused_with=("cpu-instructions-unsupported", "cpu-avx-disabled-by-os"),
)

SIGNATURES = (
    Signature(
        r"the\s+cpu\s+feature\s+\S+\s+was\s+required\s+at\s+build\s+time",
        ("cpu", "feature", "required"),
        certainty=0.98,
        lines=2,
    ),
    Signature(
        r"CPU\b.{0,30}\b(?:does not|doesn't|doesnt|do not) (?:support|have) (?:the )?AVX2?\b",
        ("cpu",),
        certainty=0.97,
        unless=(r"LM ?Studio",),
    ),
    Signature(
        r"CPU does not have (?:minimum vector extensions|AVX or AVX2)",
        ("cpu", "does", "have"),
        certainty=0.97,
    ),
    Signature(
        r"CPU does not have vector extensions", ("cpu", "vector", "extensions"), certainty=0.93
    ),
    Signature(r"CPU lacks AVX2? support", ("lacks",), certainty=0.96),
    Signature(
        r"does not seem to support\s+AVX",
        ("support", "does", "seem", "not"),
        certainty=0.95,
        lines=2,
    ),
    Signature(r"Incompatible hardware detected", ("hardware",), certainty=0.95, lines=2),
    Signature(
        r"the\s+cpu\s+feature\s+\S+\s+was\s+required\s+on\b",
        ("cpu", "feature", "required"),
        certainty=0.96,
        lines=2,
    ),
    *(
        Signature(
            rf"(?:requires?|needs?|without|no) (?:a CPU with |CPU with |support for )?{name}\b.{{0,40}}(?:instructions?|intrinsics?|support|CPU)",
            (name,),
            certainty=0.88,
            unless=(r"LM ?Studio",),
        )
        for name in ("avx", "avx2")
    ),
    *(
        Signature(
            rf"\b{name} (?:instructions? )?(?:is|are) (?:not (?:supported|available)|required|missing)",
            (name,),
            certainty=0.9,
            unless=(r"LM ?Studio",),
        )
        for name in ("avx", "avx2")
    ),
    *(
        Signature(
            rf"\b(?:compiled|built) (?:to use|with|for)\b.{{0,30}}\b{name}\b.{{0,60}}(?:aren't available|not available|does not support|doesn't support|not supported|lacks)",
            (name,),
            certainty=0.92,
            unless=(r"LM ?Studio",),
        )
        for name in ("avx", "avx2")
    ),
    *(
        Signature(
            rf"\b{name} (?:support )?(?:was )?not (?:found|detected|present)\b",
            (name, "not"),
            certainty=0.88,
            unless=(r"LM ?Studio",),
        )
        for name in ("avx", "avx2")
    ),
)


def check(cpu: Cpu) -> Symptom | None:
    if cpu.arch != "x86_64" or not cpu.features or "avx" in cpu.features:
        return None
    what = f"{cpu.model or 'This processor'} shows no AVX; some programs refuse to start on it."
    shown = Evidence("/proc/cpuinfo", "no avx among its features")
    # engines that adapt themselves run here, slowly: nothing is broken yet
    return Symptom(what, (shown,), 0.7, "info")
