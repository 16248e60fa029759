"""The engine may pin the model in memory where it is asked to.

Why: The amount of memory that a user may pin is far below the model's size.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where
from ..engine._settings import SERVICE, drop_in

PROBLEM = Problem(
    title="The system does not let the engine pin the model in memory.",
    seen="A warning while loading; the model may be swapped out, and a user may not raise the limit.",
    why="The amount of memory that a user may pin is far below the model's size.",
    fixes=(
        Fix(
            "Do without pinning; it is seldom needed. Leave out --mlock (llama.cpp) or use_mlock (Python, Ollama), and start again: the warning is gone."
        ),
        Fix(
            "Or raise the limit for the Ollama service.",
            drop_in("LimitMEMLOCK=infinity", "memlock"),
            needs_root=True,
            proof="systemctl show ollama -p LimitMEMLOCK",
            where=SERVICE,
        ),
        Fix(
            "Or raise it for programs that you start yourself; then log out and in again.",
            (
                'echo "$USER - memlock unlimited" | sudo tee /etc/security/limits.d/90-localai-memlock.conf',
            ),
            needs_root=True,
            proof="ulimit -l",
            where=Where(systems=("linux",), container=False),
        ),
        Fix(
            "A container gets its limit at its start, from the host: add this to your `docker run`.",
            ("docker run --rm --ulimit memlock=-1 ubuntu sh -c 'ulimit -l'",),
            proof="docker run --rm --ulimit memlock=-1 ubuntu sh -c 'ulimit -l'",
            where=Where(systems=("linux",)),
        ),
    ),
    sources=(
        "https://github.com/abetlen/llama-cpp-python/issues/708",
        "https://github.com/abetlen/llama-cpp-python/issues/254",
        "https://github.com/abetlen/llama-cpp-python/issues/618",
        "https://github.com/utilityai/llama-cpp-rs/issues/663",
        "https://github.com/ggml-org/llama.cpp/issues/4072",
        "https://github.com/h2oai/h2ogpt/issues/812",
        "https://github.com/c0sogi/llama-api/issues/13",
    ),
    status="warn",
    likelihood=0.6,
    systems=("linux",),
    confused_with=(),
)

SIGNATURES = (
    Signature(
        r"mlock(?:all)? (?:is )?not supported on this (?:system|platform)",
        ("not", "supported", "this"),
        certainty=0.87,
    ),
    Signature(
        r"mlockall\b.{0,80}(?:Cannot allocate memory|Operation not permitted|failed|denied)",
        ("mlockall",),
        certainty=0.92,
    ),
    Signature(
        r"VirtualLock: (?:.{0,60}quota|.{0,60}working set)", ("virtuallock",), certainty=0.92
    ),
    Signature(r"failed to mlock\b", ("mlock", "failed", "to"), certainty=0.97),
    Signature(r"Try increasing RLIMIT_(?:MEMLOCK|MLOCK)\b", ("increasing", "try"), certainty=0.95),
    Signature(
        r"\bmlock\b.{0,80}(?:Cannot allocate memory|Operation not permitted|failed|denied|quota)",
        ("mlock",),
        certainty=0.93,
    ),
    Signature(r"\bmunlock\b.{0,80}(?:Cannot allocate memory|failed)", ("munlock",), certainty=0.85),
    Signature(r"failed to VirtualLock\b", ("virtuallock", "failed", "to"), certainty=0.95),
    Signature(r"VirtualLock\b.{0,80}(?:failed|denied|quota)", ("virtuallock",), certainty=0.9),
    Signature(
        r"SetProcessWorkingSetSize failed\b", ("setprocessworkingsetsize", "failed"), certainty=0.87
    ),
    Signature(
        r"RLIMIT_MEMLOCK\b.{0,80}(?:failed|too low|limit)", ("rlimit_memlock",), certainty=0.9
    ),
    Signature(
        r"max locked memory\b.{0,60}cannot modify limit",
        ("modify", "locked", "memory"),
        certainty=0.93,
    ),
    Signature(r"ulimit: max locked memory\b", ("locked", "memory", "ulimit"), certainty=0.93),
    Signature(
        r"Max locked memory\s+\d+\s+\d+\s+bytes",
        ("locked", "memory", "bytes"),
        certainty=0.6,
        also=(r"mlock",),
    ),
)
