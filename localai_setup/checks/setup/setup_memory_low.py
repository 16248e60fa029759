"""A server that does not get its memory is refused it, or killed by the system, in the middle of
loading the model.
"""

from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...model.sizes import mib_words
from ...probes.memory import Memory
from ...probes.setup import SetUpState


def check(setup: SetUpState, memory: Memory) -> Symptom | None:
    """A limit counts always; free memory only where the server has yet to get its own."""
    needs = setup.needs_mib
    if not setup.is_set_up or not needs:
        return None
    for has, what, source in _bounds(setup, memory):
        if has is not None and has < needs:
            words = f"The server needs about {mib_words(needs)}; {what} {mib_words(has)}."
            return Symptom(words, (Evidence(source, f"{mib_words(has)}"),), 0.9)
    return None


def _bounds(setup: SetUpState, memory: Memory) -> list[tuple[float | None, str, str]]:
    free = None if setup.answers else memory.available_mib
    return [
        (setup.examined.address_space_mib, "programs started here may use", "call:localai.examine"),
        (memory.limit_mib, "the container or service may use", "file:/sys/fs/cgroup/memory.max"),
        (free, "free are", "file:/proc/meminfo"),
    ]
