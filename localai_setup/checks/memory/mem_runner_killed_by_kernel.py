"""The system has not ended the engine for lack of memory.

Why: Weights on the processor's side, context memory and other programs exceed memory and swap.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where
from ..engine._settings import settings

SWAP = "/swapfile-localai"

PROBLEM = Problem(
    title="The system ended the engine because memory ran out.",
    seen="Loading takes long, then the engine is gone; the computer was sluggish meanwhile.",
    why="Weights on the processor's side, context memory and other programs exceed memory and swap.",
    fixes=(
        *settings(
            "Use a smaller model, close programs, or use a shorter context as here (4096 is an example).",
            {"OLLAMA_CONTEXT_LENGTH": "4096"},
            "context",
            systems=("linux",),
        ),
        Fix(
            "Or add swap until the next restart (16G is an example: what is missing, and free on the disk). A model that has to be swapped is slow.",
            (
                f"sudo truncate -s 0 {SWAP}",
                f"sudo chattr +C {SWAP} 2>/dev/null || true",
                f"sudo fallocate -l 16G {SWAP}",
                f"sudo chmod 600 {SWAP}",
                f"sudo mkswap {SWAP}",
                f"sudo swapon {SWAP}",
            ),
            needs_root=True,
            loses=f"On Btrfs no snapshot of / can be made while it is on; `sudo swapoff {SWAP}` ends that.",
            proof="swapon --show",
            where=Where(systems=("linux",), container=False, wsl=False),
        ),
        Fix(
            "In WSL give it more: write `memory=16GB` and `swap=16GB` (examples) below a line `[wsl2]` in .wslconfig in your Windows user's folder, then restart WSL.",
            ("wsl.exe --shutdown",),
            loses="Everything that runs in WSL is stopped.",
            proof="free -h",
            where=Where(systems=("linux",), wsl=True),
        ),
        Fix(
            "To be sure of the cause, read what the kernel wrote.",
            ("sudo dmesg -T | grep -iE 'out of memory|oom-kill'",),
            needs_root=True,
            proof="journalctl -k --no-pager",
            where=Where(systems=("linux",), container=False),
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
    # a worker's exit code below zero is the signal that ended it
    Signature(
        r"Failed core proc\(s\): \{[^}]{0,80}: -9\b", ("failed", "core", "proc"), certainty=0.92
    ),
    Signature(
        r"was sent SIGKILL! Perhaps out of memory", ("sigkill", "perhaps", "memory"), certainty=0.9
    ),
    Signature(
        r"killed due to the node running low on memory",
        ("killed", "node", "memory"),
        certainty=0.93,
    ),
    # macOS ends programs through jetsam
    Signature(r"memorystatus: killing\w* ?", ("memorystatus",), certainty=0.9),
    Signature(
        r"low swap: killing largest compressed process",
        ("swap", "killing", "compressed"),
        certainty=0.93,
    ),
    # what a shell says in German, French, Spanish, Italian and Portuguese
    *(
        Signature(
            rf"\b{told}\b",
            needs,
            certainty=0.8,
            also=(r"llama|ollama|vllm|gguf|python|model",),
        )
        for told, needs in (
            ("Getötet", ("get", "tet")),
            ("Processus arrêté", ("processus", "arr")),
            ("Terminado \\(killed", ("terminado", "killed")),
            ("Ucciso", ("ucciso",)),
            ("Morto", ("morto",)),
        )
    ),
    Signature(
        r"Out of memory: Kill(?:ed)? process \d+",
        ("process", "memory", "out"),
        certainty=0.97,
        unless=(r"Memory cgroup out of memory|CONSTRAINT_MEMCG|oom_memcg",),
    ),
    Signature(
        r"Failed with result 'oom-kill'",
        ("result", "kill", "oom"),
        certainty=0.96,
        unless=(r"CONSTRAINT_MEMCG|Memory cgroup",),
    ),
    Signature(
        r"A process of this unit has been killed by the OOM killer",
        ("process", "killed", "killer"),
        certainty=0.96,
        unless=(r"CONSTRAINT_MEMCG|Memory cgroup",),
    ),
    Signature(
        r"\binvoked oom-killer\b",
        ("invoked", "killer", "oom"),
        certainty=0.93,
        unless=(r"MEMCG|Memory cgroup|mem_cgroup_oom",),
    ),
    Signature(
        r"oom-kill:constraint=CONSTRAINT_NONE\b",
        ("constraint_none", "constraint", "kill"),
        certainty=0.94,
        unless=(r"Memory cgroup",),
    ),
    Signature(
        r"oom_reaper: reaped process\b",
        ("oom_reaper", "process", "reaped"),
        certainty=0.9,
        unless=(r"MEMCG|Memory cgroup",),
    ),
    Signature(
        r"(?:llama runner|llama-server|runner) process has terminated\b.{0,80}signal: killed",
        ("terminated", "process", "killed"),
        certainty=0.94,
    ),
    Signature(
        r"process (?:has terminated|no longer running)\b.{0,80}signal: killed",
        ("process", "killed"),
        certainty=0.93,
    ),
    Signature(
        r"signal: killed\b", ("signal", "killed"), certainty=0.85, also=(r"llama|ollama|runner",)
    ),
    Signature(
        r"llama runner process no longer running: -1\b",
        ("process", "running", "longer"),
        certainty=0.87,
    ),
    Signature(
        r"killed by the OOM killer\b",
        ("killed", "killer", "oom"),
        certainty=0.92,
        unless=(r"MEMCG|Memory cgroup",),
    ),
    Signature(
        r"runner\b.{0,60}(?:no longer running: -1|signal: 9|SIGKILL)", ("runner",), certainty=0.87
    ),
    Signature(
        r"code=killed, status=9/KILL",
        ("killed", "status", "code"),
        certainty=0.86,
        unless=(r"SIGTERM timed out|State .{0,20}timed out",),
    ),
    Signature(r"code=killed, signal=KILL\b", ("signal", "killed", "kill"), certainty=0.86),
    Signature(
        r"(?:died|terminated|exited|killed)\b.{0,40}\bSIGKILL\b",
        ("sigkill",),
        certainty=0.82,
        also=(r"llama|ollama|vllm|model|EngineCore|python",),
    ),
    Signature(r"died with <Signals\.SIGKILL: 9>", ("signals", "sigkill", "died"), certainty=0.9),
    Signature(
        r"^(?:zsh: |bash: line \d+:\s+\d+ |\[\d+\][+ -]+\d* ?)?\bkilled\b\s.{0,40}(?:llama|ollama|python|main|\./|vllm)",
        ("killed",),
        certainty=0.8,
    ),
    Signature(r"^\bKilled\b\s*\Z", ("killed",), certainty=0.75),
    Signature(r"line \d+:\s+\d+ Killed\b", ("killed", "line"), certainty=0.78),
    Signature(r"^\s*\bKilled\b\s*$", ("killed",), certainty=0.7, unless=(r"quarantin|cgroup",)),
    Signature(r"systemd-oomd\b.{0,80}Killed\b", ("systemd", "oomd"), certainty=0.92),
    Signature(
        r"earlyoom\b.{0,120}(?:sending SIGTERM|sending SIGKILL|low memory)",
        ("earlyoom",),
        certainty=0.92,
    ),
    Signature(
        r"model runner has unexpectedly stopped, this may be due to resource limitations",
        ("unexpectedly", "limitations", "resource"),
        certainty=0.8,
    ),
)
