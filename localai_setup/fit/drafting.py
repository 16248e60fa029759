"""Drafting: tokens guessed ahead, which the model then checks in one go (speculative decoding).

By prediction heads, which some files hold after their layers; published gains are for GPUs. On a
processor the check is bound by arithmetic: on one core with AVX2 a step that checks three drafts of a
made model costs 2.6 plain steps (Q4_0 and Q8_0, every draft right: 1.5 times as fast), as much as
the tokens that real heads bring (about 2.7 a step). So heads draft on GPUs alone unless asked for.

By repeats: what followed the same six tokens before. On a processor (starter, Q4_1, one core, medians of
3 alternating rounds) code that is edited came 1.02 times as fast, a summary 1.03, a corrected text 1.09
(21 of 24 drafts held), a story without drafts 1.02: nothing beyond the noise, so it is off unless asked
for. `benchmarks/drafting.py` measures it.

By a file of its own (`companion.py`): a smaller model with the same vocabulary, or heads that were left
out of the model's file. On GPUs where the recipe names one, elsewhere where it is asked for.
"""

from __future__ import annotations

from dataclasses import replace

from ..model.estimate import SpeedEstimate
from ..model.settings import (
    AUTO,
    COMPANION,
    HEAD_FILE,
    HEADS,
    MODEL,
    OFF,
    REPEATS,
    ServerSettings,
)
from .drafter import Drafter
from .shape import Shape

#: llama.cpp loads and runs heads from this build on (pull request 22673, merged 2026-05-16)
FIRST_BUILD = 9180
#: the first build whose flags for drafting by repeats, and by a smaller model, are known to be these
FIRST_BUILD_NAMED = 10485
#: drafts at a time; publishers advise 2 to 4 for heads, llama.cpp's default is 3. Of repeats 48 (its
#: default) made a corrected text a quarter slower: most were wrong, and all had to be checked.
DRAFT_TOKENS = {HEADS: 3, HEAD_FILE: 3, MODEL: 3, REPEATS: 8}
#: Architectures whose heads were held against the engine's own buffer lines. Both keep a snapshot of
#: their recurrent state for each draft, so that a wrong one is taken back without reading again.
MEASURED = frozenset({"qwen35", "qwen35moe"})
#: Times as fast: least, likely, most. llama.cpp pull request 22673 and its users: 1.5 to 2 times for one
#: conversation; Qwen3.6 27B Q8_0 from 9.6 to 15.7 tokens/s (mybigday/llama.node issue 136). The least
#: is for text in which no draft holds.
GAIN = (1.0, 1.5, 2.0)
#: The same on a processor, from the steps measured above: no guess holds, as many as real heads bring,
#: all of them.
GAIN_ON_HOST = (1 / 2.6, 1.0, 1.5)


def by_heads(settings: ServerSettings) -> bool:
    """Whether these settings load the heads of the model's file."""
    return settings.drafting == HEADS


def by_any_heads(settings: ServerSettings) -> bool:
    """Whether prediction heads draft, in the model's file or in one of their own."""
    return settings.drafting in (HEADS, HEAD_FILE)


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
    return settings.draft_tokens if by_any_heads(settings) else 0


def chosen(
    shape: Shape,
    settings: ServerSettings,
    build: int,
    asked: str = AUTO,
    drafter: Drafter | None = None,
) -> ServerSettings:
    """The settings with the drafting that was asked for, unchanged where that cannot be; `build` is the
    engine's build number, `drafter` the file that there is for it.

    Heads never draft with rows of each tensor shared out among GPUs (`--split-mode tensor`): llama.cpp
    crashes then (its issue 24309). localai only ever splits by layers.
    """
    on_gpu = all_on_gpu(shape, settings)
    kinds = {AUTO: _usual(shape, drafter) if on_gpu else OFF, COMPANION: _kind(drafter)}
    kind = kinds.get(asked, asked)
    if kind == OFF or why_not(shape, settings, build, kind):
        return settings
    if drafter and kind == drafter.kind:
        return with_drafter(shape, settings, drafter)
    return replace(settings, drafting=kind, draft_tokens=DRAFT_TOKENS[kind])


def with_drafter(shape: Shape, settings: ServerSettings, drafter: Drafter) -> ServerSettings:
    """The settings with a file of its own that drafts; it lies on the GPU where all of the model does."""
    kind = drafter.kind
    return replace(
        settings,
        drafting=kind,
        draft_tokens=DRAFT_TOKENS[kind],
        drafter_gpu_layers=drafter.layers if all_on_gpu(shape, settings) else 0,
    )


def all_on_gpu(shape: Shape, settings: ServerSettings) -> bool:
    """Whether GPUs hold every layer, the prediction heads and the output."""
    return settings.gpu_layers > len(shape.layers) + shape.heads


def _usual(shape: Shape, drafter: Drafter | None) -> str:
    """Who drafts unasked on a GPU that holds all of the model: its own heads before another file."""
    return HEADS if has_heads(shape) else _kind(drafter)


def _kind(drafter: Drafter | None) -> str:
    return drafter.kind if drafter else OFF


def why_not(shape: Shape, settings: ServerSettings, build: int, kind: str) -> str:
    """Why nobody can draft in this way, as a clause; empty where it can be done."""
    if settings.embeddings:
        return "it writes no text"
    if kind == HEADS and not has_heads(shape):
        return "its file holds no prediction heads that are known to work"
    if build < (FIRST_BUILD if kind in (HEADS, HEAD_FILE) else FIRST_BUILD_NAMED):
        return f"build {build} of the engine is too old"
    if kind in (REPEATS, MODEL) and any(one.recurrent for one in shape.layers):
        # without heads the server would copy the state of each such layer for every guess
        return "its recurrent layers cannot take a wrong guess back; prediction heads can be used"
    return ""


def faster(plain: SpeedEstimate, settings: ServerSettings) -> SpeedEstimate:
    """The speed of writing with what heads bring, as a range: published for GPUs, measured for processors."""
    if not by_any_heads(settings):
        return plain
    source = "published" if settings.gpu_layers else "measured with made models"
    least, likely, most = GAIN if settings.gpu_layers else GAIN_ON_HOST
    return replace(
        plain,
        generate_tps=plain.generate_tps * likely,
        low=plain.low * least,
        high=plain.high * most,
        basis=f"{plain.basis}; drafting makes it {least:.1g} to {most:g} times as fast ({source})",
    )
