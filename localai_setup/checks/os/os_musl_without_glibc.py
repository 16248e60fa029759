"""The system has the GNU C library, or a package of its own.

Why: The program needs the GNU C library and its loader; this distribution uses musl.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where

PROBLEM = Problem(
    title="This Linux (Alpine or the like) cannot run the ready-made program.",
    seen="The installer claims success; starting the file says that something does not exist.",
    why="The program needs the GNU C library and its loader; this distribution uses musl.",
    fixes=(
        Fix("See which C library it is.", ("ldd --version",), proof="ldd --version"),
        Fix(
            "Use the distribution's own package.",
            ("sudo apk add ollama",),
            needs_root=True,
            proof="ollama --version",
            where=Where(systems=("linux",), families=("alpine",)),
        ),
        Fix(
            "Use the container image.",
            (
                "docker run -d -v ollama:/root/.ollama -p 127.0.0.1:11434:11434 --name ollama ollama/ollama",
            ),
            proof="docker logs ollama",
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/5083",
        "https://github.com/ollama/ollama/issues/7076",
        "https://github.com/ollama/ollama/issues/1437",
        "https://github.com/zeropsio/docs/issues/125",
    ),
    likelihood=0.6,
    systems=("linux",),
    confused_with=("os-32bit-userland", "os-glibc-too-old"),
)

SIGNATURES = (
    Signature(
        r"Error loading shared library \S+: No such file or directory \(needed by",
        ("error", "loading", "shared", "library"),
        certainty=0.95,
    ),
    Signature(r"Error relocating \S+:", ("error", "relocating"), certainty=0.95),
    Signature(
        r"musl libc",
        ("musl", "libc"),
        certainty=0.9,
        also=(r"not found|No such file|ollama|llama",),
    ),
    Signature(
        r"(?:ld-linux-(?:x86-64|aarch64)\.so\.\d).{0,60}(?:No such file|not found)",
        ("ld",),
        certainty=0.9,
    ),
    Signature(
        r"(?:/bin/)?(?:a?sh): (?:\S*/)?(?:ollama|llama-server)\S*: not found",
        ("not", "found"),
        certainty=0.86,
        unless=(r"/usr/local/bin/ollama: not found.*armv|aarch64",),
    ),
    # BusyBox names a script's line, `exec` and `env` name no shell at all.
    Signature(
        r"(?<!\S)\S{0,120}/(?:ollama|llama-(?:server|cli|bench)): not found",
        ("not", "found"),
        certainty=0.7,
        unless=(r"armv\d|aarch64|http",),
    ),
)
