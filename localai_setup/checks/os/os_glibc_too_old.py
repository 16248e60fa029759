"""The system's C library is new enough.

Why: The program was built with newer C and C++ libraries than this system has.
"""

from __future__ import annotations

import re

from ...model.finding import Evidence, Fix, Problem, Signature, Symptom
from ...probes.host import Host

#: the C library of RHEL 8 is 2.28; Ollama and llama.cpp ask for symbols of 2.27
OLDEST = (2, 27)

PROBLEM = Problem(
    title="This Linux version is too old for the program.",
    seen="The program refuses to start, or its service fails again and again, on an older distribution.",
    why="The program was built with newer C and C++ libraries than this system has.",
    fixes=(
        Fix(
            "Use the container image, which brings its own libraries (with an NVIDIA card add --gpus=all).",
            (
                "docker run -d -v ollama:/root/.ollama -p 127.0.0.1:11434:11434 --name ollama ollama/ollama",
            ),
            proof="docker exec ollama ollama --version",
        ),
        Fix(
            "Or update the distribution; never replace the system's C library by hand.",
            ("ldd --version",),
            proof="ldd --version",
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/11319",
        "https://github.com/ollama/ollama/issues/9506",
        "https://github.com/ollama/ollama/issues/8085",
        "https://github.com/ollama/ollama/issues/10251",
        "https://github.com/ollama/ollama/issues/15624",
        "https://github.com/ollama/ollama/issues/6248",
    ),
    likelihood=0.7,
    systems=("linux",),
    confused_with=("os-musl-without-glibc",),
)

SIGNATURES = (
    Signature(
        r"""version [`'‘"]?(?:GLIBC|GLIBCXX|CXXABI)_[\d.]+['’"]? not found""",
        ("version", "not", "found"),
        certainty=0.97,
    ),
    Signature(r"status=127/n/a", ("status", "127", "n", "a"), certainty=0.85),
    Signature(r"\b(?:GLIBC|GLIBCXX)_\d[\d.]* not (?:found|defined)", ("not",), certainty=0.9),
    *(
        Signature(
            rf"\b{name}\b.{{0,60}}(?:too old|not supported|or (?:newer|later) (?:is )?required)",
            (name,),
            certainty=0.85,
        )
        for name in ("glibc", "manylinux")
    ),
    *(
        Signature(pattern, needs, certainty=0.95)
        for pattern, needs in (
            (
                r"""version [`'‘\"]?(?:GOMP|OACC|GCC|CURL_OPENSSL)_[\d.]+['’\"]? not found""",
                ("version", "found", "not"),
            ),
            (r"FATAL: kernel too old\b", ("kernel", "fatal", "old")),
            (
                r"undefined symbol: \S+, version (?:GLIBC|GLIBCXX|CXXABI)_[\d.]+",
                ("undefined", "version", "symbol"),
            ),
            (r"prerequisites for glibc and libstdc\+\+", ("prerequisites", "libstdc", "glibc")),
            (r"requires glibc (?:>= ?)?2\.\d+", ("requires", "glibc", "2")),
        )
    ),
    Signature(
        r"manylinux_2_(?:2[4-9]|3\d)_\w+\.whl is not a supported wheel on this platform",
        ("supported", "platform", "wheel"),
        certainty=0.9,
        unless=(r"cp3\d+-cp3\d+-.{0,60}python 3",),
    ),
    Signature(
        r"\bldd \([^)\n]{4,60}\) 2\.(?:[01]\d|2[0-6])\b",
        ("ldd", "2"),
        certainty=0.88,
        also=(r"not found|error|fail|status=1",),
    ),
    Signature(
        r"""\b(?:GLIBC|GLIBCXX|CXXABI)_[\d.]+ ?['’»\"]? nicht gefunden""",
        ("gefunden", "nicht"),
        certainty=0.95,
    ),
    Signature(
        r"""\b(?:GLIBC|GLIBCXX|CXXABI)_[\d.]+ ?['’»\"]? introuvable""",
        ("introuvable",),
        certainty=0.95,
    ),
)


def check(host: Host) -> Symptom | None:
    found = re.fullmatch(r"glibc (\d+)\.(\d+)", host.libc or "")
    if not found or (int(found[1]), int(found[2])) >= OLDEST:
        return None
    what = f"This system has {host.libc}; ready-made engines need {OLDEST[0]}.{OLDEST[1]} or newer."
    return Symptom(what, (Evidence("command:ldd --version", host.libc or ""),), 0.9, "warn")
