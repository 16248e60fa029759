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
            "Start the program by hand to see what it misses.",
            ("ldd --version", "ollama --version"),
            proof="ldd --version",
        ),
        Fix(
            "Update the distribution or use the container image; never replace the system's C library.",
            (
                "docker run -d -v ollama:/root/.ollama -p 127.0.0.1:11434:11434 --name ollama ollama/ollama",
            ),
            proof="ollama --version",
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
)


def check(host: Host) -> Symptom | None:
    found = re.fullmatch(r"glibc (\d+)\.(\d+)", host.libc or "")
    if not found or (int(found[1]), int(found[2])) >= OLDEST:
        return None
    what = f"This system has {host.libc}; ready-made engines need {OLDEST[0]}.{OLDEST[1]} or newer."
    return Symptom(what, (Evidence("command:ldd --version", host.libc or ""),), 0.9, "warn")
