"""The container may use as much memory as the model needs.

Why: Loading reaches the container's own limit, and the kernel ends the process in it.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where

PROBLEM = Problem(
    title="The container's memory limit is below what the model needs.",
    seen="The container or pod restarts while loading, although the host has plenty of memory.",
    why="Loading reaches the container's own limit, and the kernel ends the process in it.",
    fixes=(
        Fix(
            "See the limit and the peak.",
            (
                "cat /sys/fs/cgroup/memory.max",
                "cat /sys/fs/cgroup/memory.events",
            ),
            proof="cat /sys/fs/cgroup/memory.events",
            where=Where(systems=("linux",)),
        ),
        Fix(
            "Set the limit above model size plus context memory.",
            ("docker update --memory 16g --memory-swap 16g ollama",),
            proof='docker inspect -f "{{.HostConfig.Memory}}" ollama',
        ),
    ),
    sources=(
        "https://github.com/kubernetes/kubernetes/issues/114142",
        "https://github.com/aw537/orion/issues/80",
    ),
    likelihood=0.5,
    systems=("linux",),
    confused_with=(
        "mem-runner-killed-by-kernel",
        "mem-cgroup-page-cache-counted",
    ),
)

SIGNATURES = (
    Signature(
        r"Memory cgroup out of memory: Kill(?:ed)? process",
        (
            "memory",
            "cgroup",
            "out",
            "of",
            "memory",
        ),
        certainty=0.95,
    ),
    Signature(
        r'\bOOMKilled\b["\s:=]*(?:true)?',
        ("oomkilled",),
        certainty=0.95,
        unless=(r"""OOMKilled["']?[:=]\s*false""",),
    ),
    Signature(
        r"constraint=CONSTRAINT_MEMCG",
        (
            "constraint",
            "constraint_memcg",
        ),
        certainty=0.93,
    ),
    Signature(
        r"(?:Exit Code|exited with code|exit code|exit status|Exited \():?\s*137\b",
        ("137",),
        certainty=0.9,
    ),
    Signature(r"\boom_kill [1-9]\d*", ("oom_kill",), certainty=0.85),
    Signature(
        r"Last State:\s+Terminated",
        (
            "last",
            "state",
            "terminated",
        ),
        certainty=0.85,
        also=(r"137|OOM",),
    ),
)
