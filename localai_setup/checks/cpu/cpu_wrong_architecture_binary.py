"""The program was made for this kind of processor.

Why: An ARM file cannot run on a PC processor, nor the other way round.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature

PROBLEM = Problem(
    title="The program was made for another kind of processor.",
    seen="Nothing starts, or a container restarts again and again.",
    why="An ARM file cannot run on a PC processor, nor the other way round.",
    fixes=(
        Fix(
            "Compare the machine with the file, then download the right one.",
            ("uname -m", "file $(command -v ollama)"),
            needs_root=False,
            reboot=False,
            proof="ollama --version",
        ),
    ),
    sources=(
        "https://github.com/datawhalechina/handy-ollama/issues/30",
        "https://github.com/ollama/ollama/issues/3396",
    ),
    confused_with=("os-32bit-userland", "os-musl-without-glibc"),
)

SIGNATURES = (
    Signature(r"""exec format error""", ("exec", "format", "error"), certainty=0.95),
    Signature(r"""cannot execute binary file""", ("cannot", "execute", "binary"), certainty=0.95),
)
