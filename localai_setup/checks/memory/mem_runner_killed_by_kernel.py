"""The system has not ended the engine for lack of memory.

Why: Weights on the processor's side, context memory and other programs exceed memory and swap.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature

PROBLEM = Problem(
    title="The system ended the engine because memory ran out.",
    seen="Loading takes long, then the engine is gone; the computer was sluggish meanwhile.",
    why="Weights on the processor's side, context memory and other programs exceed memory and swap.",
    fixes=(
        Fix(
            "Find it in the kernel's log.",
            ("sudo journalctl -k --no-pager | grep -i 'out of memory'",),
            needs_root=True,
            proof="journalctl -k --no-pager",
        ),
        Fix(
            "Use a smaller model or context, close programs, or add swap.",
            (
                "sudo fallocate -l 16G /swapfile",
                "sudo chmod 600 /swapfile",
                "sudo mkswap /swapfile",
                "sudo swapon /swapfile",
            ),
            needs_root=True,
            proof="swapon --show",
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/10739",
        "https://github.com/ollama/ollama/issues/9685",
        "https://github.com/ollama/ollama/issues/6238",
        "https://github.com/ollama/ollama/issues/11231",
        "https://github.com/ollama/ollama/issues/9934",
        "https://github.com/ollama/ollama/issues/788",
    ),
    likelihood=0.7,
    systems=("linux",),
    confused_with=(
        "mem-container-limit-too-low",
        "mem-model-larger-than-ram",
    ),
)

SIGNATURES = (
    Signature(
        r"Out of memory: Kill(?:ed)? process \d+",
        (
            "out",
            "of",
            "memory",
            "process",
        ),
        certainty=0.96,
        unless=(r"Memory cgroup out of memory|MEMCG",),
    ),
    Signature(
        r"Failed with result 'oom-kill'",
        (
            "failed",
            "with",
            "result",
            "oom",
            "kill",
        ),
        certainty=0.95,
    ),
    Signature(
        r"(?:ollama|llama|vllm|python)\S* invoked oom-killer|oom-kill:constraint=CONSTRAINT_NONE|oom_reaper: reaped process",
        ("oom",),
        certainty=0.93,
        unless=(r"MEMCG|Memory cgroup",),
    ),
    Signature(
        r"\binvoked oom-killer",
        (
            "invoked",
            "oom",
            "killer",
        ),
        certainty=0.93,
        unless=(r"MEMCG|Memory cgroup",),
    ),
    Signature(
        r"oom-kill:constraint=CONSTRAINT_NONE",
        (
            "oom",
            "kill",
            "constraint",
            "constraint_none",
        ),
        certainty=0.93,
    ),
    Signature(
        r"(?:runner process has terminated|llama-server process has terminated|runner process no longer running).{0,60}signal: killed",
        (
            "signal",
            "killed",
        ),
        certainty=0.92,
    ),
    Signature(
        r"process .{0,60}has been killed by the OOM killer|killed by the OOM killer",
        (
            "oom",
            "killer",
        ),
        certainty=0.9,
    ),
    Signature(
        r"(?:runner|server).{0,60}(?:no longer running: -1|signal: 9|SIGKILL)",
        ("runner",),
        certainty=0.85,
    ),
    Signature(
        r"(?:code=killed, (?:status=9|signal=KILL))",
        (
            "code",
            "killed",
            "status",
            "9",
        ),
        certainty=0.8,
    ),
    Signature(
        r"^(?:\[?\d*\]?\s*)?(?:zsh: |bash: line \d+:\s+\d+ )?killed\b.{0,20}(?:llama|ollama|python|\./)|^Killed$",
        ("killed",),
        certainty=0.7,
    ),
    Signature(r"systemd-oomd.{0,80}Killed", ("systemd",), certainty=0.85),
)
