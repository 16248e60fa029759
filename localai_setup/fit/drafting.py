"""Drafting: tokens guessed ahead, which the model then checks in one go (speculative decoding).

By prediction heads, which some files hold after their layers; published gains are for GPUs. On a
processor the check is bound by arithmetic: on one core with AVX2 a step that checks three drafts of a
made model costs 2.6 plain steps (Q4_0 and Q8_0, every draft right: 1.5 times as fast), as much as
the tokens that real heads bring (about 2.7 a step). So heads draft on GPUs alone.
`benchmarks/drafting.py` measures it.
"""

from __future__ import annotations

from dataclasses import replace

from ..model.estimate import SpeedEstimate
from ..model.settings import HEADS, ServerSettings
from .shape import Shape

#: llama.cpp loads and runs heads from this build on (pull request 22673, merged 2026-05-16)
FIRST_BUILD = 9180
#: drafts at a time; publishers advise 2 to 4, llama.cpp's default is 3
DRAFT_TOKENS = 3
#: Architectures whose heads were held against the engine's own buffer lines. Both keep a snapshot of
#: their recurrent state for each draft, so that a wrong one is taken back without reading again.
MEASURED = frozenset({"qwen35", "qwen35moe"})
#: Times as fast: least, likely, most. llama.cpp pull request 22673 and its users: 1.5 to 2 times for one
#: conversation; Qwen3.6 27B Q8_0 from 9.6 to 15.7 tokens/s (mybigday/llama.node issue 136). The least
#: is for text in which no draft holds.
GAIN = (1.0, 1.5, 2.0)


def by_heads(settings: ServerSettings) -> bool:
    """Whether these settings load the heads of the model's file."""
    return settings.drafting == HEADS


def has_heads(shape: Shape) -> bool:
    """Whether the file holds heads that are known to work; its name or family is no proof of any."""
    if not shape.heads or shape.arch not in MEASURED:
        return False
    names = {one.name for one in shape.header.tensors}
    first = len(shape.layers)
    return all(
        f"blk.{at}.nextn.eh_proj.weight" in names for at in range(first, first + shape.heads)
    )


def snapshots(settings: ServerSettings) -> int:
    """Copies of the recurrent state of a slot beside the one that counts."""
    return settings.draft_tokens if by_heads(settings) else 0


def on_gpus(shape: Shape, settings: ServerSettings, build: int) -> ServerSettings:
    """The settings with drafting where the file, the engine's build and the place allow it.

    Never with rows of each tensor shared out among GPUs (`--split-mode tensor`): llama.cpp crashes then
    (its issue 24309). localai only ever splits by layers.
    """
    whole = settings.gpu_layers > len(shape.layers) + shape.heads
    if settings.embeddings or not whole or build < FIRST_BUILD or not has_heads(shape):
        return settings
    return replace(settings, drafting=HEADS, draft_tokens=DRAFT_TOKENS)


def faster(plain: SpeedEstimate, settings: ServerSettings) -> SpeedEstimate:
    """The speed of writing with the gain that is published for heads, as a range."""
    if not by_heads(settings):
        return plain
    least, likely, most = GAIN
    return replace(
        plain,
        generate_tps=plain.generate_tps * likely,
        low=plain.low * least,
        high=plain.high * most,
        basis=f"{plain.basis}; drafting makes it {least:g} to {most:g} times as fast (published)",
    )
