"""The container may use as much memory as the model needs.

Why: Loading reaches the container's own limit, and the kernel ends the process in it.
"""

from __future__ import annotations

from ...model.finding import Evidence, Fix, Problem, Signature, Symptom, Where
from ...probes.memory import Memory
from ._containers import raise_limit

PROBLEM = Problem(
    title="The container's memory limit is below what the model needs.",
    seen="The container or pod restarts while loading, although the host has plenty of memory.",
    why="Loading reaches the container's own limit, and the kernel ends the process in it.",
    fixes=(
        *raise_limit(),
        Fix(
            "In a Compose file raise `mem_limit`, in Kubernetes `resources: limits: memory:`, above the model's size plus a few GB for the context; then create it again.",
            ("docker compose up -d",),
            loses="Files that were written inside the old container, outside its volumes, are lost.",
            proof="docker compose ps",
            where=Where(container=False),
        ),
        Fix(
            "From inside see the limit and how often it was hit (oom_kill); it is raised from the host.",
            ("cat /sys/fs/cgroup/memory.max", "cat /sys/fs/cgroup/memory.events"),
            proof="cat /sys/fs/cgroup/memory.events",
            where=Where(systems=("linux",), container=True),
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
    Signature(r"\bcontainer oom [0-9a-f]{4,64}\b", ("container", "oom"), certainty=0.95),
    Signature(
        r"MEM USAGE / LIMIT[\s\S]{0,400}?\s(?:9[89]\.\d\d|100\.00)%",
        ("mem", "usage", "limit"),
        certainty=0.85,
        lines=4,
    ),
    Signature(
        r"The node was low on resource: memory",
        ("node", "resource", "memory"),
        certainty=0.85,
    ),
    Signature(
        r"Pod \S{1,80} exceeded (?:its|the) .{0,40}memory|Container \S{1,80} exceeded its (?:local )?memory",
        ("exceeded", "memory"),
        certainty=0.85,
    ),
    Signature(
        r"Memory cgroup out of memory: Kill(?:ed)? process",
        ("process", "memory", "cgroup"),
        certainty=0.96,
    ),
    Signature(
        r"memory: usage \d+kB, limit \d+kB, failcnt \d+",
        ("failcnt", "memory", "limit"),
        certainty=0.92,
    ),
    Signature(
        r"Task in /\S*(?:docker|kubepods|lxc|podman|libpod)\S* killed as a result of limit of",
        ("killed", "result", "limit"),
        certainty=0.96,
    ),
    Signature(
        r"\bOOMKilled\b",
        ("oomkilled",),
        certainty=0.96,
        unless=(r"""OOMKilled["\']?[:=]\s*false""",),
    ),
    Signature(r"""\bOOMKilled\b["\']?[:=]\s*true""", ("oomkilled",), certainty=0.96),
    Signature(r"constraint=CONSTRAINT_MEMCG\b", ("constraint_memcg", "constraint"), certainty=0.95),
    Signature(r"oom_memcg=/\S{0,80}(?:docker|kubepods|lxc|libpod)", ("oom_memcg",), certainty=0.95),
    Signature(
        r"""(?:Exit Code|exited with code|exit code|exit status|Exited \(|ExitCode)["\']?[:=]?\s*\b137\b""",
        ("137",),
        certainty=0.92,
    ),
    Signature(r"terminated with exit code \(137\)", ("terminated", "code", "exit"), certainty=0.93),
    Signature(
        r"command terminated with exit code 137\b",
        ("terminated", "command", "code"),
        certainty=0.93,
    ),
    Signature(r"\boom_kill [1-9]\d*", ("oom_kill",), certainty=0.88),
    Signature(
        r"Last State:\s+Terminated\b",
        ("terminated", "state", "last"),
        certainty=0.85,
        also=(r"137|OOM",),
    ),
    Signature(
        r"Memory limit (?:reached|exceeded)\b.{0,60}(?:container|cgroup|pod)",
        ("memory", "limit"),
        certainty=0.85,
    ),
    Signature(r"Exited \(137\)", ("exited", "137"), certainty=0.93),
)


def check(memory: Memory) -> Symptom | None:
    """The kernel counts how often it ended a process at the group's limit."""
    if memory.limit_mib is None or not memory.limit_kills:
        return None
    what = f"The limit of {memory.limit_mib / 1024:.1f} GiB ended a process {memory.limit_kills} times."
    shown = Evidence(memory.kills_source, f"oom_kill {memory.limit_kills}")
    return Symptom(what, (shown,), 0.97)
