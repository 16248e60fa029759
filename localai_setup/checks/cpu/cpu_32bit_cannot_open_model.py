"""The system can open files of a model's size.

Why: On a 32-bit system file positions and address space are too small.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature

PROBLEM = Problem(
    title="A 32-bit system cannot open a model of this size.",
    seen="A model of more than 2 GB fails to load at once.",
    why="On a 32-bit system file positions and address space are too small.",
    fixes=(
        Fix(
            "See whether the system is 32-bit; if so, install the 64-bit one.",
            ("getconf LONG_BIT",),
            needs_root=False,
            reboot=False,
            proof="getconf LONG_BIT",
        ),
    ),
    sources=("https://github.com/ggml-org/llama.cpp/issues/4621",),
    confused_with=("os-32bit-userland",),
)

SIGNATURES = (
    Signature(
        r"""Value too large for defined data type""",
        ("value", "too", "large", "defined"),
        certainty=0.93,
    ),
)
