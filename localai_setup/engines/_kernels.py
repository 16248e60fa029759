"""Kernels for the processor: the wheel has those for AVX2 alone, the project's archives one set for each
kind of processor and choose when they start.

Measured on one core of a Xeon with AMX, SmolLM2 135M Q4_1, prompts of 256 and 384 tokens, in processor
seconds: the wheel read 91 to 95 tokens a second; one and the same build of ggml (v0.5.0 of
node-llama-cpp, which brings 14 kinds of kernels) 92 to 123 with those for AVX2, 106 to 120 with those
for AVX-512, 402 to 568 with those for AMX. No setting of the wheel closes that: flash attention off
0.82, batches of 2048 1.05, of 128 0.98, no repacking 1.10, a q8_0 cache 1.00 (4 alternating rounds).
"""

from __future__ import annotations

from ..model.engine import BuildRecipe
from ..model.facts import Facts
from ..probes.confines import Confines
from ..probes.cpu import Cpu

#: a feature that only newer kernels use, and how much faster they read prompts, in words
GAINS = {
    "amx_tile": "4 to 5 times as fast with AMX (measured)",
    "avx512f": "up to 1.2 times as fast with AVX-512 (measured)",
}


def gain(facts: Facts) -> str:
    """What the archive's kernels bring on this processor, in words; empty where it is nothing."""
    features = (facts.get(Cpu) or Cpu()).features or ()
    return next((words for name, words in GAINS.items() if name in features), "")


def risk(facts: Facts) -> str:
    """What speaks against the archive here, in a sentence; empty where nothing does."""
    cpu, confines = facts.get(Cpu) or Cpu(), facts.get(Confines) or Confines()
    if "amx_tile" not in (cpu.features or ()) or not confines.virtual_machine:
        return ""
    return (
        "The archive is not taken here: in virtual machines that list AMX its kernels are known to "
        "crash, where the hypervisor does not let them use it."
    )


def has_newer(build: BuildRecipe, facts: Facts) -> bool:
    """Whether this build computes on the processor with kernels that bring something here."""
    brings = bool(build.archives) and build.backend == "cpu" and "Darwin" not in build.systems
    return brings and bool(gain(facts)) and not risk(facts)
