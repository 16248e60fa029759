"""Drafting: tokens guessed ahead, which the model then checks in one go (speculative decoding).

By prediction heads, which some files hold after their layers; published gains are for GPUs. On a
processor the check is bound by arithmetic: on one core with AVX2 a step that checks three drafts of a
made model costs 2.6 plain steps (Q4_0 and Q8_0, every draft right: 1.5 times as fast), as much as
the tokens that real heads bring (about 2.7 a step). So heads draft on GPUs alone unless asked for.

By repeats: what followed the same six tokens before. On a processor (starter, Q4_1, one core, medians of
3 alternating rounds) code that is edited came 1.02 times as fast, a summary 1.03, a corrected text 1.09
(21 of 24 drafts held), a story without drafts 1.02: nothing beyond the noise, so it is off unless asked
for. `benchmarks/drafting.py` measures it.
"""

from __future__ import annotations

from dataclasses import replace

from ..model.estimate import SpeedEstimate
from ..model.settings import AUTO, HEADS, OFF, REPEATS, ServerSettings
from .shape import Shape

#: llama.cpp loads and runs heads from this build on (pull request 22673, merged 2026-05-16)
FIRST_BUILD = 9180
#: the first build whose flags for drafting by repeats are known to be these
FIRST_BUILD_REPEATS = 10485
#: drafts at a time; publishers advise 2 to 4 for heads, llama.cpp's default is 3. Of repeats 48 (its
#: default) made a corrected text a quarter slower: most were wrong, and all had to be checked.
DRAFT_TOKENS = {HEADS: 3, REPEATS: 8}
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


def chosen(shape: Shape, settings: ServerSettings, build: int, asked: str = AUTO) -> ServerSettings:
    """The settings with the drafting that was asked for, unchanged where that cannot be; `build` is the
    engine's build number.

    Heads never draft with rows of each tensor shared out among GPUs (`--split-mode tensor`): llama.cpp
    crashes then (its issue 24309). localai only ever splits by layers.
    """
    all_on_gpu = settings.gpu_layers > len(shape.layers) + shape.heads
    kind = (HEADS if all_on_gpu else OFF) if asked == AUTO else asked
    if settings.embeddings or kind == OFF or not _can(shape, kind, build):
        return settings
    return replace(settings, drafting=kind, draft_tokens=DRAFT_TOKENS[kind])


def _can(shape: Shape, kind: str, build: int) -> bool:
    """Recurrent states cannot go back without heads: the server would copy them for each draft."""
    if kind == HEADS:
        return build >= FIRST_BUILD and has_heads(shape)
    recurrent = any(one.recurrent for one in shape.layers)
    return build >= FIRST_BUILD_REPEATS and not recurrent


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
