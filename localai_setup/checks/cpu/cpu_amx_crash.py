"""The engine's code for the newest Intel server processors runs here.

Why: The engine picks its AMX variant from the processor's feature list alone, but kernel or
hypervisor have not released these registers.
"""

from __future__ import annotations

import re

from ...model.finding import Evidence, Fix, Problem, Signature, Symptom, Where
from ...probes.cpu import Cpu
from ...probes.logs import Logs

PROBLEM = Problem(
    title="The engine crashes in its code for the newest Intel server processors.",
    seen="Every model loads completely and the runner dies on the first pass, mostly in virtual machines; other machines run the same file.",
    why="The engine picks its AMX variant from the processor's feature list alone, but kernel or hypervisor have not released these registers.",
    fixes=(
        Fix(
            "Move that variant away, so that the next one is used (an update of Ollama brings it back; a distribution's own package has it in /usr/lib/ollama).",
            (
                "sudo mv /usr/local/lib/ollama/libggml-cpu-sapphirerapids.so /usr/local/lib/ollama/libggml-cpu-sapphirerapids.so.off",
                "sudo systemctl restart ollama",
            ),
            needs_root=True,
            loses="The request that Ollama works on is cut off.",
            proof="ollama run llama3.2:1b hello",
            where=Where(systems=("linux",), systemd=True, container=False),
        ),
        Fix(
            "In a container move it away inside, and restart the container; do it again after each new image.",
            (
                "docker exec ollama mv /usr/lib/ollama/libggml-cpu-sapphirerapids.so /usr/lib/ollama/libggml-cpu-sapphirerapids.so.off",
                "docker restart ollama",
            ),
            loses="The request that the container works on is cut off.",
            proof="docker exec ollama ollama run llama3.2:1b hello",
            where=Where(systems=("linux",)),
        ),
        Fix(
            "Or hide AMX from the virtual machine (libvirt: `<feature policy='disable' name='amx-tile'/>`), or build the engine without it.",
            (
                "cmake -B build -DGGML_NATIVE=OFF -DGGML_AMX_TILE=OFF -DGGML_AMX_INT8=OFF -DGGML_AMX_BF16=OFF",
                "cmake --build build --config Release",
            ),
            proof="build/bin/llama-server --version",
            where=Where(systems=("linux",)),
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/17205",
        "https://github.com/ollama/ollama/issues/17249",
        "https://github.com/ollama/ollama/issues/17006",
        "https://github.com/ollama/ollama/issues/17236",
        "https://github.com/stanfordnlp/dspy/pull/10079",
        "https://github.com/unslothai/unsloth/issues/4535",
        "https://github.com/ggml-org/llama.cpp/pull/26954",
        "https://github.com/ggml-org/llama.cpp/issues/28756",
        "https://github.com/ggml-org/llama.cpp/issues/13678",
    ),
    likelihood=0.4,
    systems=("linux",),
    confused_with=("cpu-instructions-unsupported", "cpu-avx-disabled-by-os"),
)

CRASH = (
    r"segmentation fault|SIGSEGV|segfault|core dumped|general protection|illegal instruction|SIGILL"
    r"|trap invalid opcode|signal: (?:aborted|bus error)|exit (?:code|status):? ?(?:132|139)"
)

SIGNATURES = (
    Signature(
        r"AMX is not ready to be used",
        ("amx", "ready"),
        certainty=0.97,
    ),
    Signature(
        r"load_tensors:\s+AMX model buffer size.{0,40}",
        ("amx", "buffer"),
        certainty=0.96,
        also=(CRASH,),
    ),
    Signature(r"AMX_INT8 = 1", ("amx_int8",), certainty=0.93, also=(CRASH,)),
    Signature(
        r"(?:general protection|segfault|trap invalid opcode).{0,200}libggml-cpu-(?:sapphirerapids|graniterapids)\S*",
        ("libggml", "cpu"),
        certainty=0.97,
    ),
    Signature(
        r"libggml-cpu-sapphirerapids\.so", ("sapphirerapids",), certainty=0.94, also=(CRASH,)
    ),
    *(
        Signature(rf"\b{name}\b", (name,), certainty=0.96)
        for name in (
            "ggml_backend_amx_mul_mat",
            "ggml_backend_amx_buffer_set_tensor",
            "ggml_backend_amx_convert_weight",
            "tile_loadconfig",
        )
    ),
    Signature(r"ggml::cpu::amx\b", ("ggml", "cpu", "amx"), certainty=0.96),
    *(
        Signature(
            rf"\b{name}\b.{{0,80}}(?:fail|denied|not permitted|unsupported|error)",
            (name,),
            certainty=0.93,
        )
        for name in ("arch_req_xcomp_perm", "xtiledata", "arch_prctl")
    ),
    Signature(r"XTILEDATA", ("xtiledata",), certainty=0.88, also=(CRASH,)),
    Signature(
        r"ggml-cpu-graniterapids\.(?:so|dll)", ("graniterapids",), certainty=0.94, also=(CRASH,)
    ),
    Signature(
        r"ggml-cpu-sapphirerapids\.dll",
        ("sapphirerapids", "dll"),
        certainty=0.94,
        also=(r"0xc0000005|3221225477|ACCESS_VIOLATION",),
    ),
)


def check(cpu: Cpu, logs: Logs) -> Symptom | None:
    """A crash in the part for the processor, on a processor that lists AMX."""
    if "amx_tile" not in (cpu.features or ()):
        return None
    crash = re.compile(
        rf"[^\n]*(?:{CRASH})[^\n]*(?:libggml-cpu|ollama_llama_server)[^\n]*", re.IGNORECASE
    )
    for source, text in logs.texts.items():
        found = crash.search(text)
        if found:
            what = f"The engine died in its part for the processor, and this {cpu.model or 'processor'} lists AMX."
            return Symptom(what, (Evidence(source, found[0].strip()[:300]),), 0.93)
    return None
