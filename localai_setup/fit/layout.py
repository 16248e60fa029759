"""Where the layers of a model and its cache lie with a server's settings, as llama.cpp lays them out."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

from ..model.settings import ServerSettings


def shares(settings: ServerSettings) -> tuple[float, ...]:
    """How the layers on GPUs are shared out among them, one share for each GPU."""
    return settings.gpu_split or (1.0,)


def homes(settings: ServerSettings, layers: int) -> list[int]:
    """Where each layer lies, and at the end the output: 0 is the host, then the GPUs."""
    first = max(0, layers + 1 - settings.gpu_layers)
    far = min(settings.gpu_layers, layers + 1)
    split = shares(settings)
    ends = list(accumulate(one / sum(split) for one in split))
    last = len(ends) - 1
    there = [min(bisect_right(ends, at / far), last) for at in range(far)]
    return [0] * first + [1 + gpu for gpu in there]


def outputs(settings: ServerSettings) -> int:
    """Tokens of one batch whose probabilities are asked for: of each slot the next, and its drafts."""
    return settings.slots * (1 + settings.draft_tokens)


def streams(settings: ServerSettings) -> int:
    """Separate caches: one for all slots, or one for each."""
    return 1 if settings.kv_unified else settings.slots


def stream_cells(settings: ServerSettings) -> int:
    """Tokens that one cache holds."""
    return pad256(pad256(settings.context) // streams(settings))


def pad256(tokens: int) -> int:
    """Rounded up as llama.cpp rounds a context."""
    return -(-tokens // 256) * 256
