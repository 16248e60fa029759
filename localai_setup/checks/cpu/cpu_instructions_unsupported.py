"""The engine's instructions are all known to this processor.

Why: It uses instructions that this processor, or the virtual machine's processor model, lacks.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature

PROBLEM = Problem(
    title="The program was built for a newer processor than this one.",
    seen="The engine dies the moment a model loads, without a useful message.",
    why="It uses instructions that this processor, or the virtual machine's processor model, lacks.",
    fixes=(
        Fix(
            "See which features exist, then take a build that adapts itself (current Ollama or llama.cpp).",
            ("grep -o -w -E 'avx|avx2|fma|f16c|avx512f' /proc/cpuinfo | sort -u",),
            needs_root=False,
            reboot=False,
            proof="llama-server --version",
        ),
    ),
    sources=(
        "https://github.com/abetlen/llama-cpp-python/issues/839",
        "https://github.com/ollama/ollama/issues/644",
        "https://github.com/nomic-ai/gpt4all/issues/82",
        "https://github.com/ggml-org/llama.cpp/issues/1380",
    ),
    confused_with=("cpu-amx-crash", "cpu-avx-missing", "cpu-avx-disabled-by-os"),
)

SIGNATURES = (
    Signature(r"""illegal instruction""", ("illegal", "instruction"), certainty=0.85),
    Signature(r"""trap invalid opcode""", ("trap", "invalid", "opcode"), certainty=0.9),
    Signature(r"""0xc000001d""", ("0xc000001d",), certainty=0.95),
    Signature(r"""WinError -1073741795""", ("1073741795",), certainty=0.95),
)
