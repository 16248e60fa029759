"""What a training takes: memory by a formula, time by a trial of a few steps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil

from ..model.tuning import TuningSize
from .base import Base

MIB = 1024 * 1024
#: torch, transformers and peft themselves, before any model (measured: 823 MiB on Linux, torch 2.15).
LIBRARIES_MIB = 823
#: Adapter, gradient and the two moments of Adam in 32 bits (arXiv 1910.02054).
BYTES_PER_TRAINED_VALUE = 16
#: Of the logits, in bytes: themselves, in 32 bits, their softmax, and its gradient in both.
LOGIT_BYTES = {2: 16, 4: 20}
#: Of a weight in NF4: 4 bits, and 32 for each block of 64 (arXiv 2305.14314, without double quantization).
FOUR_BIT_BYTES = (4 + 32 / 64) / 8
#: Numbers of 16 bits, where the processor or the GPU computes with them.
HALF_BYTES, FULL_BYTES = 2, 4
#: The base is unpacked to 32 bits tensor by tensor: of the largest, the vocabulary, two copies lie beside
#: the rest for a while, and what they took is not given back before the training.
UNPACKED_BYTES = 2 * 4


@dataclass(frozen=True)
class Run:
    """One training: examples of `longest` tokens at most, numbers of `number_bytes` (2 or 4).

    `on_gpu`: on an NVIDIA card, else on the processor. `four_bits`: the weights of the layers as NF4. `recompute`: what a layer keeps for the way back is computed again instead, in a third more time.
    """

    base: Base
    size: TuningSize
    examples: int
    longest: int
    number_bytes: int
    recompute: bool = False
    on_gpu: bool = False
    four_bits: bool = False

    @property
    def steps(self) -> int:
        """How often the adapter is changed."""
        at_a_time = self.size.batch * self.size.accumulation
        return ceil(self.examples / at_a_time) * self.size.epochs


def alone(run: Run) -> Run:
    """One example at a time, as many in all before the adapter is changed."""
    size = run.size
    return replace(run, size=replace(size, batch=1, accumulation=size.batch * size.accumulation))


def memory_mib(run: Run) -> float:
    """The most at a time, in MiB."""
    base, tokens = run.base, run.size.batch * run.longest
    weights = _weight_bytes(run)
    trained = base.trained_values(run.size.rank) * BYTES_PER_TRAINED_VALUE
    layer = _kept_bytes(base, run.number_bytes)
    between = base.hidden * run.number_bytes * base.blocks
    layers = tokens * (layer + between if run.recompute else layer * base.blocks)
    logits = tokens * base.vocabulary * LOGIT_BYTES[run.number_bytes]
    loading = 0 if run.on_gpu else base.vocabulary * base.hidden * UNPACKED_BYTES
    return LIBRARIES_MIB + (weights + loading + trained + layers + logits) / MIB


def unpacked_mib(run: Run) -> float:
    """Of main memory, while the model goes on to a card, in MiB."""
    base = run.base
    loading = base.vocabulary * base.hidden * UNPACKED_BYTES
    return LIBRARIES_MIB + (base.values * run.number_bytes + loading) / MIB


def _weight_bytes(run: Run) -> float:
    """Embeddings keep their numbers where the layers have 4 bits; outputs may have their own."""
    base = run.base
    if not run.four_bits:
        return base.values * run.number_bytes
    embedded = min(base.values, 2 * base.vocabulary * base.hidden)
    return embedded * run.number_bytes + (base.values - embedded) * FOUR_BIT_BYTES


def _kept_bytes(base: Base, number_bytes: int) -> float:
    """What a layer keeps of each token for the way back: of two norms (in 32 bits, and their results), of
    attention before and after the rotation, of the gate; and the inputs of the adapter in 32 bits, which
    are copies for each of its matrices where the layer computes in 16.
    """
    hidden, inner = base.hidden, base.inner
    keys = hidden * base.kv_heads / max(base.heads, 1)
    norms = 2 * (4 + number_bytes) * hidden
    attention = 4 * number_bytes * (hidden + keys)
    gate = 3 * number_bytes * inner
    copies = 3 if number_bytes == FULL_BYTES else 6
    return norms + attention + gate + 4 * (copies * hidden + inner)


def seconds(run: Run, seconds_per_step: float, loading: float = 0.0, done_steps: int = 0) -> float:
    """What of the training is not done yet, from the seconds of a step that was tried (one batch, there and
    back) and of what comes before the first.
    """
    return loading + (run.steps - done_steps) * run.size.accumulation * seconds_per_step
