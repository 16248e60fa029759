"""Cached files in a limited container do not count as used memory.

Why: The engine subtracts all that the container has touched, with cached model files that the
system would give back.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where

PROBLEM = Problem(
    title="In this limited container cached files are counted as used, so models are refused.",
    seen="The first load works; later ones in the same container are refused although memory is free.",
    why="The engine subtracts all that the container has touched, with cached model files that the system would give back.",
    fixes=(
        Fix(
            "Restart the container, or raise its limit.",
            (
                "docker restart ollama",
                "docker update --memory 48g --memory-swap 48g ollama",
            ),
            loses="Answers that are being written in the container are cut off.",
            proof="docker exec ollama ollama ps",
        ),
        Fix(
            "On the host the cached files can be dropped.",
            (
                "sync",
                "echo 1 | sudo tee /proc/sys/vm/drop_caches",
            ),
            needs_root=True,
            proof="free -h",
            where=Where(systems=("linux",)),
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
        r'msg="system memory" total="\d+\.\d GiB" free="[0-9]\.\d [GM]iB"',
        (
            "system",
            "memory",
        ),
        certainty=0.93,
        also=(r"model requires more",),
    ),
    Signature(
        r"model requires more system memory",
        (
            "model",
            "requires",
            "more",
            "system",
            "memory",
        ),
        certainty=0.78,
        also=(
            r"lxc|docker|container|cgroup|memory\.current|memory\.stat|inactive_file|buff/cache|kubernetes|\bpod\b",
        ),
    ),
    Signature(
        r"model requires more system memory \((\d\d)\d*\.\d GiB\) than is available \((?:[2-9]\d)\d*\.\d GiB\)",
        (
            "model",
            "requires",
            "more",
            "system",
            "memory",
        ),
        certainty=0.62,
        also=(r"status code",),
    ),
)
