"""There is memory for the server to start.

Why: a server that does not get its memory is refused it, or killed by the system, in the middle of
loading the model.
"""

from __future__ import annotations

from ...model.finding import Evidence, Fix, Problem, Symptom, Where
from ...probes.memory import Memory
from ...probes.setup import SetUpState

PROBLEM = Problem(
    title="There is too little memory for the server that was set up.",
    seen="The server dies while it loads the model, often without a word.",
    why="The model, its context and the engine need more than what is free, or than this terminal, "
    "service or container may use.",
    fixes=(
        Fix(
            "Close what uses much memory.",
            ("ps -eo rss,comm --sort=-rss | head",),
            proof="localai doctor --only setup-memory-low",
            where=Where(systems=("linux",)),
        ),
        Fix(
            "Close what uses much memory.",
            ("ps -Amo rss,comm | head",),
            proof="localai doctor --only setup-memory-low",
            where=Where(systems=("macos",)),
        ),
        Fix(
            "Close what uses much memory (PowerShell).",
            ("Get-Process | Sort-Object WS -Descending | Select-Object -First 10",),
            proof="localai doctor --only setup-memory-low",
            where=Where(systems=("windows",)),
        ),
        Fix(
            "Where a limit is set, raise it where it was set; this shows yours.",
            ("ulimit -v",),
            where=Where(systems=("linux", "macos")),
        ),
        Fix("Or choose a smaller model for the memory that there is.", ("localai init",)),
    ),
    likelihood=0.7,
)


def check(setup: SetUpState, memory: Memory) -> Symptom | None:
    """A limit counts always; free memory only where the server has yet to get its own."""
    needs = setup.needs_mib
    if not setup.is_set_up or not needs:
        return None
    for has, what, source in _bounds(setup, memory):
        if has is not None and has < needs:
            words = f"The server needs about {needs:.0f} MiB; {what} {has:.0f} MiB."
            return Symptom(words, (Evidence(source, f"{has:.0f} MiB"),), 0.9)
    return None


def _bounds(setup: SetUpState, memory: Memory) -> list[tuple[float | None, str, str]]:
    free = None if setup.answers else memory.available_mib
    return [
        (setup.examined.address_space_mib, "programs started here may use", "call:localai.examine"),
        (memory.limit_mib, "the container or service may use", "file:/sys/fs/cgroup/memory.max"),
        (free, "free are", "file:/proc/meminfo"),
    ]
