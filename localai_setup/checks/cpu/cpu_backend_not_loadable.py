"""The engine holds a processor part that this computer can use.

Why: The image or archive holds only processor parts that this (virtual) processor cannot load, or
the files are not beside the program.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where

PROBLEM = Problem(
    title="The engine contains no processor part that this computer can use.",
    seen="The graphics card is found, then the program simply stops.",
    why="The image or archive holds only processor parts that this (virtual) processor cannot load, or the files are not beside the program.",
    fixes=(
        Fix(
            "See which parts (libggml-cpu-….so) lie beside the program; unpack the whole archive into one folder.",
            ("ls $(dirname $(readlink -f $(command -v llama-server)))",),
            proof="llama-server --list-devices",
            where=Where(systems=("linux", "macos")),
        ),
        Fix(
            "See which parts (ggml-cpu-….dll) lie beside the program; unpack the whole archive into one folder.",
            ("Get-ChildItem (Split-Path (Get-Command llama-server).Source)",),
            proof="llama-server --list-devices",
            where=Where(systems=("windows",)),
        ),
        Fix(
            "Or build it with all variants, or for this very processor.",
            (
                "cmake -B build -DGGML_BACKEND_DL=ON -DGGML_CPU_ALL_VARIANTS=ON -DGGML_NATIVE=OFF",
                "cmake --build build --config Release",
            ),
            proof="build/bin/llama-server --version",
        ),
        Fix(
            "Take a newer image; it holds all variants.",
            ("docker pull ghcr.io/ggml-org/llama.cpp:server",),
            proof="docker run --rm ghcr.io/ggml-org/llama.cpp:server --version",
            where=Where(systems=("linux",)),
        ),
        Fix(
            "In a virtual machine give it the host's processor type, switch it off and on again.",
            ("grep -o -w -E 'sse4_2|avx|avx2' /proc/cpuinfo | sort -u",),
            proof="grep -c -w avx2 /proc/cpuinfo",
            where=Where(systems=("linux",)),
        ),
    ),
    sources=(
        "https://github.com/ggml-org/llama.cpp/issues/12866",
        "https://github.com/ggml-org/llama.cpp/issues/14691",
        "https://github.com/ggml-org/llama.cpp/issues/17102",
        "https://github.com/ggml-org/llama.cpp/pull/13395",
        "https://github.com/ggml-org/llama.cpp/issues/12205",
        "https://github.com/oobabooga/text-generation-webui/issues/7162",
    ),
    likelihood=0.5,
    confused_with=("cpu-instructions-unsupported",),
)

SIGNATURES = (
    Signature(r"no CPU backend found", ("no", "cpu", "backend"), certainty=0.98),
    Signature(
        r"no backends are loaded\.?\s+hint: use ggml_backend_load",
        ("backends", "loaded"),
        certainty=0.96,
    ),
    Signature(
        r"(?:ggml_backend_load_best|load_backend): failed to load \S*(?:lib)?ggml-cpu\S*",
        ("failed", "load", "cpu"),
        certainty=0.93,
    ),
    Signature(
        r"(?:ggml_backend_load_best|load_backend): failed to find ggml_backend_\w+ in \S*ggml-cpu",
        ("failed", "find"),
        certainty=0.9,
        also=(r"failed to load model|unable to load model|no CPU backend",),
    ),
    Signature(
        r"GGML_ASSERT\((?:cpu_dev|dev|device|backend_cpu|cpu_backend)(?: != nullptr)?\) failed",
        ("ggml_assert", "failed"),
        certainty=0.88,
    ),
    Signature(
        r"segfault at \w{1,3} ip .{0,80}libggml-base\.so", ("segfault", "libggml"), certainty=0.9
    ),
    *(
        Signature(
            rf"\b{name}\b\S{{0,40}}.{{0,60}}(?:failed|no CPU|null)",
            (name,),
            certainty=0.85,
        )
        for name in (
            "ggml_backend_init_by_type",
            "ggml_backend_dev_by_type",
            "ggml_backend_init_best",
        )
    ),
    Signature(
        r"no (?:suitable|usable|compatible) (?:ggml |CPU )*backends? (?:found|available)",
        ("no",),
        certainty=0.88,
    ),
    Signature(r"unable to (?:load|initialize) (?:the )?CPU backend", ("backend",), certainty=0.88),
    Signature(r"libggml-cpu\S*: undefined symbol", ("undefined", "symbol"), certainty=0.88),
    Signature(
        r"failed to (?:initialize|init|load|find|create) (?:the |a |any )?CPU\b(?: backend|$)",
        ("failed", "to", "cpu"),
        certainty=0.9,
    ),
    Signature(
        r"unable to load any CPU backend", ("unable", "load", "cpu", "backend"), certainty=0.88
    ),
)
