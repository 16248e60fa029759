"""Every part of the memory and speed of each kind of model and placement: `python -m tests.accept` writes it.

Measured tables (`tests/measured/`) say what is right; this one notices every number that moves.
"""

from dataclasses import replace
from pathlib import Path

from localai_setup.fit.copies import with_copies
from localai_setup.fit.from_facts import shape_from_facts
from localai_setup.fit.memory import estimate
from localai_setup.fit.speed import Chip, Cores, speed
from localai_setup.machine.keeping import recipe_files
from localai_setup.model.settings import HEADS, REPEATS, ServerSettings
from localai_setup.recipes.loading import load_all

ACCEPTED = Path(__file__).parent / "accepted" / "estimates.md"
#: one of each architecture: dense, windowed, mixture, latent, recurrent, shared caches, encoders
MODELS = (
    "llama-3.1-8b", "gemma-4-e4b", "gemma-4-12b", "gemma-4-26b-a4b", "gpt-oss-20b", "qwen3.5-4b",
    "qwen3-coder-30b-a3b", "qwen3.6-35b-a3b", "granite-4.2-3b", "lfm2.5-1.2b-instruct",
)  # fmt: skip
PLAIN = ServerSettings(context=4096)
PLACES = {
    "processor": PLAIN,
    "long, no flash": replace(PLAIN, context=20_000, flash_attention=False),
    "short, wide ubatch": replace(PLAIN, context=1000, ubatch=2048),
    "3 slots": replace(PLAIN, slots=3),
    "3 slots, one cache": replace(PLAIN, slots=3, kv_unified=True),
    "q8_0 and q4_0 cache": replace(PLAIN, kv_type_k="q8_0", kv_type_v="q4_0"),
    "7 layers": replace(PLAIN, gpu_layers=7),
    "7 layers, no flash": replace(PLAIN, gpu_layers=7, flash_attention=False),
    "all layers": replace(PLAIN, gpu_layers=999),
    "all, no flash": replace(PLAIN, gpu_layers=999, flash_attention=False),
    "all on two": replace(PLAIN, gpu_layers=999, gpu_split=(3.0, 1.0)),
    "all, 5 layers' experts here": replace(PLAIN, gpu_layers=999, cpu_expert_layers=5),
    "all, every expert here": replace(PLAIN, gpu_layers=999, cpu_expert_layers=999),
    "vectors": replace(PLAIN, embeddings=True),
    "heads": replace(PLAIN, drafting=HEADS, draft_tokens=3),
    "heads, no flash": replace(PLAIN, drafting=HEADS, draft_tokens=3, flash_attention=False),
    "repeats": replace(PLAIN, drafting=REPEATS, draft_tokens=8),
}
CORES = Cores(8, "x86-64-v3", 60.0)
CARD = Chip("card", "nvidia-ampere", 360.0)
HEAD = """# Estimates

Written by `python -m tests.accept`; never edited by hand. MiB: weights, KV cache, state, compute and output
buffers; on GPUs and in main memory, copies included; the range of the total. Tokens per second: low, middle, high,
and of a prompt.

| model | placement | parts | GPUs + main memory | range | tokens per second |
|---|---|---|---|---|---|
"""


def table():
    models = load_all(recipe_files.texts()).models
    return HEAD + "".join(
        row(name, place, shape_of(models[name], settings), settings)
        for name in MODELS
        for place, settings in PLACES.items()
    )


def shape_of(model, settings):
    heads = int(settings.drafting == HEADS)
    return shape_from_facts(model.architecture, replace(model.weights[0], prediction_heads=heads))


def row(name, place, shape, settings):
    memory = with_copies(estimate(shape, settings), shape, settings)
    chips = (CARD,) * max(1, len(settings.gpu_split)) if settings.gpu_layers else ()
    fast = speed(shape, settings, CORES, chips)
    parts = " ".join(f"{one:.6f}" for one in vars(memory.parts).values())
    on_gpus = " ".join(f"{one:.6f}" for one in memory.gpus_mib)
    where = f"{on_gpus or 0} + {memory.host_mib:.6f}"
    rates = " ".join(f"{one:.6f}" for one in (fast.low, fast.generate_tps, fast.high))
    rates += f" {fast.prompt_tps:.6f}" if fast.prompt_tps else ""
    ranges = f"{memory.low_mib:.6f}–{memory.high_mib:.6f}"
    return f"| {name} | {place} | {parts} | {where} | {ranges} | {rates} |\n"
