"""What of the free main memory keeps earlier conversations, so that nobody waits for them to be read again.

Measured with `benchmarks/second_turn.py` (SmolLM2 135M, one core, two alternating rounds, processor
seconds): a conversation of 192 tokens that another one had pushed out was gone on with 11 times as fast
with the cache as without; a first turn took 0.97 times, a next turn 0.90 times (noise).
"""

from __future__ import annotations

import math
from dataclasses import replace

from ._candidate import Candidate

#: of what stays free; the rest is for other programs
SHARE_OF_FREE = 0.25


def with_prompt_cache(one: Candidate) -> Candidate:
    """With room for one more conversation of the full context, or for as much of it as is free."""
    if one.settings.embeddings:
        return one
    complete = one.memory.parts.kv + one.memory.parts.recurrent
    mib = math.floor(min(math.ceil(complete), SHARE_OF_FREE * max(0.0, -one.short_mib)))
    settings = replace(one.settings, prompt_cache_mib=mib)
    memory = replace(one.memory, prompt_cache_mib=float(mib))
    return replace(one, settings=settings, memory=memory)
