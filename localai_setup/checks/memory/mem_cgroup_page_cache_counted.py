"""Cached files in a limited container do not count as used memory.

Why: The engine subtracts all that the container has touched, with cached model files that the
system would give back.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where
from ._containers import raise_limit

PROBLEM = Problem(
    title="In this limited container cached files are counted as used, so models are refused.",
    seen="The first load works; later ones in the same container are refused although memory is free.",
    why="The engine subtracts all that the container has touched, with cached model files that the system would give back.",
    fixes=(
        Fix(
            "Restart the container (here named ollama); it starts with nothing counted.",
            ("docker restart ollama",),
            loses="Answers that are being written in the container are cut off.",
            proof="docker exec ollama ollama ps",
            where=Where(container=False),
        ),
        *raise_limit(),
        Fix(
            "Or drop the cached files on the host; they are read from the disk again when needed.",
            ("sync", "echo 1 | sudo tee /proc/sys/vm/drop_caches"),
            needs_root=True,
            proof="free -h",
            where=Where(systems=("linux",), container=False),
        ),
        Fix(
            "From inside see how much is only cached (the line `file`); restart the container from its host.",
            ("grep -E '^(anon|file) ' /sys/fs/cgroup/memory.stat",),
            proof="cat /sys/fs/cgroup/memory.current",
            where=Where(systems=("linux",), container=True),
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/15474",
        "https://github.com/ollama/ollama/pull/15961",
        "https://github.com/ollama/ollama/issues/13556",
    ),
    likelihood=0.3,
    systems=("linux",),
    confused_with=("mem-model-larger-than-ram",),
)

SIGNATURES = (
    Signature(
        r'msg="system memory" total="\d{2,}\.\d GiB" free="\d\.\d [GM]iB"',
        ("system", "memory", "total"),
        certainty=0.95,
        also=(r"model requires more",),
    ),
    Signature(
        r"model requires more system memory\b",
        ("requires", "system", "memory"),
        certainty=0.97,
        also=(
            r"lxc|LXC|cgroup|memory\.current|memory\.stat|inactive_file|buff/cache|page cache|kubernetes|\bpod\b",
        ),
    ),
    Signature(
        r"model requires more system memory\b",
        ("requires", "system", "memory"),
        certainty=0.88,
        also=(r"docker|container",),
    ),
    Signature(
        r"model requires more system memory \(\d{2,}\.\d GiB\) than is available \((?:[2-9]\d|\d{3})\.\d GiB\)",
        ("available", "requires", "system"),
        certainty=0.62,
        also=(r"status code",),
    ),
    Signature(
        r"inactive_file\b",
        ("inactive_file",),
        certainty=0.7,
        also=(r"model requires more|out of memory|OOM",),
    ),
)
